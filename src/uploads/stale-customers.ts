import type { Models, StaleCount } from '../../models/index.ts'

const DAY_MS = 86_400_000
const KEY = { _id: 'stale' as never }

/**
 * Counts the customers no file has mentioned for so many days, and remembers the number. Goes through all customers: an
 * index on `updated_at` would be written at every touch of every customer, for a number nobody waits for. Jobs count;
 * whoever asks is shown what was counted last.
 */
export async function countStaleCustomers(models: Models, days: number, now: Date): Promise<StaleCount> {
  const { collection } = models.customers
  const before = new Date(now.getTime() - days * DAY_MS)
  const [customers, all] = await Promise.all([
    collection.countDocuments({ updated_at: { $lt: before } }),
    collection.estimatedDocumentCount(),
  ])
  const counted = { customers, all: Math.max(all, customers), days, counted_at: now }
  await models.staleCounts.collection.replaceOne(KEY, counted, { upsert: true })
  return { _id: 'stale', ...counted }
}

/** What was counted last. */
export async function findStaleCount(models: Models): Promise<StaleCount | null> {
  return await models.staleCounts.collection.findOne<StaleCount>(KEY)
}
