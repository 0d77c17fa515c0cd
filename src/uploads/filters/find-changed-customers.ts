import type { FileUpload, Models } from '../../../models/index.ts'
import { createPhoneSet, customerPhoneOf, rowsBehind } from '../rows/index.ts'

const PAGE = 500

type Finished = Pick<FileUpload, '_id' | 'number' | 'shared_at'>

/**
 * Streams the phones of customers changed by uploads and undos that finished since a time. In pages, each
 * phone once; some of these customers may be deleted.
 *
 * Reads the uploads of that time and their rows, which have an index. `updated_at` has none, and every
 * mention changes it.
 */
export async function* findChangedSince(
  models: Models,
  since: Date,
  before?: Date,
): AsyncGenerator<readonly string[]> {
  const uploads = await models.fileUploads.collection
    .find<Finished>(
      { finished_at: { $gte: since, ...(before && { $lt: before }) } },
      { projection: { number: 1, shared_at: 1 } },
    )
    .sort({ finished_at: 1 })
    .toArray()
  const seen = createPhoneSet()
  for (const upload of uploads)
    for await (const phones of listChanged(models, upload)) {
      const fresh = [...new Set(phones)].filter((phone) => !seen.has(phone))
      for (const phone of fresh) seen.add(phone)
      if (fresh.length > 0) yield fresh
    }
}

async function* listChanged(models: Models, upload: Finished): AsyncGenerator<readonly string[]> {
  for (let after = 0; ; ) {
    const rows = await models.uploadRows.collection
      .find<{ phone: string; customer_phone?: string; line: number }>(
        {
          ...rowsBehind(upload, after),
          phone: { $exists: true },
          // An undo that only restored record keeping changed no value.
          $or: [
            { changes: { $exists: true } },
            // The retention policy deleted the values, but not the fact that they changed.
            { 'without_values.changed': { $exists: true } },
            { outcome: 'created' },
            { outcome: 'restored', before: null },
          ],
        },
        { projection: { _id: 0, phone: 1, customer_phone: 1, line: 1 }, batchSize: PAGE + 1 },
      )
      .sort({ _id: 1 })
      .limit(PAGE)
      .toArray()
    const last = rows.at(-1)
    if (!last) return
    yield rows.flatMap((row) => customerPhoneOf(row) ?? [])
    after = last.line
  }
}
