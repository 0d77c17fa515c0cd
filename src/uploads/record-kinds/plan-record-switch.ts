import { mongo } from 'mongoose'
import type { Customer, RecordKeeping, RecordKind, UploadRow as StoredRow } from '../../../models/index.ts'
import type { FieldValue } from '../../customers/fields/index.ts'
import { type CustomerStory, replayCustomer, type Timeline } from '../history/index.ts'
import {
  BOOKKEEPING,
  type CustomerRow,
  customerKey,
  flattenPaths,
  nestPaths,
  pathsShown,
  recordKeepingOf,
  recordKeepingUpdate,
  recordKey,
} from '../rows/index.ts'

/** `phone` is the customer's. */
type UploadRow = CustomerRow<StoredRow>

interface Regrouping {
  readonly from: RecordKind
  readonly to: RecordKind
  /** The timeline before the switch. */
  readonly timeline: Timeline
  /** Returns the id of a record that continues no stored one. */
  readonly newId: () => mongo.ObjectId
}

/** A stored record and its rows. */
interface Stored {
  readonly customer: Customer
  /** In share order; empty if something outside the bot stored it, or its rows are gone. */
  readonly rows: readonly UploadRow[]
  readonly shown: CustomerStory | undefined
  /**
   * Values that differ from what the uploads give, by path: something outside the bot wrote them. Null: it
   * removed the value.
   */
  readonly own: ReadonlyMap<string, unknown>
}

interface Group {
  readonly key: string
  readonly rows: UploadRow[]
  /**
   * Records whose first upload is in the group, the earliest first; the group keeps the id of one of them.
   */
  readonly begun: Stored[]
  /** Records whose latest upload is in the group; values written to them outside the bot go there. */
  readonly ended: Stored[]
}

/**
 * Computes the records of one phone under another record kind. Values come from the rows of active uploads.
 * Values written outside the bot go with the latest upload of their record. A deleted record stays deleted.
 * Pure.
 *
 * @param customers all records of the phone
 * @param rows all rows of all files about the phone
 */
export function regroupRecords(
  customers: readonly Customer[],
  rows: readonly UploadRow[],
  { from, to, timeline, newId }: Regrouping,
): Customer[] {
  const shared = rows.filter(({ upload }) => timeline.isEffective(upload)).sort(bySharing(timeline))
  const stored = customers
    .map((customer) => describeStored(customer, shared, from, timeline))
    .sort((a, b) => compareStored(a, b, timeline))
  return groupAnew(stored, to).map((group) => makeRecord(group, to, timeline, newId))
}

function bySharing(timeline: Timeline): (a: UploadRow, b: UploadRow) => number {
  return (a, b) =>
    a.shared_at.getTime() - b.shared_at.getTime() ||
    timeline.placeOf(a.upload) - timeline.placeOf(b.upload) ||
    a.line - b.line
}

const keyOf = (row: UploadRow, kind: RecordKind): string =>
  recordKey(kind, { phone: row.phone, written: row.written, upload: row.upload })

function describeStored(
  customer: Customer,
  shared: readonly UploadRow[],
  from: RecordKind,
  timeline: Timeline,
): Stored {
  const key = customerKey(from, customer)
  const rows = shared.filter((row) => keyOf(row, from) === key)
  const described = post(rows, timeline)
  const own = new Map<string, unknown>()
  const expected = new Map(described?.fields.map(({ path, expected }) => [path, expected]))
  const found = valuesOf(customer)
  for (const path of new Set([...expected.keys(), ...found.keys()])) {
    const value = found.get(path) ?? null
    if (!isSameStored(value, expected.get(path) ?? null)) own.set(path, value)
  }
  return { customer, rows, shown: described, own }
}

/** Values by path, including unknown ones. */
function valuesOf(customer: Customer): Map<string, unknown> {
  return new Map(Object.entries(flattenPaths<unknown>(customer)).filter(([path]) => !BOOKKEEPING.has(path)))
}

/** True if two stored values of any type are equal. */
export function isSameStored(a: unknown, b: unknown): boolean {
  return a === b || Buffer.compare(mongo.BSON.serialize({ a }), mongo.BSON.serialize({ a: b })) === 0
}

/** The values of the rows without what they found: after the switch, that belongs to other records. */
function post(rows: readonly UploadRow[], timeline: Timeline): CustomerStory | undefined {
  if (rows.length === 0) return undefined
  const paths = rows.flatMap(pathsShown)
  const asOfOld = { ...timeline, isCurrent: () => false }
  return replayCustomer(rows, paths, undefined, asOfOld, timeline.isEffective)
}

/** Records without an upload first, then by first upload. */
function compareStored(a: Stored, b: Stored, timeline: Timeline): number {
  const [x, y] = [a.rows[0], b.rows[0]]
  if (x && y) return bySharing(timeline)(x, y)
  if (x || y) return x ? 1 : -1
  return (a.customer.updated_at?.getTime() ?? 0) - (b.customer.updated_at?.getTime() ?? 0)
}

function groupAnew(stored: readonly Stored[], to: RecordKind): Group[] {
  const groups = new Map<string, Group>()
  const groupOf = (key: string): Group => {
    const group = groups.get(key) ?? { key, rows: [], begun: [], ended: [] }
    groups.set(key, group)
    return group
  }
  const seen = new Set<UploadRow>()
  for (const one of stored) {
    const [first, last] = [one.rows[0], one.rows.at(-1)]
    groupOf(first ? keyOf(first, to) : customerKey(to, one.customer)).begun.push(one)
    groupOf(last ? keyOf(last, to) : customerKey(to, one.customer)).ended.push(one)
    for (const row of one.rows) {
      // Two copies from a late write are one record.
      if (!seen.has(row)) groupOf(keyOf(row, to)).rows.push(row)
      seen.add(row)
    }
  }
  return [...groups.values()]
}

function makeRecord(
  { rows, begun, ended }: Group,
  to: RecordKind,
  timeline: Timeline,
  newId: () => mongo.ObjectId,
): Customer {
  const [base] = begun
  const shared = rows.toSorted(bySharing(timeline))
  const reported = post(shared, timeline)
  const values: Record<string, unknown> = {}
  for (const { path, wanted } of reported?.fields ?? []) if (wanted !== null) values[path] = wanted
  for (const one of ended) putOwn(values, one, shared, timeline)
  const [first] = shared
  const writtenBefore = first ? first.written : base?.customer.written_phone
  const written = to === 'as_written' ? writtenBefore : undefined
  // The rows carry the other fields under their paths.
  return {
    _id: base?.customer._id ?? newId(),
    primary_phone: first?.phone ?? base?.customer.primary_phone ?? '',
    ...(written !== undefined && { written_phone: written }),
    ...nestPaths(values as Record<string, FieldValue>),
    ...recordKeepingUpdate(keep(reported?.recordKeeping ?? {}, { begun, ended }, to)).set,
  } as Customer
}

/** Adds the values written to a record outside the bot, unless a later upload sets the field. */
function putOwn(
  values: Record<string, unknown>,
  one: Stored,
  shared: readonly UploadRow[],
  timeline: Timeline,
): void {
  for (const [path, value] of one.own) {
    if (isStatedLater(path, one, shared, timeline)) continue
    if (value === null) delete values[path]
    else values[path] = value
  }
}

/**
 * True if an upload shared after a record's last one sets a field: the value written to the record is older.
 */
function isStatedLater(
  path: string,
  { rows }: Stored,
  shared: readonly UploadRow[],
  timeline: Timeline,
): boolean {
  const last = rows.at(-1)
  return shared.some(
    (row) =>
      (!last || bySharing(timeline)(last, row) < 0) &&
      timeline.ruleOf(row.upload, path) === 'overwrite' &&
      Object.hasOwn(flattenPaths(row.values), path),
  )
}

/** Combines the record keeping of the rows with what only the records know: uploads whose rows are gone. */
function keep(
  printed: RecordKeeping,
  { begun, ended }: Pick<Group, 'begun' | 'ended'>,
  to: RecordKind,
): RecordKeeping {
  const kept: RecordKeeping = { ...printed }
  for (const one of begun) keepFirst(kept, one, to)
  for (const one of ended) keepLast(kept, one)
  return kept
}

function keepFirst(kept: RecordKeeping, { customer, shown: story }: Stored, to: RecordKind): void {
  const { first_uploaded_at, first_upload } = recordKeepingOf(customer)
  if (!first_uploaded_at || isSameStored(first_uploaded_at, story?.recordKeeping?.first_uploaded_at ?? null))
    return
  if (kept.first_uploaded_at && kept.first_uploaded_at <= first_uploaded_at) return
  kept.first_uploaded_at = first_uploaded_at
  // With one record per upload, the record's only upload is its first.
  if (first_upload && (to !== 'one_per_upload' || !kept.first_upload)) kept.first_upload = first_upload
}

function keepLast(kept: RecordKeeping, { customer, shown: story }: Stored): void {
  const { updated_at, last_upload, upload_count } = recordKeepingOf(customer)
  if (updated_at && (!kept.updated_at || kept.updated_at < updated_at)) kept.updated_at = updated_at
  if (last_upload) kept.last_upload ??= last_upload
  const beyond = (upload_count ?? 0) - (story?.recordKeeping?.upload_count ?? 0)
  if (upload_count !== undefined && beyond !== 0)
    kept.upload_count = Math.max(1, (kept.upload_count ?? 0) + beyond)
}
