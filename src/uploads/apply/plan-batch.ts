import type { mongo } from 'mongoose'
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
  refuseRow,
  withOwnPhone,
} from '../second-phones/index.ts'

/** What a batch will do, decided before anything is written. */
export interface BatchPlan {
  /** One per row of the file, in order; those already recorded by an earlier run are here as recorded. */
  readonly rows: readonly UploadRow[]
  /** One per customer the batch touches and that is not yet as it should be. */
  readonly writes: readonly CustomerWrite[]
  /** Customers an earlier try was found to have written. */
  readonly done: readonly WrittenCustomer[]
  /** Every phone of the customers it touches, before and after it. Empty unless rows go by second phones. */
  readonly phones: ReadonlySet<string>
}

/** A customer as a read found it: written by a line of this upload, or a later one. */
export interface WrittenCustomer {
  readonly id: mongo.ObjectId
  readonly phone: string
  readonly lastUpload: UploadLine
}

export interface CustomerWrite {
  readonly phone: string
  readonly written?: string | undefined
  /** Which record that is. */
  readonly key: string
  /** `create`: nobody had the phone. `change`: values become others. `touch`: only the record keeping moves. */
  readonly kind: 'create' | 'change' | 'touch'
  readonly id: mongo.ObjectId
  /** The record keeping the plan was made from; the write is refused when it has moved since. */
  readonly basedOn: UploadLine | undefined
  /** By path; null takes the field away. */
  readonly values: Readonly<Record<string, FieldValue | null>>
  readonly updatedAt: Date
  readonly lastUpload: UploadLine
  readonly uploadCount: number
  /** Given where the customer has none yet. */
  readonly firstUpload: UploadLine | undefined
}

type UploadKey = Pick<FileUpload, '_id' | 'number' | 'shared_at' | 'records' | 'match_other_phones'> & {
  readonly file?: Pick<FileUpload['file'], 'mapping'>
}

/** What files shared later have said of a record: that stands. */
export interface NewerStatement {
  readonly paths: ReadonlySet<string>
  /** Second phones by which their rows went to it. */
  readonly phones: ReadonlySet<string>
  /** Paths of which they say something that an earlier share may change: these are not among `paths`. */
  readonly places: ReadonlyMap<string, LatePlace>
}

/** By record. */
export type NewerPaths = ReadonlyMap<string, NewerStatement>

/** What a batch is planned from, beside its rows. */
export interface KnownCustomers {
  /** Customers stored under the phones of the batch, by record; and those who have such a phone as a second one. */
  readonly customers: ReadonlyMap<string, Customer>
  /** Phones that so many have as a second one that not all of them are here. */
  readonly crowded: ReadonlySet<string>
}

/** A customer while the rows of the batch go over it. */
interface Draft {
  readonly phone: string
  readonly written: string | undefined
  readonly id: mongo.ObjectId
  readonly stored: Customer | undefined
  readonly newer: NewerStatement | undefined
  readonly values: Map<string, FieldValue | null>
  /**
   * What the rows so far left at the place of a late share, by path; `values` has what the later shares make of it. Filled
   * where later shares are known.
   */
  readonly late: Map<string, FieldValue | null>
  /** Whether a row of this upload, in this batch or an earlier one, was here before. */
  isSeen: boolean
  firstLine: number
  lastLine: number
}

/** Where the rows of an earlier plan went, by line. */
export type DecidedOwners = ReadonlyMap<number, PhoneOwner>

/**
 * Decides the outcome of every row and the one write per customer. Pure: the same rows, customers and records give
 * the same plan, which is what makes a batch safe to repeat.
 *
 * @param known what is stored; one map where no row goes by a second phone
 * @param recorded rows of the batch that an earlier run already wrote, by line: their outcome stands, because by now
 *   the customer may already be changed by them
 * @param newer of customers that files shared later came to first: the latest file wins because it is the latest
 * @param decided rows that are planned again go where they went, as long as that customer is there
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
  const ownerOf = ({ phone, line }: ReadRow & { kind: 'customer' }): PhoneOwner => {
    if (!owners) return { kind: 'own' }
    const earlier = decided.get(line)
    return earlier && owners.stands(earlier) ? earlier : owners.of(phone)
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
    if (owner.kind === 'several') return unusedRow(upload, refuseRow(row, owner))
    const phone = owner.kind === 'other' ? owner.phone : row.phone
    const draft = draftOf({ ...row, phone })
    const done = applyRow(upload, draft, row, rules)
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
  draft.isSeen = true
  draft.lastLine = record.line
}

/** At the place of a late share stands what the row said, unless its rule kept another value. */
function replayLate({ late }: Draft, { values, found }: UploadRow): void {
  const kept = flattenPaths(found)
  for (const [path, value] of Object.entries(flattenPaths<FieldValue | null>(values)))
    if (!Object.hasOwn(kept, path)) late.set(path, value)
}

function applyRow(
  upload: UploadKey,
  draft: Draft,
  row: ReadRow & { kind: 'customer' },
  rules: Rules,
): UploadRow {
  const isMatched = draft.phone !== row.phone
  const values = isMatched ? withOwnPhone(row, draft.phone) : row.values
  const { changes, found } = weighValues(draft, values, rules)
  const outcome = outcomeOf(draft, changes)
  const paths = Object.keys(changes)
  const kept = Object.keys(found)
  const isFirstTouch = !draft.isSeen
  for (const path of paths) draft.values.set(path, (changes[path] as FieldChange).to)
  draft.isSeen = true
  draft.lastLine = row.line
  // Somebody whom something other than an upload put there is named for the first time, too.
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
    outcome,
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

/** What a share that came late says in vain: an undo of the later one can bring it out, and people are found by it then. */
function unwrittenOf({ newer }: Draft, values: FieldValues): Record<string, FieldChange> {
  const unwritten = [...(newer?.paths ?? [])].filter((path) => values[path] !== undefined)
  return Object.fromEntries(unwritten.map((path) => [path, { from: null, to: values[path] ?? null }]))
}

/** The rules of an upload, and how the receipt says that they kept a value. */
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

/** @returns what becomes another, and what the row found where a rule keeps that */
function weighValues(
  draft: Draft,
  values: FieldValues,
  rules: Rules,
): { readonly changes: Record<string, FieldChange>; readonly found: Record<string, FieldValue | null> } {
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

/** Undefined where the retention policy deleted it: then what stands there stays. */
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

/** An earlier run got as far as this customer: nothing is left to do, and doing it again could undo a later line. */
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
    // A share found late never turns the clock back.
    updatedAt:
      stored?.updated_at && stored.updated_at > upload.shared_at ? stored.updated_at : upload.shared_at,
    lastUpload: { upload: upload._id, line: draft.lastLine },
    uploadCount: (stored?.upload_count ?? 0) + (isOurs ? 0 : 1),
    // Also for a customer that something else put there without saying when.
    firstUpload: stored?.first_upload ? undefined : { upload: upload._id, line: draft.firstLine },
  }
}
