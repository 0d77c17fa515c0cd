import type { Customer, FileUpload, Models, UploadPreview } from '../../../models/index.ts'
import type { ReadRow } from '../../customers/fields/index.ts'
import { addRows, emptyCounts, findCustomers, findNewerPaths, phonesOf, planBatch } from '../apply/index.ts'
import { keyIn } from '../rows/index.ts'
import { createFieldsPreview, type FieldsPreview } from './preview-fields.ts'
import { markOf } from './seen-customers.ts'

const MAX_PROBLEMS = 5

/**
 * What an import of these rows would do, by the plan that the import would carry out, without its writes. A customer who
 * comes again in a later batch is a duplicate there as in the import. Fields are compared with what is stored, after the
 * last row of each customer, as the receipt compares them.
 */
export async function previewRows(
  models: Models,
  upload: FileUpload,
  batches: AsyncIterable<readonly ReadRow[]>,
  signal: AbortSignal,
): Promise<UploadPreview> {
  let counts = emptyCounts()
  const problems: UploadPreview['problems'] = []
  const fields = createFieldsPreview()
  for await (const batch of batches) {
    signal.throwIfAborted()
    const stored = await findCustomers(models, phonesOf(batch), upload)
    const newer = await findNewerPaths(models, upload, stored)
    const { rows } = planBatch(upload, batch, markSeen(upload, batch, stored, fields), new Map(), newer)
    counts = addRows(counts, rows)
    for (const { line, problem } of rows)
      if (problem && problems.length < MAX_PROBLEMS) problems.push({ line, problem })
    for (const row of batch) {
      if (row.kind !== 'customer') continue
      const key = keyIn(upload, row)
      const { line, values } = row
      fields.add(markOf(upload, row), { line, values, stored: stored.get(key), newer: newer.get(key) })
    }
  }
  return { counts, fields: fields.fields(), problems, at: new Date() }
}

/** The customers as the batch would find them: those of earlier batches carry this upload by then. */
function markSeen(
  upload: FileUpload,
  batch: readonly ReadRow[],
  stored: ReadonlyMap<string, Customer>,
  seen: Pick<FieldsPreview, 'has'>,
): Map<string, Customer> {
  const existing = new Map(stored)
  for (const row of batch) {
    if (row.kind !== 'customer' || !seen.has(markOf(upload, row))) continue
    const key = keyIn(upload, row)
    const last_upload = { upload: upload._id, line: 0 }
    const customer = stored.get(key) ?? ({ _id: upload._id, primary_phone: row.phone } as Customer)
    existing.set(key, { ...customer, last_upload })
  }
  return existing
}
