import { type Models, WORKBOOKS_READ_SINCE } from '../../models/index.ts'

/**
 * Earlier versions answered a workbook with how to make a CSV of it. The catch-up leaves workbooks of that time alone: their
 * lists may have been shared as CSV since, and an old workbook must not come after them.
 */
export async function dateWorkbooks(models: Models): Promise<void> {
  const isUpgrade = (await models.fileUploads.collection.findOne({}, { projection: { _id: 1 } })) !== null
  if (!isUpgrade) return
  await models.counters.collection.updateOne(
    { _id: WORKBOOKS_READ_SINCE as never },
    { $setOnInsert: { value: Date.now() } },
    { upsert: true },
  )
}
