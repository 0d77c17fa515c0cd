import type { FileUpload, Models, UploadRow } from '../../../models/index.ts'
import type { FieldValue } from '../../customers/fields/index.ts'
import {
  type CustomerRow,
  createPhoneSet,
  customerPhoneOf,
  flattenPaths,
  isSameValue,
  readCustomerRows,
  rowsBehind,
} from '../rows/index.ts'

/** A customer in which two lists differ. */
export type ListDifference =
  /** Only the one list has it, or only the other. */
  | {
      readonly kind: 'new' | 'missing'
      readonly phone: string
      readonly values: ListValues
      readonly line: number
    }
  | {
      readonly kind: 'changed'
      readonly phone: string
      readonly values: ListValues
      readonly line: number
      readonly fields: readonly FieldDifference[]
    }

export interface FieldDifference {
  readonly path: string
  /** What the earlier list says, and the later one. Null: the list says that there is none. */
  readonly before: FieldValue | null
  readonly after: FieldValue | null
}

/** What a list says about somebody, by path; a blank cell says nothing. */
type ListValues = Readonly<Record<string, FieldValue | null>>

type StoredRow = Pick<UploadRow, 'upload' | 'line' | 'values' | 'phone' | 'customer_phone'>
type ListRow = CustomerRow<StoredRow>

interface MergedRows {
  readonly values: ListValues
  readonly line: number
}

/** Phones looked up at once. */
const BATCH = 500
const IN_LIST = { phone: { $exists: true }, outcome: { $in: ['created', 'updated', 'unchanged'] } } as const

/**
 * Goes through two lists and yields where they differ: first customers the list has new or otherwise, in its order, then
 * those it misses, in the order of the other. Both are streamed, and the one is looked up in the other through the index
 * on phone and time of sharing, so hardly more than the phones of the list is in memory.
 *
 * @param onCompared told of each stretch of customers gone through
 */
export async function* compareUploads(
  models: Models,
  list: FileUpload,
  other: FileUpload,
  onCompared: (same: number) => void = () => {},
): AsyncGenerator<ListDifference> {
  const listed = createPhoneSet()
  for await (const phones of listPhones(models, list)) {
    const rows = await findRows(models, phones, [list, other])
    let same = 0
    for (const phone of phones) {
      const here = mergeRows(rows.get(phone), list)
      if (!here) continue
      listed.add(phone)
      const difference = compareCustomer(phone, here, mergeRows(rows.get(phone), other))
      if (difference) yield difference
      else same += 1
    }
    onCompared(same)
  }
  for await (const phones of listPhones(models, other)) {
    const missing = phones.filter((phone) => !listed.has(phone))
    if (missing.length === 0) continue
    const rows = await findRows(models, missing, [other])
    for (const phone of missing) {
      const there = mergeRows(rows.get(phone), other)
      if (there) yield { kind: 'missing', phone, ...there }
    }
  }
}

/** @returns undefined where both lists say the same */
function compareCustomer(
  phone: string,
  { values, line }: MergedRows,
  there: MergedRows | undefined,
): ListDifference | undefined {
  if (!there) return { kind: 'new', phone, values, line }
  const fields = differ(there.values, values)
  return fields.length > 0 ? { kind: 'changed', phone, values, line, fields } : undefined
}

/**
 * The phones of the customers of a list in its order, page by page: a cursor kept open for a million rows could be closed by the server
 * in between.
 */
async function* listPhones(models: Models, list: FileUpload): AsyncGenerator<readonly string[]> {
  for (let after = 0; ; ) {
    const rows = await models.uploadRows.collection
      .find<Pick<StoredRow, 'phone' | 'customer_phone' | 'line'>>(
        { ...rowsBehind(list, after), ...IN_LIST },
        { projection: { _id: 0, phone: 1, customer_phone: 1, line: 1 }, batchSize: BATCH + 1 },
      )
      .sort({ _id: 1 })
      .limit(BATCH)
      .toArray()
    const last = rows.at(-1)
    if (!last) return
    yield [...new Set(rows.flatMap((row) => customerPhoneOf(row) ?? []))]
    after = last.line
  }
}

async function findRows(
  models: Models,
  phones: readonly string[],
  uploads: readonly FileUpload[],
): Promise<ReadonlyMap<string, ListRow[]>> {
  const found = readCustomerRows<StoredRow>(models, phones, {
    filter: {
      shared_at: { $in: uploads.map(({ shared_at }) => shared_at) },
      upload: { $in: uploads.map(({ _id }) => _id) },
    },
    projection: { _id: 0, upload: 1, line: 1, phone: 1, customer_phone: 1, values: 1 },
  })
  const rows = new Map<string, ListRow[]>()
  for await (const row of found) {
    const known = rows.get(row.phone)
    if (known) known.push(row)
    else rows.set(row.phone, [row])
  }
  return rows
}

/** What a list says in all its lines about one phone: later ones win where they say something. */
function mergeRows(rows: readonly ListRow[] | undefined, { _id }: FileUpload): MergedRows | undefined {
  const own = (rows ?? []).filter(({ upload }) => upload.equals(_id)).sort((a, b) => a.line - b.line)
  const [first] = own
  if (!first) return undefined
  const values = own.map((row) => flattenPaths<FieldValue | null>(row.values))
  return { values: Object.assign({}, ...values), line: first.line }
}

/** Where both lists say something, and not the same. */
function differ(before: ListValues, after: ListValues): FieldDifference[] {
  return Object.entries(after).flatMap(([path, value]) => {
    const earlier = before[path]
    return earlier === undefined || isSameValue(earlier, value)
      ? []
      : [{ path, before: earlier, after: value }]
  })
}
