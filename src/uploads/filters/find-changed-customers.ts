import { type FileUpload, type Models, toDatabaseError } from '../../../models/index.ts'
import { createPhoneSet, customerPhoneOf, rowsBehind } from '../rows/index.ts'

const PAGE = 500

type Finished = Pick<FileUpload, '_id' | 'number' | 'shared_at'>

/**
 * Phones of the customers that uploads and undos finished since a moment have changed, page by page, each once; also of
 * some that are gone by now.
 *
 * Told by the uploads of that time and their rows, in the order they have an index for, and not by `updated_at`, which moves at
 * every mention and has none.
 */
export async function* findChangedSince(models: Models, since: Date): AsyncGenerator<readonly string[]> {
  try {
    const uploads = await models.fileUploads.collection
      .find<Finished>({ finished_at: { $gte: since } }, { projection: { number: 1, shared_at: 1 } })
      .sort({ finished_at: 1 })
      .toArray()
    const seen = createPhoneSet()
    for (const upload of uploads)
      for await (const phones of listChanged(models, upload)) {
        const fresh = [...new Set(phones)].filter((phone) => !seen.has(phone))
        for (const phone of fresh) seen.add(phone)
        if (fresh.length > 0) yield fresh
      }
  } catch (error) {
    throw toDatabaseError(error)
  }
}

async function* listChanged(models: Models, upload: Finished): AsyncGenerator<readonly string[]> {
  for (let after = 0; ; ) {
    const rows = await models.uploadRows.collection
      .find<{ phone: string; customer_phone?: string; line: number }>(
        {
          ...rowsBehind(upload, after),
          phone: { $exists: true },
          // An undo that only gave back when somebody was mentioned changed nothing.
          $or: [
            { changes: { $exists: true } },
            // The values are gone by the retention policy, but not that they changed.
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
