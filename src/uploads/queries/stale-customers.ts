import { type Models, repeatUpsert, type StaleCount } from '../../../models/index.ts'

const DAY_MS = 86_400_000
const KEY = { _id: 'stale' }

/**
 * Counts the customers no file has mentioned for `days` days, and stores the number. Scans all customers: an
 * index on `updated_at` would cost a write per mention. A job counts; requests read the stored number.
 */
export async function countStaleCustomers(models: Models, days: number, now: Date): Promise<StaleCount> {
  const { collection } = models.customers
  const before = new Date(now.getTime() - days * DAY_MS)
  // One pass for both: the engine's own number of documents is an estimate, which DocumentDB updates late.
  const [found] = await collection
    .aggregate<{ readonly customers: number; readonly all: number }>([
      {
        $group: {
          _id: null,
          all: { $sum: 1 },
          customers: { $sum: { $cond: [{ $lt: [{ $ifNull: ['$updated_at', before] }, before] }, 1, 0] } },
        },
      },
    ])
    .toArray()
  const counted = { customers: found?.customers ?? 0, all: found?.all ?? 0, days, counted_at: now }
  await repeatUpsert(() => models.staleCounts.collection.replaceOne(KEY, counted, { upsert: true }))
  return { _id: 'stale', ...counted }
}

/** The last stored count. */
export async function findStaleCount(models: Models): Promise<StaleCount | null> {
  return await models.staleCounts.collection.findOne<StaleCount>(KEY)
}

/** How long a process reuses the number of customers, in milliseconds. */
const TRUST_COUNT_MS = 60_000
const counted = new WeakMap<Models, { readonly at: number; readonly customers: Promise<number> }>()

/**
 * The number of customers, counted by this process at most a minute ago. A real count, see above.
 * @throws driver errors
 */
export async function countCustomers(models: Models): Promise<number> {
  const known = counted.get(models)
  if (known && Date.now() - known.at <= TRUST_COUNT_MS) return await known.customers
  const customers = models.customers.collection.countDocuments({})
  counted.set(models, { at: Date.now(), customers })
  try {
    return await customers
  } catch (error) {
    counted.delete(models)
    throw error
  }
}
