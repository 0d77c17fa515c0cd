import type { Customer, FileUpload, Models, UploadRow } from '../../../models/index.ts'
import { assertLeased } from '../lease/index.ts'
import { removeWordsOfDeleted } from '../names/index.ts'
import { customerKey, customerPhoneOf, keyIn, rowsBehind } from '../rows/index.ts'

/**
 * Deletes recorded rows whose customers were never written. An upload can end in between for good (its file
 * is gone). Then history and receipt must show only applied rows.
 *
 * @returns the number of deleted rows
 * @throws AppError lease_lost; driver errors
 */
export async function dropUnapplied(models: Models, upload: FileUpload): Promise<number> {
  await assertLeased(models, upload)
  const recorded = await models.uploadRows.collection
    .find<Pick<UploadRow, '_id' | 'line' | 'phone' | 'customer_phone' | 'written' | 'search'>>(
      rowsBehind(upload, upload.checkpoint?.line ?? 0),
      { projection: { line: 1, phone: 1, customer_phone: 1, written: 1, search: 1 } },
    )
    .toArray()
  const applied = await findLastLines(models, upload, recorded)
  const unapplied = recorded.filter((row) => {
    const phone = customerPhoneOf(row)
    return (
      phone !== undefined && (applied.get(keyIn(upload, { phone, written: row.written })) ?? 0) < row.line
    )
  })
  if (unapplied.length > 0)
    await models.uploadRows.collection.deleteMany({
      upload: upload._id,
      _id: { $in: unapplied.map(({ _id }) => _id) },
    })
  const deleted = new Set(unapplied.map(({ line }) => line))
  const kept = new Set(recorded.flatMap(({ line }) => (deleted.has(line) ? [] : [line])))
  await removeWordsOfDeleted(models, upload, {
    after: upload.checkpoint?.line ?? 0,
    kept,
    own: unapplied.flatMap(({ search = [] }) => search),
  })
  return unapplied.length
}

/**
 * Deletes the rows recorded after the last applied row. Invalid rows have no customer, so `dropUnapplied`
 * does not delete them. After a cancelled import these rows count as not reached.
 */
export async function dropBehindLast(models: Models, upload: FileUpload): Promise<void> {
  await assertLeased(models, upload)
  const { collection } = models.uploadRows
  const checked = upload.checkpoint?.line ?? 0
  const last = await collection.findOne<Pick<UploadRow, 'line'>>(
    { ...rowsBehind(upload, checked), phone: { $exists: true } },
    { sort: { _id: -1 }, projection: { line: 1 } },
  )
  await collection.deleteMany(rowsBehind(upload, last?.line ?? checked))
}

/** Finds, by record, the last line of this upload that the customer carries. */
async function findLastLines(
  models: Models,
  upload: Pick<FileUpload, '_id' | 'records'>,
  rows: readonly Pick<UploadRow, 'phone' | 'customer_phone'>[],
): Promise<Map<string, number>> {
  const phones = [...new Set(rows.flatMap((row) => customerPhoneOf(row) ?? []))]
  const lines = new Map<string, number>()
  if (phones.length === 0) return lines
  const customers = models.customers.collection.find<Customer>(
    { primary_phone: { $in: phones }, 'last_upload.upload': upload._id },
    { projection: { primary_phone: 1, written_phone: 1, first_upload: 1, last_upload: 1 } },
  )
  for await (const customer of customers)
    lines.set(customerKey(upload.records?.kind, customer), customer.last_upload.line)
  return lines
}
