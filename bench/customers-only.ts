import type { Models } from '../models/index.ts'
import { type Case, inventRow } from './invented-customers.ts'

/**
 * A tool without history, like `mongoimport --mode merge`: the raw driver merges a file's values into the
 * customers by phone. It gets the values from memory, and neither checks, stores nor reports anything else.
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
