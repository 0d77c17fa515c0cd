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

/** `phone` is that of the customer. */
type UploadRow = CustomerRow<StoredRow>

interface Regrouping {
  readonly from: RecordKind
  readonly to: RecordKind
  /** As it is before the switch. */
  readonly timeline: Timeline
  /** Gives an id to a record that is nobody's continuation. */
  readonly newId: () => mongo.ObjectId
}

/** A record as it is, and what the uploads that count say of it. */
interface Stored {
  readonly customer: Customer
  /** In the order of sharing; none where something else stored it, or its rows are gone. */
  readonly rows: readonly UploadRow[]
  readonly shown: CustomerStory | undefined
  /** What it holds otherwise than the uploads say, by path: something else wrote it. Null where that took it away. */
  readonly own: ReadonlyMap<string, unknown>
}

interface Group {
  readonly key: string
  readonly rows: UploadRow[]
  /** Records whose beginning is in the group, the earliest first: it goes on under the id of one of them. */
  readonly begun: Stored[]
  /** Records whose latest word is in the group: what something else wrote to them goes there. */
  readonly ended: Stored[]
}

/**
 * The records of one phone under another choice of what a record is: what the uploads that count make of them, told
 * from their rows, and what something else wrote, which goes with the latest upload of the record it was written to.
 * A record that is gone stays gone. Pure.
 *
 * @param customers all records of the phone
 * @param rows every row of every file about the phone
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

/** Values by path, also those that are none of ours. */
function valuesOf(customer: Customer): Map<string, unknown> {
  return new Map(Object.entries(flattenPaths<unknown>(customer)).filter(([path]) => !BOOKKEEPING.has(path)))
}

/** Whether two stored values are the same, whatever they are. */
export function isSameStored(a: unknown, b: unknown): boolean {
  return a === b || Buffer.compare(mongo.BSON.serialize({ a }), mongo.BSON.serialize({ a: b })) === 0
}

/** What the rows say, and nothing of what they found: once the switch is done, that is told of other records. */
function post(rows: readonly UploadRow[], timeline: Timeline): CustomerStory | undefined {
  if (rows.length === 0) return undefined
  const paths = rows.flatMap(pathsShown)
  const asOfOld = { ...timeline, isCurrent: () => false }
  return replayCustomer(rows, paths, undefined, asOfOld, timeline.isEffective)
}

/** Those nobody uploaded first, then by their first upload. */
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
      // Stored twice, by a write that came late: it is one record all the same.
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
  return {
    _id: base?.customer._id ?? newId(),
    primary_phone: first?.phone ?? base?.customer.primary_phone ?? '',
    ...(written !== undefined && { written_phone: written }),
    ...nestPaths(values as Record<string, FieldValue>),
    ...recordKeepingUpdate(keep(reported?.recordKeeping ?? {}, { begun, ended }, to)).set,
  } as unknown as Customer
}

/** What was written to a record by something other than its rows, unless a later upload says otherwise. */
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

/** Whether an upload shared after the last of a record says a field: what was written to the record is older. */
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

/** The record keeping the rows tell, and what the records know beyond it: of uploads whose rows are gone. */
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
  // Where a record belongs to one upload, that is the one it is told by.
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
