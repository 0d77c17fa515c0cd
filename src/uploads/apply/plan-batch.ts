import { mongo } from 'mongoose'
import type {
  Customer,
  FieldChange,
  FileUpload,
  RowOutcome,
  StoredChanges,
  StoredValues,
  UploadLine,
  UploadRow,
} from '../../../models/index.ts'
import type { FieldRule, FieldValue, FieldValues, ReadRow, RowNote } from '../../customers/fields/index.ts'
import type { LatePlace } from '../history/index.ts'
import {
  addPhones,
  customerPhoneOf,
  type FieldRules,
  flattenPaths,
  isSameValue,
  keyIn,
  nestPaths,
  OTHER_PHONES,
  rememberRecordKeeping,
  rowId,
  ruleIn,
  rulesOf,
  searchWordsOf,
  valueAt,
} from '../rows/index.ts'
import {
  createPhoneOwners,
  matchOtherPhones,
  type PhoneOwner,
  refuseAmbiguousRow,
  withOwnPhone,
} from '../second-phones/index.ts'
import {
  addLargestRow,
  bytesOf,
  type CustomerSize,
  isNearLimit,
  measure,
  refuseLargeRow,
} from './document-size.ts'

/** What a batch will do, computed before any write. */
export interface BatchPlan {
  /** One per row of the file, in order; rows recorded by an earlier run stay as recorded. */
  readonly rows: readonly UploadRow[]
  /** One per touched customer that is not up to date yet. */
  readonly writes: readonly CustomerWrite[]
  /** Customers that an earlier try has written. */
  readonly done: readonly WrittenCustomer[]
  /**
   * Every phone of the touched customers, before and after the batch. Empty unless rows match second phones.
   */
  readonly phones: ReadonlySet<string>
}

/** A customer that was already written by this line of this upload, or by a later line. */
export interface WrittenCustomer {
  readonly id: mongo.ObjectId
  readonly phone: string
  readonly lastUpload: UploadLine
}

export interface CustomerWrite {
  readonly phone: string
  readonly written?: string | undefined
  /** The customer's record key. */
  readonly key: string
  /**
   * `create`: no customer had the phone. `change`: values change. `touch`: only the record keeping changes.
   */
  readonly kind: 'create' | 'change' | 'touch'
  readonly id: mongo.ObjectId
  /** The last upload the plan is based on. The write is refused if the customer has another one. */
  readonly basedOn: UploadLine | undefined
  /** By path; null removes the field. */
  readonly values: Readonly<Record<string, FieldValue | null>>
  readonly updatedAt: Date
  readonly lastUpload: UploadLine
  readonly uploadCount: number
  /** Set if the customer has none yet. */
  readonly firstUpload: UploadLine | undefined
}

type UploadKey = Pick<FileUpload, '_id' | 'number' | 'shared_at' | 'records' | 'match_other_phones'> & {
  readonly file?: Pick<FileUpload['file'], 'mapping'>
}

type CustomerRow = ReadRow & { kind: 'customer' }

/** What later shares have set in a record; it stands. */
export interface NewerStatement {
  readonly paths: ReadonlySet<string>
  /** Second phones by which their rows matched the record. */
  readonly phones: ReadonlySet<string>
  /** Paths that later shares set but that an earlier share may still change; `paths` leaves these out. */
  readonly places: ReadonlyMap<string, LatePlace>
}

/** By record key. */
export type NewerPaths = ReadonlyMap<string, NewerStatement>

/** What a plan is based on, beside the rows. */
export interface KnownCustomers {
  /**
   * Customers stored under the batch's phones, by record key, and those who have such a phone as a second
   * one.
   */
  readonly customers: ReadonlyMap<string, Customer>
  /** Second phones of so many customers that not all of them were read. */
  readonly crowded: ReadonlySet<string>
}

/** A customer while the rows of the batch are planned. */
interface Draft {
  readonly phone: string
  readonly written: string | undefined
  readonly id: mongo.ObjectId
  readonly stored: Customer | undefined
  readonly newer: NewerStatement | undefined
  readonly values: Map<string, FieldValue | null>
  /**
   * For a late share, the value its rows leave at their place, by path; `values` includes the later shares. Filled only
   * where later shares are known.
   */
  readonly late: Map<string, FieldValue | null>
  /** True after a row of this upload touched the customer, in this batch or an earlier one. */
  isSeen: boolean
  /** True if a row of this batch went to it. */
  isTouched: boolean
  readonly size: CustomerSize
  firstLine: number
  lastLine: number
}

/** The customers that rows of an earlier plan went to, by line. */
export type DecidedOwners = ReadonlyMap<number, PhoneOwner>

/**
 * Plans the outcome of every row and one write per customer. Pure: the same rows, customers and records give
 * the same plan, so a batch is safe to repeat.
 *
 * @param known stored customers; a single map if no row matches second phones
 * @param recorded rows an earlier run recorded, by line. Their outcomes stand, because the customer may
 * already carry them
 * @param newer what later shares set in customers; the latest file wins, also if applied earlier
 * @param decided customers of rows that are planned again; a row keeps its customer while that exists
 */
export function planBatch(
  upload: UploadKey,
  rows: readonly ReadRow[],
  known: KnownCustomers | ReadonlyMap<string, Customer>,
  recorded: ReadonlyMap<number, UploadRow>,
  newer: NewerPaths = new Map(),
  decided: DecidedOwners = new Map(),
): BatchPlan {
  const rules = createRules(upload)
  const { customers: existing, crowded } =
    'customers' in known ? known : { customers: known, crowded: new Set<string>() }
  const drafts = new Map<string, Draft>()
  const owners = matchOtherPhones(upload)
    ? createPhoneOwners(existing, crowded, (phone) => drafts.get(phone)?.values)
    : undefined
  const draftOf = (row: DraftRow): Draft => {
    const key = keyIn(upload, row)
    const known = drafts.get(key)
    if (known) return known
    const draft = openDraft(upload, existing.get(key), row, newer.get(key))
    drafts.set(key, draft)
    owners?.opened(draft.phone)
    return draft
  }
  const ownerOf = ({ phone, line }: CustomerRow): PhoneOwner => {
    if (!owners) return { kind: 'own' }
    const earlier = decided.get(line)
    return earlier && owners.stands(earlier) ? earlier : owners.of(phone)
  }

  const applyTo = (owner: DraftRow, row: CustomerRow): UploadRow => {
    const draft = draftOf(owner)
    const done = applyRow(upload, draft, row, rules)
    if (done) return done
    // The customer's next row is its first one.
    if (!draft.isTouched) drafts.delete(keyIn(upload, owner))
    return unusedRow(upload, refuseLargeRow(row))
  }

  const planned = rows.map((row): UploadRow => {
    const record = recorded.get(row.line)
    if (record) {
      const { written, line } = record
      const phone = customerPhoneOf(record)
      if (phone === undefined) return record
      const draft = draftOf({ phone, written, line })
      replay(draft, record)
      if (record.changes) owners?.changed(phone)
      return record
    }
    if (row.kind !== 'customer') return unusedRow(upload, row)
    const owner = ownerOf(row)
    if (owner.kind === 'several') return unusedRow(upload, refuseAmbiguousRow(row, owner))
    const phone = owner.kind === 'other' ? owner.phone : row.phone
    const done = applyTo({ ...row, phone }, row)
    if (done.changes) owners?.changed(phone)
    return done
  })

  const writes: CustomerWrite[] = []
  const done: WrittenCustomer[] = []
  for (const [key, draft] of drafts) {
    const written = findWritten(upload, draft)
    if (written) done.push(written)
    else writes.push(closeDraft(upload, key, draft))
  }
  return { rows: planned, writes, done, phones: owners?.touched() ?? NO_PHONES }
}

const NO_PHONES: ReadonlySet<string> = new Set()

function isSameUpload(line: UploadLine | undefined, upload: UploadKey): boolean {
  return line?.upload.equals(upload._id) === true
}

interface DraftRow {
  readonly phone: string
  readonly written?: string | undefined
  readonly line: number
}

/** Of drafts without later shares: nothing is ever put in. */
const NEVER_LATE = new Map<string, FieldValue | null>()

function openDraft(
  upload: UploadKey,
  stored: Customer | undefined,
  { phone, written, line }: DraftRow,
  newer: NewerStatement | undefined,
): Draft {
  return {
    phone,
    written,
    id: stored?._id ?? rowId(upload, line),
    stored,
    newer,
    values: new Map(),
    late: newer ? new Map() : NEVER_LATE,
    isSeen: isSameUpload(stored?.last_upload, upload),
    isTouched: false,
    size: { bytes: stored ? bytesOf(stored) : 0 },
    firstLine: line,
    lastLine: line,
  }
}

function currentValue(draft: Draft, path: string): FieldValue | null {
  const value = draft.values.get(path)
  if (value !== undefined) return value
  return draft.stored ? valueAt(draft.stored, path) : null
}

function replay(draft: Draft, record: UploadRow): void {
  for (const [path, change] of Object.entries(flattenPaths<FieldChange>(record.changes)))
    draft.values.set(path, change.to)
  if (draft.newer && draft.newer.places.size > 0) replayLate(draft, record)
  addLargestRow(draft.size)
  draft.isTouched = true
  draft.isSeen = true
  draft.lastLine = record.line
}

/** A late share's place holds the row's value, unless its rule kept another one. */
function replayLate({ late }: Draft, { values, found }: UploadRow): void {
  const kept = flattenPaths(found)
  for (const [path, value] of Object.entries(flattenPaths<FieldValue | null>(values)))
    if (!Object.hasOwn(kept, path)) late.set(path, value)
}

/** @returns null if the documents would be too large: the draft is then unchanged */
function applyRow(upload: UploadKey, draft: Draft, row: CustomerRow, rules: Rules): UploadRow | null {
  const isMeasured = isNearLimit(draft.size)
  const late = isMeasured ? [...draft.late] : []
  const isMatched = draft.phone !== row.phone
  const values = isMatched ? withOwnPhone(row, draft.phone) : row.values
  const weighed = weighValues(draft, values, rules)
  const planned = describeRow(upload, draft, row, { ...weighed, values, isMatched, rules })
  if (!isMeasured) addLargestRow(draft.size)
  else if (!measure(draft.size, asLeft(draft, weighed.changes), planned)) {
    draft.late.clear()
    for (const [path, value] of late) draft.late.set(path, value)
    draft.size.bytes = mongo.BSON.calculateObjectSize(asLeft(draft, {}))
    return null
  }
  for (const path of Object.keys(weighed.changes))
    draft.values.set(path, (weighed.changes[path] as FieldChange).to)
  draft.isSeen = true
  draft.isTouched = true
  draft.lastLine = row.line
  return planned
}

/** A row's changes, and how it is recorded. */
interface WeighedRow extends Weighed {
  readonly values: FieldValues
  /** True if it matched its customer by a second phone. */
  readonly isMatched: boolean
  readonly rules: Rules
}

function describeRow(
  upload: UploadKey,
  draft: Draft,
  row: CustomerRow,
  { changes, found, values, isMatched, rules }: WeighedRow,
): UploadRow {
  const paths = Object.keys(changes)
  const kept = Object.keys(found)
  const isFirstTouch = !draft.isSeen
  // True also for a customer that something outside the bot stored, when an upload first names it.
  const isNamed = !isFirstTouch || draft.stored?.first_upload !== undefined
  // Most rows of most days change nothing, and nobody is found by them for the first time.
  const isSearchable = paths.length > 0 || !isNamed || draft.newer !== undefined
  const search = isSearchable
    ? searchWordsOf({ ...unwrittenOf(draft, values), ...changes }, isNamed ? undefined : draft.phone)
    : NO_WORDS
  const notes = kept.length > 0 ? [...(row.notes ?? []), ...rules.notesOf(kept)] : row.notes

  // One field after the other: spreading what may be there took a third of the time of planning a row.
  const record: Omit<UploadRow, 'shared_at'> = {
    _id: rowId(upload, row.line),
    upload: upload._id,
    line: row.line,
    outcome: outcomeOf(draft, changes),
    phone: row.phone,
  }
  if (isMatched) record.customer_phone = draft.phone
  if (row.written !== undefined) record.written = row.written
  record.customer = draft.id
  if (paths.length > 0) record.changes = nestPaths(changes) as StoredChanges
  record.values = nestPaths(values) as StoredValues
  if (kept.length > 0) record.found = nestPaths(found) as StoredValues
  if (search.length > 0) record.search = search
  if (isFirstTouch && draft.stored) record.before = rememberRecordKeeping(draft.stored)
  if (notes) record.notes = [...notes]
  return Object.assign(record, { shared_at: upload.shared_at })
}

const NO_WORDS: string[] = []

/** The customer after the batch so far and these changes, without record keeping. */
function asLeft({ stored, values }: Draft, changes: Record<string, FieldChange>): object {
  const left = flattenPaths<unknown>(stored as Readonly<Record<string, unknown>> | undefined)
  for (const [path, value] of values) left[path] = value
  for (const path of Object.keys(changes)) left[path] = changes[path]?.to
  for (const path of Object.keys(left)) if (left[path] === null) delete left[path]
  return nestPaths(left)
}

/**
 * Values of a late share that are not written. An undo of the later share can restore them, so the customer
 * must be found by them.
 */
function unwrittenOf({ newer }: Draft, values: FieldValues): Record<string, FieldChange> {
  const unwritten = [...(newer?.paths ?? [])].filter((path) => values[path] !== undefined)
  return Object.fromEntries(unwritten.map((path) => [path, { from: null, to: values[path] ?? null }]))
}

/** The rules of an upload, and how the receipt reports values they kept. */
interface Rules {
  readonly of: FieldRules
  notesOf(paths: readonly string[]): readonly RowNote[]
}

function createRules(upload: UploadKey): Rules {
  const columns = upload.file?.mapping?.columns ?? []
  return {
    of: rulesOf(upload),
    notesOf: (paths) =>
      paths.map((path) => {
        const column = columns.find(({ target, field, keptAs }) =>
          path.startsWith(ATTRIBUTES)
            ? (target === 'attribute' ? field : keptAs) === path.slice(ATTRIBUTES.length)
            : target === 'field' && field === path,
        )
        return { code: 'kept_by_rule', column: column?.header ?? path }
      }),
  }
}

const ATTRIBUTES = 'attributes.'

interface Weighed {
  /** The changes. */
  readonly changes: Record<string, FieldChange>
  /** The stored values that a rule keeps. */
  readonly found: Record<string, FieldValue | null>
}

function weighValues(draft: Draft, values: FieldValues, rules: Rules): Weighed {
  const changes: Record<string, FieldChange> = {}
  const found: Record<string, FieldValue | null> = {}
  for (const path of Object.keys(values)) {
    if (draft.newer?.paths.has(path)) continue
    const text = values[path] as FieldValue | null
    const to = path === OTHER_PHONES ? addPhones(text, draft.newer?.phones) : text
    const place = draft.newer?.places.get(path)
    const from = currentValue(draft, path)
    const before = place ? stateAt(draft, path, place) : from
    if (before === undefined) continue
    if (isSameValue(before, to)) {
      rememberLate(draft, path, to)
      continue
    }
    if (isKept(draft, ruleIn(rules.of, path), before)) {
      found[path] = before
      continue
    }
    rememberLate(draft, path, to)
    const left = place ? place.after(to) : to
    if (left !== undefined && !isSameValue(from, left)) changes[path] = { from, to: left }
  }
  return { changes, found }
}

function rememberLate({ newer, late }: Draft, path: string, value: FieldValue | null): void {
  if (newer) late.set(path, value)
}

/** Undefined if the retention policy deleted the earlier value: then the stored value stays. */
function stateAt(draft: Draft, path: string, { before }: LatePlace): FieldValue | null | undefined {
  const left = draft.late.get(path)
  return left === undefined ? before : left
}

function isKept(draft: Draft, rule: FieldRule, from: FieldValue | null): boolean {
  switch (rule) {
    case 'overwrite':
      return false
    case 'fill_blanks':
      return from !== null
    case 'keep':
      return draft.isSeen || draft.stored !== undefined
  }
}

function outcomeOf(draft: Draft, changes: Record<string, FieldChange>): RowOutcome {
  if (draft.isSeen) return 'duplicate'
  if (!draft.stored) return 'created'
  return Object.keys(changes).length > 0 ? 'updated' : 'unchanged'
}

function unusedRow(upload: UploadKey, row: Exclude<ReadRow, { kind: 'customer' }>): UploadRow {
  const base = {
    _id: rowId(upload, row.line),
    upload: upload._id,
    line: row.line,
    outcome: row.kind,
    shared_at: upload.shared_at,
  }
  if (row.kind === 'blank') return base
  const { column, code, message } = row.problem
  return { ...base, cells: [...row.cells], problem: { column, code, message } }
}

/** An earlier run wrote this customer: nothing is left to do, and a repeat could undo a later line. */
function findWritten(upload: UploadKey, { stored, phone, lastLine }: Draft): WrittenCustomer | undefined {
  if (!stored || !isSameUpload(stored.last_upload, upload) || stored.last_upload.line < lastLine)
    return undefined
  return { id: stored._id, phone, lastUpload: stored.last_upload }
}

const NO_VALUES: CustomerWrite['values'] = {}

function closeDraft(upload: UploadKey, key: string, draft: Draft): CustomerWrite {
  const { stored, phone, written } = draft
  const isOurs = isSameUpload(stored?.last_upload, upload)
  return {
    phone,
    ...(written !== undefined && upload.records?.kind === 'as_written' && { written }),
    key,
    kind: !stored ? 'create' : draft.values.size > 0 ? 'change' : 'touch',
    id: draft.id,
    basedOn: stored?.last_upload,
    values: draft.values.size > 0 ? Object.fromEntries(draft.values) : NO_VALUES,
    // A late share never moves `updated_at` back.
    updatedAt:
      stored?.updated_at && stored.updated_at > upload.shared_at ? stored.updated_at : upload.shared_at,
    lastUpload: { upload: upload._id, line: draft.lastLine },
    uploadCount: (stored?.upload_count ?? 0) + (isOurs ? 0 : 1),
    // Also for a customer that something outside the bot stored without it.
    firstUpload: stored?.first_upload ? undefined : { upload: upload._id, line: draft.firstLine },
  }
}
