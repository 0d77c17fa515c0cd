import type { mongo } from 'mongoose'
import type { Customer, FileUpload, Models, UploadRow } from '../../../models/index.ts'
import { pathsSaid, recordKey } from '../rows/index.ts'
import type { NewerPaths } from './plan-batch.ts'

type Row = Pick<UploadRow, 'phone' | 'written' | 'upload' | 'values' | 'without_values'>

/**
 * A share can be found after ones made later have been applied: its event came late, or never. For customers those
 * have written to, what their files say must stand. Costs nothing while shares come in order.
 */
export async function findNewerPaths(
  models: Models,
  upload: Pick<FileUpload, 'shared_at' | 'records'>,
  customers: ReadonlyMap<string, Customer>,
): Promise<NewerPaths> {
  const phones = [...customers.values()]
    .filter(({ updated_at }) => updated_at > upload.shared_at)
    .map(({ primary_phone }) => primary_phone)
  if (phones.length === 0) return new Map()

  const rows = await models.uploadRows.collection
    .find<Row>(
      { phone: { $in: phones }, shared_at: { $gt: upload.shared_at } },
      { projection: { phone: 1, written: 1, upload: 1, values: 1, without_values: 1 } },
    )
    .toArray()
  const undone = await findUndone(models, rows)
  const paths = new Map<string, Set<string>>()
  for (const { phone = '', written, upload: of, ...row } of rows) {
    if (undone.has(String(of))) continue
    const key = recordKey(upload.records?.kind, { phone, written, upload: of })
    const known = paths.get(key) ?? new Set()
    for (const path of pathsSaid(row)) known.add(path)
    paths.set(key, known)
  }
  return paths
}

async function findUndone(models: Models, rows: readonly Row[]): Promise<Set<string>> {
  const uploads = [...new Map(rows.map(({ upload }) => [String(upload), upload])).values()]
  const undone = models.fileUploads.collection.find<{ _id: mongo.ObjectId }>(
    { _id: { $in: uploads }, status: 'undone' },
    { projection: { _id: 1 } },
  )
  return new Set((await undone.toArray()).map(({ _id }) => String(_id)))
}
