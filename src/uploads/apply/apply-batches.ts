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
import type { BatchPlan, KnownCustomers } from './plan-batch.ts'

type Batch = readonly ReadRow[]

export interface ApplyContext extends LeasedRun {
  /** Told of each batch, in order, when its customers are written; the next is not written before it is done. */
  readonly onApplied: (batch: Batch, rows: readonly UploadRow[]) => Promise<void>
}

type Attempt = <T>(work: (isFirstTry: boolean) => Promise<T>) => Promise<T>

/** A batch on its way. Neither promise is left unheard when it fails. */
interface BatchInFlight {
  readonly phones: ReadonlySet<string>
  readonly recorded: Promise<BatchPlan>
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
 * is always what the batches before it left. Where rows go by second phones, so is every phone of a customer that an
 * earlier batch touches: whose it is may be another matter afterwards.
 *
 * @throws what the batches, the database or `onApplied` throw, once nothing is on its way any more; the signal's reason
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

/** @param before those still on their way, in order */
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
  const found = ignoreRejection(findKnownCustomers(models, upload, batch))

  async function findExisting(isFirstTry: boolean): Promise<KnownCustomers> {
    await lastToShare?.applied
    if (!isFirstTry) return await findKnownCustomers(models, upload, batch)
    if (matchOtherPhones(upload)) return await findByAnyPhone()
    const { customers, crowded } = await found
    const existing = new Map(customers)
    for (const phone of shared) existing.delete(phone)
    for (const [key, customer] of await findCustomers(models, shared, upload)) existing.set(key, customer)
    return { customers: existing, crowded }
  }

  /** The plans of the batches before are made by now: they tell which customers those touch. */
  async function findByAnyPhone(): Promise<KnownCustomers> {
    const plans = await Promise.all(before.map(({ recorded }) => recorded))
    const last = plans.findLastIndex((plan) => phones.some((phone) => plan.phones.has(phone)))
    if (last < 0 && !lastToShare) return await found
    await before[last]?.applied
    return await findKnownCustomers(models, upload, batch)
  }

  async function record() {
    await previous?.recorded
    return await attempt(async (isFirstTry) =>
      recordBatch(models, upload, batch, await findExisting(isFirstTry)),
    )
  }

  const recorded = ignoreRejection(record())

  async function apply() {
    const plan = await recorded
    await previous?.applied
    // A try that failed may have come through all the same: the next one asks what is there.
    const rows = await attempt((isFirstTry) =>
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

/** Once one try has failed, time has passed for every batch in flight: from then on first tries assert the lease, too. */
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
