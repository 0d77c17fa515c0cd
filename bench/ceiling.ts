import type { Models } from '../models/index.ts'
import { blocksOf, type Day, finalDocuments } from './final-documents.ts'

/**
 * The raw driver writes the same final documents from memory: unordered bulk upserts of customers,
 * `insertMany` of the search blocks and the history. It does not read, validate or compare; documents are built between the timed
 * writes.
 *
 * @param isOverlapped writes a batch's customers and history at the same time, on two connections
 * @returns seconds
 */
export async function writeCeiling(
  models: Models,
  day: Day,
  batchSize: number,
  isOverlapped = false,
): Promise<number> {
  let ms = 0
  for (let at = 0; at < day.rows; at += batchSize) {
    const documents = Array.from({ length: Math.min(batchSize, day.rows - at) }, (_, index) =>
      finalDocuments(day, at + index),
    )
    const upserts = documents.map(({ phone, customer, first }) => ({
      updateOne: {
        filter: { primary_phone: phone },
        update: { $set: customer, $setOnInsert: first },
        upsert: true,
      },
    }))
    const rows = documents.map(({ row }) => row)
    // The share time alone identifies its upload.
    const blocks = blocksOf(day.upload, 0, documents)
    const started = performance.now()
    const customers = () => models.customers.collection.bulkWrite(upserts, { ordered: false })
    const history = async () => {
      if (blocks.length > 0) await models.searchBlocks.collection.insertMany(blocks, { ordered: false })
      await models.uploadRows.collection.insertMany(rows, { ordered: false })
    }
    if (isOverlapped) await Promise.all([customers(), history()])
    else {
      await customers()
      await history()
    }
    ms += performance.now() - started
  }
  return ms / 1000
}
