import type { UploadRow } from '../../../models/index.ts'
import type { ReadRow } from '../../customers/fields/index.ts'
import { assertLeased, type LeasedRun, retryBatch } from '../lease/index.ts'
import { matchOtherPhones } from '../second-phones/index.ts'
import {
  applyBatch,
  findCustomers,
  findKnownCustomers,
  phonesOf,
  recordBatch,
  writeBatch,
} from './apply-batch.ts'
import type { BatchPlan, CustomersRead, KnownCustomers } from './batch-plan.ts'

type Batch = readonly ReadRow[]

export interface ApplyContext extends LeasedRun {
  /** Saves the lookup of the first batch, if it has all its phones. Writes refuse customers changed since. */
  readonly customersRead?: CustomersRead | undefined
  /** Called for each batch, in order, before its customers are written. */
  readonly beforeWrite?: (() => Promise<void>) | undefined
  /** Called for each batch, in order, after its customers are written. The next batch waits for it. */
  readonly onApplied: (batch: Batch, rows: readonly UploadRow[]) => Promise<void>
}

type Attempt = <T>(work: (isFirstTry: boolean) => Promise<T>) => Promise<T>

/**
 * A batch in progress. Both promises have a rejection handler. Later batches keep this longer than the batch's rows are
 * needed, so it holds none.
 */
interface BatchInFlight {
  readonly phones: ReadonlySet<string>
  /** The plan's phones, after its rows are recorded. */
  readonly recorded: Promise<BatchPlan['phones']>
  readonly applied: Promise<void>
}

/**
 * One batch writes customers, one records rows, one is read and looked up. More would only wait
 * (docs/performance.md).
 */
const MAX_IN_FLIGHT = 3

/**
 * Applies batches in order, each as `applyBatch` does, and overlaps their steps. While one batch's customers
 * are written, the next records its rows and a third is read and looked up. At most `MAX_IN_FLIGHT` are in
 * progress, so memory does not grow with the file.
 *
 * A phone that several batches share is looked up again after the earlier ones are written, so each plan
 * starts from their result. If rows match second phones, this covers every phone of the customers an earlier
 * batch touches.
 *
 * @throws errors of the batches, the database or `onApplied`, after all work in progress has ended; the
 * signal's reason
 */
export async function applyBatches(context: ApplyContext, batches: AsyncIterable<Batch>): Promise<void> {
  const inFlight: BatchInFlight[] = []
  const attempt = createAttempt(context)
  try {
    for await (const batch of batches) {
      context.signal.throwIfAborted()
      inFlight.push(startBatch(context, attempt, batch, [...inFlight]))
      if (inFlight.length < MAX_IN_FLIGHT) continue
      await inFlight[0]?.applied
      inFlight.shift()
    }
    for (const { applied } of inFlight) await applied
  } finally {
    await Promise.allSettled(inFlight.map(({ applied }) => applied))
  }
}

/** @param before earlier batches still in progress, in order */
function startBatch(
  context: ApplyContext,
  attempt: Attempt,
  batch: Batch,
  before: readonly BatchInFlight[],
): BatchInFlight {
  const { models, upload } = context
  const previous = before.at(-1)
  const phones = phonesOf(batch)
  const shared = phones.filter((phone) => before.some((earlier) => earlier.phones.has(phone)))
  const lastToShare = before.findLast((earlier) => shared.some((phone) => earlier.phones.has(phone)))
  const read = before.length === 0 && context.customersRead
  const isRead = read && phones.every((phone) => read.phones.has(phone))
  const known = {
    found: ignoreRejection(isRead ? Promise.resolve(read.found) : findKnownCustomers(models, upload, batch)),
  }

  async function findExisting(isFirstTry: boolean): Promise<KnownCustomers> {
    await lastToShare?.applied
    if (!isFirstTry) return await findKnownCustomers(models, upload, batch)
    if (matchOtherPhones(upload)) return await findByAnyPhone()
    const { customers, crowded } = await known.found
    const existing = new Map(customers)
    for (const phone of shared) existing.delete(phone)
    for (const [key, customer] of await findCustomers(models, shared, upload)) existing.set(key, customer)
    return { customers: existing, crowded }
  }

  /** The earlier batches are planned by now, so the customers they touch are known. */
  async function findByAnyPhone(): Promise<KnownCustomers> {
    const touched = await Promise.all(before.map(({ recorded }) => recorded))
    const last = touched.findLastIndex((some) => phones.some((phone) => some.has(phone)))
    if (last < 0 && !lastToShare) return await known.found
    await before[last]?.applied
    return await findKnownCustomers(models, upload, batch)
  }

  async function record() {
    await previous?.recorded
    const plan = await attempt(async (isFirstTry) =>
      recordBatch(models, upload, batch, await findExisting(isFirstTry)),
    )
    known.found = NOBODY
    return plan
  }

  const planned = ignoreRejection(record())
  const recorded = ignoreRejection(planned.then((plan) => plan.phones))

  async function apply() {
    const plan = await planned
    await previous?.applied
    await context.beforeWrite?.()
    // A failed try may have written after all, so the next try reads what is stored.
    const rows = await attempt((isFirstTry) =>
      isFirstTry ? writeBatch(models, upload, batch, plan) : applyBatch(models, upload, batch),
    )
    await context.onApplied(batch, rows)
  }

  return { phones: new Set(phones), recorded, applied: ignoreRejection(apply()) }
}

/** In place of customers that are no longer needed: they are most of a batch's memory. */
const NOBODY: Promise<KnownCustomers> = Promise.resolve({ customers: new Map(), crowded: new Set() })

/** Prevents an unhandledRejection; callers still see the error when they await. */
function ignoreRejection<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}

/** One failed try delays every batch in progress; after it, first tries assert the lease too. */
function createAttempt(context: ApplyContext): Attempt {
  let hasFailed = false
  return (work) =>
    retryBatch(context, async (isFirstTry) => {
      try {
        if (isFirstTry && hasFailed) await assertLeased(context.models, context.upload)
        return await work(isFirstTry)
      } catch (error) {
        hasFailed = true
        throw error
      }
    })
}
