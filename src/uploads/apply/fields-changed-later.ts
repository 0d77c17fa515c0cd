import type { mongo } from 'mongoose'
import type { Customer, FileUpload, Models, UploadRow } from '../../../models/index.ts'
import { type CustomerRow, findCustomerRows, pathsSaid, phoneAddedBy, recordKey } from '../rows/index.ts'
import type { NewerPaths } from './plan-batch.ts'

type Row = Pick<
  UploadRow,
  '_id' | 'phone' | 'customer_phone' | 'written' | 'upload' | 'values' | 'without_values' | 'shared_at'
>

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

  const rows = await findCustomerRows<Row>(models, phones, {
    filter: { shared_at: { $gt: upload.shared_at } },
    projection: {
      phone: 1,
      customer_phone: 1,
      written: 1,
      upload: 1,
      values: 1,
      without_values: 1,
      shared_at: 1,
    },
  })
  const undone = await findUndone(models, rows)
  const said = new Map<string, { readonly paths: Set<string>; readonly phones: Set<string> }>()
  for (const row of rows.sort(bySharing)) {
    const { phone, written, upload: of } = row
    if (undone.has(String(of))) continue
    const key = recordKey(upload.records?.kind, { phone, written, upload: of })
    const known = said.get(key) ?? { paths: new Set(), phones: new Set() }
    for (const path of pathsSaid(row)) known.paths.add(path)
    const added = phoneAddedBy(row)
    if (added !== undefined) known.phones.add(added)
    said.set(key, known)
  }
  return said
}

/** Ids of rows ascend in the order of sharing. */
function bySharing(a: CustomerRow<Row>, b: CustomerRow<Row>): number {
  const [x, y] = [a._id.toHexString(), b._id.toHexString()]
  return a.shared_at.getTime() - b.shared_at.getTime() || (x < y ? -1 : 1)
}

async function findUndone(models: Models, rows: readonly Pick<Row, 'upload'>[]): Promise<Set<string>> {
  const uploads = [...new Map(rows.map(({ upload }) => [String(upload), upload])).values()]
  const undone = models.fileUploads.collection.find<{ _id: mongo.ObjectId }>(
    { _id: { $in: uploads }, status: 'undone' },
    { projection: { _id: 1 } },
  )
  return new Set((await undone.toArray()).map(({ _id }) => String(_id)))
}
