import type { Customer, FileUpload, RecordKind } from '../../../models/index.ts'
import type { FieldRule, FieldValue, FieldValues } from '../../../src/customers/fields/customer.ts'

export interface ModelRow {
  readonly line: number
  readonly phone: string
  readonly written?: string
  /** The row's own phone, where it went to the customer who has that as a second one. */
  readonly second?: string
  readonly values: FieldValues
}

export interface ModelFile {
  readonly upload: FileUpload
  /** As they are on record. */
  readonly rows: readonly ModelRow[]
  readonly rules?: Readonly<Record<string, FieldRule>>
  isEffective: boolean
}

/** What a record is, and how many files had been applied when it became so. */
export interface ModelChoice {
  readonly kind: RecordKind
  readonly since: number
}

/** Which record a row is about. */
function keyInModel(kind: RecordKind, { upload }: ModelFile, { phone, written }: ModelRow): string {
  if (kind === 'one_per_phone') return phone
  if (kind === 'as_written') return `${phone} as ${written ?? phone}`
  return `${phone} in ${upload.number}`
}

/**
 * What the customers are, told from the files alone: those that count, one after the other. Values go by the order of
 * sharing, record keeping by the order in which the files were applied; of files from before a switch the earliest shared
 * is the first.
 */
export function expectCustomers(
  files: readonly ModelFile[],
  { kind, since }: ModelChoice = { kind: 'one_per_phone', since: 0 },
): Map<string, Record<string, unknown>> {
  const customers = new Map<string, Record<string, unknown>>()
  const applied = files.filter(({ isEffective }) => isEffective)
  const bySharing = (a: ModelFile, b: ModelFile) =>
    a.upload.shared_at.getTime() - b.upload.shared_at.getTime()
  const old = applied.filter((file) => files.indexOf(file) < since)
  for (const file of [...old.sort(bySharing), ...applied]) {
    for (const [key, rows] of rowsByKey(kind, file)) {
      const [first] = rows
      if (!first || customers.has(key)) continue
      const { upload } = file
      customers.set(key, {
        primary_phone: first.phone,
        ...(kind === 'as_written' && first.written !== undefined && { written_phone: first.written }),
        first_uploaded_at: upload.shared_at,
        first_upload: { upload: upload._id, line: first.line },
      })
    }
  }
  for (const file of applied)
    for (const [key, rows] of rowsByKey(kind, file)) countMention(customers.get(key) ?? {}, file, rows)
  const creators = findCreators(applied, kind)
  for (const file of applied.toSorted(bySharing))
    for (const row of file.rows) {
      const key = keyInModel(kind, file, row)
      putRow(customers.get(key) ?? {}, file, row, creators.get(key) === row)
    }
  return customers
}

/** The row that brings a customer: the first of the file applied first, whenever that was shared. */
function findCreators(applied: readonly ModelFile[], kind: RecordKind): Map<string, ModelRow> {
  const creators = new Map<string, ModelRow>()
  for (const file of applied)
    for (const [key, [first]] of rowsByKey(kind, file))
      if (first && !creators.has(key)) creators.set(key, first)
  return creators
}

/** What a rule says: a field that is filled is left alone, or every field but those of the row that brings the customer. */
function putRow(
  customer: Record<string, unknown>,
  { rules = {} }: ModelFile,
  { values, second }: ModelRow,
  isCreating: boolean,
): void {
  for (const [path, value] of Object.entries(values)) {
    const isEmpty = readAt(customer, path) === undefined
    const isWritten = { overwrite: true, fill_blanks: isEmpty && value !== null, keep: isCreating }
    if (isWritten[rules[path] ?? 'overwrite']) put(customer, path, value)
  }
  if (second !== undefined && values.other_phones === undefined) addPhone(customer, second)
}

function readAt(customer: Record<string, unknown>, path: string): unknown {
  if (!path.startsWith('attributes.')) return customer[path]
  return (customer.attributes as Record<string, unknown> | undefined)?.[path.replace('attributes.', '')]
}

function countMention(
  known: Record<string, unknown>,
  { upload }: ModelFile,
  rows: readonly ModelRow[],
): void {
  const at = upload.shared_at
  known.updated_at = known.updated_at && (known.updated_at as Date) > at ? known.updated_at : at
  known.last_upload = { upload: upload._id, line: rows.at(-1)?.line }
  known.upload_count = ((known.upload_count as number) ?? 0) + 1
}

export function rowsByKey(kind: RecordKind, file: ModelFile): Map<string, ModelRow[]> {
  const groups = new Map<string, ModelRow[]>()
  for (const row of file.rows) {
    const key = keyInModel(kind, file, row)
    groups.set(key, [...(groups.get(key) ?? []), row])
  }
  return groups
}

function addPhone(customer: Record<string, unknown>, phone: string): void {
  const known = (customer.other_phones ?? []) as readonly string[]
  if (!known.includes(phone)) customer.other_phones = [...known, phone]
}

function put(customer: Record<string, unknown>, path: string, value: FieldValue | null): void {
  const isAttribute = path.startsWith('attributes.')
  const name = path.replace('attributes.', '')
  const holder = isAttribute ? ((customer.attributes ?? {}) as Record<string, unknown>) : customer
  if (value === null) delete holder[name]
  else holder[name] = value
  if (isAttribute && Object.keys(holder).length > 0) customer.attributes = holder
  if (isAttribute && Object.keys(holder).length === 0) delete customer.attributes
}

/** A stored customer as the model tells it: without its id, and without an `attributes` that holds nothing. */
export function asModelled({ _id, attributes, ...rest }: Customer): Record<string, unknown> {
  return { ...rest, ...(attributes && Object.keys(attributes).length > 0 && { attributes }) }
}
