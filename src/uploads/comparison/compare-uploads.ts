import { Buffer } from 'node:buffer'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { mongo } from 'mongoose'
import { type FileUpload, type Models, toDatabaseError, type UploadRow } from '../../../models/index.ts'
import type { FieldValue } from '../../customers/fields/index.ts'
import { makeTemporaryFolder } from '../../temporary-folder.ts'
import { customerPhoneOf, flattenPaths, isSameValue } from '../rows/index.ts'
import { type RawRow, readRowPages } from './row-pages.ts'
import { type ListedRows, type ListRow, type SpooledList, spoolList } from './spooled-list.ts'

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

const IN_LIST = {
  phone: { $exists: true },
  outcome: { $in: ['created', 'updated', 'unchanged', 'duplicate'] },
} as const
const ABOUT = { line: 1, phone: 1, customer_phone: 1, values: 1 } as const
/** Customers compared before the event loop has its turn. */
const CUSTOMERS_PER_TURN = 200

/**
 * Goes through two lists and yields where they differ: first customers the list has new or otherwise, in its order, then
 * those it misses, in the order of the other. Each list is read once from the database, so time grows with the rows. The other
 * waits in a temporary file: memory holds hardly more than its phones.
 *
 * @param onCompared told of each stretch of customers gone through
 * @throws AppError database_unavailable, database_failed
 */
export async function* compareUploads(
  models: Models,
  list: FileUpload,
  other: FileUpload,
  onCompared: (same: number) => void = () => {},
): AsyncGenerator<ListDifference> {
  const spools = await openSpools()
  try {
    const there = await spools.spool(other, readListRows(models, other))
    let same = 0
    let customers = 0
    for await (const here of await readCustomers(models, list, spools)) {
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

/** Files that are gone once the lists are compared, or nobody asks for more. */
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

/** The rows of each customer of a list, in the order of their first lines. */
async function readCustomers(
  models: Models,
  list: FileUpload,
  spools: Spools,
): Promise<AsyncIterable<ListedRows>> {
  const rows = readListRows(models, list)
  // A phone that comes once needs no looking back. Records kept as written can have a phone in common.
  const isPlain = list.counts?.duplicate === 0 && list.records?.kind !== 'as_written'
  return isPlain ? eachAlone(rows) : (await spools.spool(list, rows)).unmarked()
}

async function* eachAlone(pages: AsyncIterable<readonly ListRow[]>): AsyncGenerator<ListedRows> {
  for await (const page of pages) for (const row of page) yield [row]
}

/** Rows that are about customers, as bytes. */
async function* readListRows(models: Models, list: FileUpload): AsyncGenerator<readonly ListRow[]> {
  try {
    for await (const page of readRowPages(models, list, { filter: IN_LIST, projection: ABOUT }))
      yield page.map(asListRow)
  } catch (error) {
    throw toDatabaseError(error)
  }
}

/** The projection gives no more than this. */
type StoredRow = Pick<UploadRow, 'line'> & {
  readonly phone?: string
  readonly customer_phone?: string
  /** Absent once the retention policy deleted them. */
  readonly values?: Uint8Array
}

const NO_VALUES = mongo.BSON.serialize({})

function asListRow(row: RawRow): ListRow {
  const stored = row as StoredRow
  return { phone: customerPhoneOf(stored) ?? '', line: stored.line, values: stored.values ?? NO_VALUES }
}

/** @returns undefined where both lists say the same */
function compareCustomer(here: ListedRows, there: ListedRows | undefined): ListDifference | undefined {
  const [{ phone }] = here
  if (!there) return { kind: 'new', phone, ...mergeRows(here) }
  if (isSameBytes(here, there)) return undefined
  const { values, line } = mergeRows(here)
  const fields = differ(mergeRows(there).values, values)
  return fields.length > 0 ? { kind: 'changed', phone, values, line, fields } : undefined
}

/** Most customers say the same in both lists, to the byte: then nothing is decoded. */
function isSameBytes([here, ...others]: ListedRows, [there, ...more]: ListedRows): boolean {
  return others.length + more.length === 0 && Buffer.compare(here.values, there.values) === 0
}

/** What a list says in all its lines about one phone: later ones win where they say something. */
function mergeRows(rows: ListedRows): { readonly values: ListValues; readonly line: number } {
  const values = rows.map((row) => flattenPaths<FieldValue | null>(mongo.BSON.deserialize(row.values)))
  return { values: Object.assign({}, ...values), line: rows[0].line }
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
