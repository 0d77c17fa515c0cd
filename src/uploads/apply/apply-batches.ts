import pRetry from 'p-retry'
import { type FileUpload, type Models, toDatabaseError, type UploadRow } from '../../../models/index.ts'
import type { ReadRow } from '../../customers/fields/index.ts'
import { AppError } from '../../errors.ts'
import { applyBatch, findCustomers, phonesOf, recordBatch, writeBatch } from './apply-batch.ts'

type Batch = readonly ReadRow[]

export interface ApplyContext {
  readonly models: Models
  readonly upload: FileUpload
  readonly signal: AbortSignal
  /** Told of each batch, in order, when its customers are written; the next is not written before it is done. */
  readonly onApplied: (batch: Batch, rows: readonly UploadRow[]) => Promise<void>
}

/** Short trouble with the database is waited out here; longer trouble is the worker's business. */
const BATCH_RETRY = { retries: 4, minTimeout: 100, maxTimeout: 2_000, randomize: true } as const

/** A batch on its way. Neither promise is left unheard when it fails. */
interface BatchInFlight {
  readonly phones: ReadonlySet<string>
  readonly recorded: Promise<unknown>
  readonly applied: Promise<void>
}

/**
 * One whose customers are being written, one whose rows are being recorded, one that is read and looked up. More would
 * only wait (docs/performance.md).
 */
const MAX_IN_FLIGHT = 3

/**
 * Applies batches one after the other, each as `applyBatch` does, and keeps the database busy meanwhile: while the
 * customers of a batch are written, the rows of the next are recorded and the one after that is read and looked up.
 * Never more than `MOST_IN_FLIGHT` are on their way, so memory does not grow with the file.
 *
 * A phone that several of them have is looked up again when the earlier ones are written: what a batch is planned from
 * is always what the batches before it left.
 *
 * @throws what the batches, the database or `onApplied` throw, once nothing is on its way any more; the signal's reason
 */
export async function applyBatches(context: ApplyContext, batches: AsyncIterable<Batch>): Promise<void> {
  const inFlight: BatchInFlight[] = []
  try {
    for await (const batch of batches) {
      context.signal.throwIfAborted()
      inFlight.push(startBatch(context, batch, inFlight))
      if (inFlight.length < MAX_IN_FLIGHT) continue
      await inFlight[0]?.applied
      inFlight.shift()
    }
    for (const { applied } of inFlight) await applied
  } finally {
    await Promise.allSettled(inFlight.map(({ applied }) => applied))
  }
}

/** @param before those still on their way, in order */
function startBatch(context: ApplyContext, batch: Batch, before: readonly BatchInFlight[]): BatchInFlight {
  const { models, upload } = context
  const previous = before.at(-1)
  const phones = phonesOf(batch)
  const shared = phones.filter((phone) => before.some((earlier) => earlier.phones.has(phone)))
  const lastToShare = before.findLast((earlier) => shared.some((phone) => earlier.phones.has(phone)))
  const found = ignoreRejection(findCustomers(models, phones, upload))

  async function findExisting(isFirstTry: boolean) {
    await lastToShare?.applied
    if (!isFirstTry) return await findCustomers(models, phones, upload)
    const existing = await found
    for (const phone of shared) existing.delete(phone)
    for (const [key, customer] of await findCustomers(models, shared, upload)) existing.set(key, customer)
    return existing
  }

  async function record() {
    await previous?.recorded
    return await withRetry(context, async (isFirstTry) =>
      recordBatch(models, upload, batch, await findExisting(isFirstTry)),
    )
  }

  const recorded = ignoreRejection(record())

  async function apply() {
    const plan = await recorded
    await previous?.applied
    // A try that failed may have come through all the same: the next one asks what is there.
    const rows = await withRetry(context, (isFirstTry) =>
      isFirstTry ? writeBatch(models, upload, batch, plan) : applyBatch(models, upload, batch),
    )
    await context.onApplied(batch, rows)
  }

  return { phones: new Set(phones), recorded, applied: ignoreRejection(apply()) }
}

/** The same promise; whoever waits for it later hears of its failure, and until then nobody has to. */
function ignoreRejection<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}

async function withRetry<T>({ signal }: ApplyContext, work: (isFirstTry: boolean) => Promise<T>): Promise<T> {
  return await pRetry(
    async (attempt) => {
      try {
        return await work(attempt === 1)
      } catch (error) {
        throw toDatabaseError(error)
      }
    },
    { ...BATCH_RETRY, signal, shouldRetry: ({ error }) => error instanceof AppError && error.isTransient },
  )
}
