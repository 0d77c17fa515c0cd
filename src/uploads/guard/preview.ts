import type { Customer, FileUpload, Models, UploadPreview, UploadRow } from '../../../models/index.ts'
import type { ReadRow } from '../../customers/fields/index.ts'
import { addRows, emptyCounts, findCustomers, findNewerPaths, phonesOf, planBatch } from '../apply/index.ts'
import { keyIn } from '../rows/index.ts'
import { createDummyCounter } from './preview-dummies.ts'
import { createFieldsPreview, type FieldsPreview } from './preview-fields.ts'
import { markOf } from './seen-customers.ts'
import { createSharedPhoneFinder } from './shared-phones.ts'

const MAX_PROBLEMS = 5

/**
 * What an import of these rows would do, by the plan that the import would carry out, without its writes. A customer who
 * comes again in a later batch is a duplicate there as in the import. Fields are compared with what is stored, after the
 * last row of each customer, as the receipt compares them.
 *
 * @param again the same rows once more, for the values of earlier rows that share a phone
 */
export async function previewRows(
  models: Models,
  upload: FileUpload,
  batches: AsyncIterable<readonly ReadRow[]>,
  signal: AbortSignal,
  again?: () => AsyncIterable<readonly ReadRow[]>,
): Promise<UploadPreview> {
  let counts = emptyCounts()
  const problems: UploadPreview['problems'] = []
  const fields = createFieldsPreview()
  const shared = createSharedPhoneFinder(upload)
  const dummies = createDummyCounter(upload.file?.mapping ?? { columns: [] })
  for await (const batch of batches) {
    signal.throwIfAborted()
    const stored = await findCustomers(models, phonesOf(batch), upload)
    const newer = await findNewerPaths(models, upload, stored)
    const { rows } = planBatch(upload, batch, markSeen(upload, batch, stored, fields), new Map(), newer)
    counts = addRows(counts, rows)
    problems.push(...problemsOf(rows).slice(0, MAX_PROBLEMS - problems.length))
    for (const row of batch) {
      shared.add(row)
      dummies.add(row)
      if (row.kind === 'customer') addFields(fields, upload, row, { stored, newer })
    }
  }
  const shared_phones = shared.result()
  if (shared_phones && again) for await (const batch of again()) if (shared.fill(batch)) break
  const told = dummies.describe()
  return {
    counts,
    fields: fields.fields(),
    problems,
    ...(shared_phones && { shared_phones }),
    ...(told.length > 0 && { dummies: told }),
    at: new Date(),
  }
}

function problemsOf(rows: readonly UploadRow[]): UploadPreview['problems'] {
  return rows.flatMap(({ line, problem }) => (problem ? [{ line, problem }] : []))
}

function addFields(
  fields: FieldsPreview,
  upload: FileUpload,
  row: Extract<ReadRow, { kind: 'customer' }>,
  {
    stored,
    newer,
  }: {
    readonly stored: ReadonlyMap<string, Customer>
    readonly newer: ReadonlyMap<string, ReadonlySet<string>>
  },
): void {
  const key = keyIn(upload, row)
  const { line, values } = row
  fields.add(markOf(upload, row), { line, values, stored: stored.get(key), newer: newer.get(key) })
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
