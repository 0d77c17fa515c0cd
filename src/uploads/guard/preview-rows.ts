import type {
  Customer,
  FieldChange,
  FileUpload,
  Models,
  UploadPreview,
  UploadRow,
} from '../../../models/index.ts'
import type { FieldValue, FieldValues, ReadRow } from '../../customers/fields/index.ts'
import {
  findCustomers,
  findKnownCustomers,
  findNewerPaths,
  type KnownCustomers,
  type NewerPaths,
  type NewerStatement,
  phonesOf,
  planBatch,
} from '../apply/index.ts'
import { addRows, describeRowNotes, emptyCounts } from '../results/index.ts'
import { flattenPaths, keyIn, rulesOf } from '../rows/index.ts'
import { asPlanned, matchOtherPhones } from '../second-phones/index.ts'
import { createFilePhones, type FilePhones } from './file-phones.ts'
import { createDummyCounter } from './preview-dummies.ts'
import { createFieldsPreview, type FieldsPreview } from './preview-fields.ts'
import { createSecondPhonePreview } from './preview-second-phones.ts'
import { markOf } from './seen-customers.ts'
import { createSharedPhoneFinder } from './shared-phones.ts'

const MAX_PROBLEMS = 5

/**
 * Previews an import of these rows with the import's own plan, without writes. A customer that occurs in a
 * later batch is a duplicate, as in the import. Fields are compared with the stored values after each
 * customer's last row, as in the receipt.
 *
 * @param again the same rows again, for the values of earlier rows that share a phone
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
  const fields = createFieldsPreview(rulesOf(upload))
  const kept = createKeptCounter()
  const shared = createSharedPhoneFinder(upload)
  const seconds = createSecondPhonePreview(models)
  const file = matchOtherPhones(upload) ? createFilePhones() : undefined
  const dummies = createDummyCounter(upload.file?.mapping ?? { columns: [] })
  for await (const batch of batches) {
    signal.throwIfAborted()
    const known = await findKnownCustomers(models, upload, batch)
    const owners = await findFileOwners(models, upload, batch, { known, file })
    const newer = await findNewerPaths(models, upload, owners)
    const existing = markSeen(upload, batch, owners, fields, file)
    const { rows } = planBatch(upload, batch, { ...known, customers: existing }, new Map(), newer)
    file?.add(rows)
    await seconds.add(rows, existing)
    counts = addRows(counts, rows)
    problems.push(...problemsOf(rows).slice(0, MAX_PROBLEMS - problems.length))
    for (const [at, row] of batch.entries()) {
      dummies.add(row)
      kept.add(rows[at])
      const planned = asPlanned(row, rows[at])
      shared.add(planned)
      addFields(fields, upload, planned, { planned: rows[at], stored: owners, newer })
    }
  }
  const shared_phones = shared.result()
  if (shared_phones && again) for await (const batch of again()) if (shared.fill(batch)) break
  const shown = dummies.describe()
  const keptLines = kept.describe()
  return {
    counts,
    fields: fields.fields(),
    problems,
    ...(shared_phones && { shared_phones }),
    ...seconds.result(),
    ...(shown.length > 0 && { dummies: shown }),
    ...(keptLines.length > 0 && { kept: keptLines }),
    at: new Date(),
  }
}

/** Counts the rows in which a rule keeps the stored value, by column, as the receipt does. */
function createKeptCounter() {
  const rows = new Map<string, number>()
  return {
    add(planned: UploadRow | undefined): void {
      for (const { code, column } of planned?.notes ?? [])
        if (code === 'kept_by_rule') rows.set(column, (rows.get(column) ?? 0) + 1)
    },
    describe: () =>
      describeRowNotes(
        [...rows]
          .map(([column, count]) => ({ code: 'kept_by_rule' as const, column, rows: count }))
          .sort((a, b) => b.rows - a.rows),
      ),
  }
}

function problemsOf(rows: readonly UploadRow[]): UploadPreview['problems'] {
  return rows.flatMap(({ line, problem }) => (problem ? [{ line, problem }] : []))
}

function addFields(
  fields: FieldsPreview,
  upload: FileUpload,
  row: ReadRow,
  {
    planned,
    stored,
    newer,
  }: {
    readonly planned: UploadRow | undefined
    readonly stored: ReadonlyMap<string, Customer>
    readonly newer: NewerPaths
  },
): void {
  if (row.kind !== 'customer' || !planned) return
  const key = keyIn(upload, row)
  const values = writtenBy(planned, row.values, newer.get(key))
  const phones = newer.get(key)?.phones
  fields.add(markOf(upload, row), { line: row.line, values, stored: stored.get(key), phones })
}

/** The values a row would write by its plan: without those a rule or a later share keeps. */
function writtenBy({ changes, found }: UploadRow, values: FieldValues, newer: NewerStatement | undefined) {
  const planned = flattenPaths<FieldChange>(changes)
  const kept = flattenPaths(found)
  return Object.fromEntries(
    Object.entries(values).flatMap(([path, value]): [string, FieldValue | null][] => {
      const change = planned[path]
      if (change) return [[path, change.to]]
      const isElsewhere = newer?.paths.has(path) || newer?.places.has(path)
      return isElsewhere || Object.hasOwn(kept, path) ? [] : [[path, value]]
    }),
  )
}

/** Adds the customers that rows match because earlier rows of the file gave them a second phone. */
async function findFileOwners(
  models: Models,
  upload: FileUpload,
  batch: readonly ReadRow[],
  { known, file }: { readonly known: KnownCustomers; readonly file: FilePhones | undefined },
): Promise<ReadonlyMap<string, Customer>> {
  if (!file) return known.customers
  const phones = phonesOf(batch).filter((phone) => !known.customers.has(phone))
  const missing = phones.flatMap(file.holdersOf).filter((phone) => !known.customers.has(phone))
  if (missing.length === 0) return known.customers
  return new Map([...known.customers, ...(await findCustomers(models, [...new Set(missing)], upload))])
}

/** Marks the customers of earlier batches as touched by this upload. */
function markSeen(
  upload: FileUpload,
  batch: readonly ReadRow[],
  stored: ReadonlyMap<string, Customer>,
  seen: Pick<FieldsPreview, 'has'>,
  file: FilePhones | undefined,
): Map<string, Customer> {
  const existing = new Map(stored)
  const mark = (row: { readonly phone: string; readonly written?: string }) => {
    if (!seen.has(markOf(upload, row))) return
    const key = keyIn(upload, row)
    const last_upload = { upload: upload._id, line: 0 }
    const customer = stored.get(key) ?? ({ _id: upload._id, primary_phone: row.phone } as Customer)
    existing.set(key, { ...customer, last_upload })
  }
  for (const row of batch) if (row.kind === 'customer') mark(row)
  if (!file) return existing
  for (const phone of [...stored.keys(), ...phonesOf(batch).flatMap(file.holdersOf)]) mark({ phone })
  for (const [phone, customer] of existing) existing.set(phone, file.asLeft(customer))
  return existing
}
