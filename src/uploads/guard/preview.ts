import type {
  Customer,
  FieldChange,
  FieldPreview,
  FileUpload,
  Models,
  UploadPreview,
} from '../../../models/index.ts'
import type { ReadRow } from '../../customers/fields/index.ts'
import { addRows, emptyCounts, findCustomers, findNewerPaths, phonesOf, planBatch } from '../apply/index.ts'
import { flattenPaths, keyIn } from '../rows/index.ts'

const MAX_EXAMPLES = 3
const MAX_PROBLEMS = 5

/**
 * What an import of these rows would do, by the plan that the import would carry out, without its writes.
 *
 * Of the phones seen so far only the digits are kept, as numbers: some 40 MB for a million rows, which is the limit of a
 * file unless settings say otherwise. A customer who comes again in a later batch is a duplicate there as in the import;
 * which fields change is counted on the row where they come first.
 */
export async function previewRows(
  models: Models,
  upload: FileUpload,
  batches: AsyncIterable<readonly ReadRow[]>,
  signal: AbortSignal,
): Promise<UploadPreview> {
  let counts = emptyCounts()
  const fields = new Map<string, FieldPreview>()
  const problems: UploadPreview['problems'] = []
  const seen = new Set<Mark>()
  for await (const batch of batches) {
    signal.throwIfAborted()
    const stored = await findCustomers(models, phonesOf(batch), upload)
    const newer = await findNewerPaths(models, upload, stored)
    const { rows } = planBatch(upload, batch, markSeen(upload, batch, stored, seen), new Map(), newer)
    counts = addRows(counts, rows)
    for (const { outcome, line, changes, problem } of rows) {
      if (outcome === 'updated') countChanges(fields, line, flattenPaths<FieldChange>(changes))
      if (problem && problems.length < MAX_PROBLEMS) problems.push({ line, problem })
    }
    for (const row of batch) if (row.kind === 'customer') seen.add(markOf(upload, row))
  }
  const sorted = [...fields.values()].sort((a, b) => b.customers - a.customers)
  return { counts, fields: sorted, problems, at: new Date() }
}

/** A record of the file, kept small. */
type Mark = number | string

function markOf(upload: FileUpload, row: { readonly phone: string; readonly written?: string }): Mark {
  const isByWriting = upload.records?.kind === 'as_written' && row.written !== undefined
  return isByWriting ? keyIn(upload, row) : Number(row.phone.slice(1))
}

/** The customers as the batch would find them: those of earlier batches carry this upload by then. */
function markSeen(
  upload: FileUpload,
  batch: readonly ReadRow[],
  stored: ReadonlyMap<string, Customer>,
  seen: ReadonlySet<Mark>,
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

function countChanges(
  fields: Map<string, FieldPreview>,
  line: number,
  changes: Readonly<Record<string, FieldChange>>,
): void {
  for (const [field, { from, to }] of Object.entries(changes)) {
    const known = fields.get(field) ?? { field, customers: 0, examples: [] }
    known.customers++
    if (known.examples.length < MAX_EXAMPLES) known.examples.push({ line, from, to })
    fields.set(field, known)
  }
}
