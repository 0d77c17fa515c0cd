import type { Customer, FileUpload, RecordKind } from '../../../models/index.ts'
import type { FieldRule, FieldValue, FieldValues } from '../../../src/customers/fields/customer.ts'

export interface ModelRow {
  readonly line: number
  readonly phone: string
  readonly written?: string
  /** The row's own phone, if the row matched a customer by it. */
  readonly second?: string
  readonly values: FieldValues
}

export interface ModelFile {
  readonly upload: FileUpload
  /** As recorded. */
  readonly rows: readonly ModelRow[]
  readonly rules?: Readonly<Record<string, FieldRule>>
  isEffective: boolean
}

/** A record kind, and the number of files applied before it. */
export interface ModelChoice {
  readonly kind: RecordKind
  readonly since: number
}

/** The record key of a row. */
function keyInModel(kind: RecordKind, { upload }: ModelFile, { phone, written }: ModelRow): string {
  if (kind === 'one_per_phone') return phone
  if (kind === 'as_written') return `${phone} as ${written ?? phone}`
  return `${phone} in ${upload.number}`
}

/**
 * Computes the customers from the active files alone, one after the other. Values follow the share order,
 * record keeping the order of application; of files from before a switch the earliest share is the first.
 */
export function expectCustomers(
  files: readonly ModelFile[],
  { kind, since }: ModelChoice = { kind: 'one_per_phone', since: 0 },
): Map<string, Record<string, unknown>> {
  const customers = new Map<string, Record<string, unknown>>()
  const applied = files.filter(({ isEffective }) => isEffective)
  const bySharing = (a: ModelFile, b: ModelFile) =>
    a.upload.shared_at.getTime() - b.upload.shared_at.getTime() || placeOf(a.upload) - placeOf(b.upload)
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

/** Position among files of one share time: a file read again keeps that of its share. */
function placeOf(upload: FileUpload): number {
  return upload.kind === 'import' ? (upload.reread_of?.place ?? upload.number) : upload.number
}

/** The row that creates a customer: the first one of the file applied first, whenever it was shared. */
function findCreators(applied: readonly ModelFile[], kind: RecordKind): Map<string, ModelRow> {
  const creators = new Map<string, ModelRow>()
  for (const file of applied)
    for (const [key, [first]] of rowsByKey(kind, file))
      if (first && !creators.has(key)) creators.set(key, first)
  return creators
}

/** Applies a rule: a non-blank field is kept, or every field except those of the creating row. */
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

/** A stored customer in the model's form: without its id, and without an empty `attributes`. */
export function asModelled({ _id, attributes, ...rest }: Customer): Record<string, unknown> {
  return { ...rest, ...(attributes && Object.keys(attributes).length > 0 && { attributes }) }
}
