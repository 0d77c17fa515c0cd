import { Buffer } from 'node:buffer'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { mongo } from 'mongoose'
import type { FileUpload, Models, UploadRow } from '../../../models/index.ts'
import type { FieldValue } from '../../customers/fields/index.ts'
import { makeTemporaryFolder } from '../../private-files/index.ts'
import { customerPhoneOf, flattenPaths, isSameValue } from '../rows/index.ts'
import { type RawRow, readRowPages } from './row-pages.ts'
import { type ListedRows, type ListRow, type SpooledList, spoolList } from './spooled-list.ts'

/** A customer in which two lists differ. */
export type ListDifference =
  /** Only one of the two lists has the customer. */
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

interface FieldDifference {
  readonly path: string
  /** The values in the earlier and in the later list. Null: cleared by the list. */
  readonly before: FieldValue | null
  readonly after: FieldValue | null
}

/** A list's values of one customer, by path; blank cells are absent. */
type ListValues = Readonly<Record<string, FieldValue | null>>

const IN_LIST = {
  phone: { $exists: true },
  outcome: { $in: ['created', 'updated', 'unchanged', 'duplicate'] },
} as const
const ABOUT = { line: 1, phone: 1, customer_phone: 1, values: 1 } as const
/** Customers compared before the event loop gets its turn. */
const CUSTOMERS_PER_TURN = 200

/**
 * Compares two lists and yields their differences. First come new and changed customers in the list's order,
 * then missing customers in the other list's order. Each list is read once from the database, so time grows
 * with the rows. The other list is in a temporary file: memory holds little more than its phones.
 *
 * @param onCompared called after each stretch of compared customers
 * @param onRead awaited after each page of rows, with the rows read of both lists so far
 * @throws driver errors
 */
export async function* compareUploads(
  models: Models,
  list: FileUpload,
  other: FileUpload,
  onCompared: (same: number) => void = () => {},
  onRead: (rows: number) => Promise<void> = async () => {},
): AsyncGenerator<ListDifference> {
  const spools = await openSpools()
  let read = 0
  const readRows = async function* (from: FileUpload) {
    for await (const page of readListRows(models, from)) {
      read += page.length
      await onRead(read)
      yield page
    }
  }
  try {
    const there = await spools.spool(other, readRows(other))
    let same = 0
    let customers = 0
    for await (const here of await readCustomers(list, readRows(list), spools)) {
      const [{ phone }] = here
      there.mark(phone)
      const difference = compareCustomer(here, there.find(phone))
      if (difference) yield difference
      else same += 1
      if (++customers % CUSTOMERS_PER_TURN !== 0) continue
      onCompared(same)
      same = 0
      await nextTurn()
    }
    onCompared(same)
    for await (const rows of there.unmarked())
      yield { kind: 'missing', phone: rows[0].phone, ...mergeRows(rows) }
  } finally {
    await spools.close()
  }
}

interface Spools {
  spool(list: FileUpload, pages: AsyncIterable<readonly ListRow[]>): Promise<SpooledList>
  close(): Promise<void>
}

/** Temporary files, which are deleted when the comparison ends or the caller stops. */
async function openSpools(): Promise<Spools> {
  const folder = await makeTemporaryFolder()
  const open: SpooledList[] = []
  return {
    async spool(list, pages) {
      const spooled = await spoolList(join(folder, String(list.number)), list.counts?.rows ?? 0, pages)
      open.push(spooled)
      return spooled
    },
    async close() {
      for (const spooled of open) await spooled.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Reads the rows of each customer of a list, in the order of their first lines. */
async function readCustomers(
  list: FileUpload,
  rows: AsyncIterable<readonly ListRow[]>,
  spools: Spools,
): Promise<AsyncIterable<ListedRows>> {
  // A phone that occurs once has no earlier rows to find. Records kept as written can share a phone.
  const isPlain = list.counts?.duplicate === 0 && list.records?.kind !== 'as_written'
  return isPlain ? eachAlone(rows) : (await spools.spool(list, rows)).unmarked()
}

async function* eachAlone(pages: AsyncIterable<readonly ListRow[]>): AsyncGenerator<ListedRows> {
  for await (const page of pages) for (const row of page) yield [row]
}

/** Reads the rows that are about customers, as bytes. */
async function* readListRows(models: Models, list: FileUpload): AsyncGenerator<readonly ListRow[]> {
  for await (const page of readRowPages(models, list, { filter: IN_LIST, projection: ABOUT }))
    yield page.map(asListRow)
}

/** The projection returns only these fields. */
type StoredRow = Pick<UploadRow, 'line'> & {
  readonly phone?: string
  readonly customer_phone?: string
  /** Absent after the retention policy deleted them. */
  readonly values?: Uint8Array
}

const NO_VALUES = mongo.BSON.serialize({})

function asListRow(row: RawRow): ListRow {
  const stored = row as StoredRow
  return { phone: customerPhoneOf(stored) ?? '', line: stored.line, values: stored.values ?? NO_VALUES }
}

/** @returns undefined if both lists have the same values */
function compareCustomer(here: ListedRows, there: ListedRows | undefined): ListDifference | undefined {
  const [{ phone }] = here
  if (!there) return { kind: 'new', phone, ...mergeRows(here) }
  if (isSameBytes(here, there)) return undefined
  const { values, line } = mergeRows(here)
  const fields = differ(mergeRows(there).values, values)
  return fields.length > 0 ? { kind: 'changed', phone, values, line, fields } : undefined
}

/** Most customers are equal to the byte in both lists, so nothing is decoded. */
function isSameBytes([here, ...others]: ListedRows, [there, ...more]: ListedRows): boolean {
  return others.length + more.length === 0 && Buffer.compare(here.values, there.values) === 0
}

/** Merges all lines of one phone: a later line wins unless its cell is blank. */
function mergeRows(rows: ListedRows): { readonly values: ListValues; readonly line: number } {
  const values = rows.map((row) => flattenPaths<FieldValue | null>(mongo.BSON.deserialize(row.values)))
  return { values: Object.assign({}, ...values), line: rows[0].line }
}

/** The fields that both lists have with different values. */
function differ(before: ListValues, after: ListValues): FieldDifference[] {
  return Object.entries(after).flatMap(([path, value]) => {
    const earlier = before[path]
    return earlier === undefined || isSameValue(earlier, value)
      ? []
      : [{ path, before: earlier, after: value }]
  })
}
