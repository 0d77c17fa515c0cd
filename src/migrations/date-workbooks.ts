import { type Models, WORKBOOKS_READ_SINCE } from '../../models/index.ts'

/**
 * Stores since when workbooks are imported. Earlier versions answered a workbook with how to save it as CSV.
 * The catch-up skips workbooks of that time, because their lists may have been shared as CSV since.
 */
export async function dateWorkbooks(models: Models): Promise<void> {
  const isUpgrade = (await models.fileUploads.collection.findOne({}, { projection: { _id: 1 } })) !== null
  if (!isUpgrade) return
  await models.counters.collection.updateOne(
    { _id: WORKBOOKS_READ_SINCE },
    { $setOnInsert: { value: Date.now() } },
    { upsert: true },
  )
}
