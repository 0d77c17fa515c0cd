import type { Models } from '../models/index.ts'
import { type Case, inventRow } from './invented-customers.ts'

/**
 * A tool that keeps no history, as `mongoimport --mode merge` is one: the raw driver merges what a file says into the
 * customers by phone. It is given the values from memory, checks nothing, remembers nothing and reports nothing.
 *
 * @returns seconds
 */
export async function mergeCustomers(
  models: Models,
  day: Case,
  rows: number,
  batchSize: number,
): Promise<number> {
  let ms = 0
  for (let at = 0; at < rows; at += batchSize) {
    const upserts = Array.from({ length: Math.min(batchSize, rows - at) }, (_, index) => {
      const { customer } = inventRow(day, rows, at + index)
      const filter = { primary_phone: customer.phone }
      return { updateOne: { filter, update: { $set: { ...customer.values } }, upsert: true } }
    })
    const started = performance.now()
    await models.customers.collection.bulkWrite(upserts, { ordered: false })
    ms += performance.now() - started
  }
  return ms / 1000
}
