import { mongo } from 'mongoose'
import type {
  Customer,
  FieldChange,
  RowOutcome,
  StoredChanges,
  StoredValues,
  UploadRow,
} from '../../../models/index.ts'
import type { FieldValues, ReadRow } from '../../customers/fields/index.ts'
import {
  customerPhoneOf,
  keyIn,
  nestPaths,
  rememberRecordKeeping,
  rowId,
  searchWordsOf,
  sharedWordsOf,
} from '../rows/index.ts'
import type { LineWords } from '../search-blocks/index.ts'
import {
  createPhoneOwners,
  matchOtherPhones,
  type PhoneOwner,
  refuseAmbiguousRow,
  withOwnPhone,
} from '../second-phones/index.ts'
import type {
  BatchPlan,
  CustomerWrite,
  KnownCustomers,
  NewerPaths,
  UploadKey,
  WrittenCustomer,
} from './batch-plan.ts'
import { addLargestRow, isNearLimit, measure, refuseLargeRow } from './document-size.ts'
import { asLeft, closeDraft, type Draft, type DraftRow, findWritten, openDraft, replay } from './draft.ts'
import { createRules, type Rules, type Weighed, weighValues } from './weigh-values.ts'

type CustomerRow = ReadRow & { kind: 'customer' }

/** The customers that rows of an earlier plan went to, by line. */
type DecidedOwners = ReadonlyMap<number, PhoneOwner>

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
  const planning = { upload, rules: createRules(upload) }
  const { customers: existing, crowded } =
    'customers' in known ? known : { customers: known, crowded: new Set<string>() }
  const drafts = new Map<string, Draft>()
  const shared: LineWords[] = []
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
    const done = applyRow(planning, draft, row)
    if (done) {
      if (done.words.length > 0) shared.push({ line: row.line, words: done.words })
      return done.record
    }
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
    const of = owner.kind === 'other' ? { ...row, phone: owner.phone } : row
    const done = applyTo(of, row)
    if (done.changes) owners?.changed(of.phone)
    return done
  })

  const writes: CustomerWrite[] = []
  const done: WrittenCustomer[] = []
  for (const [key, draft] of drafts) {
    const written = findWritten(upload, draft)
    if (written) done.push(written)
    else writes.push(closeDraft(upload, key, draft))
  }
  return { rows: planned, shared, writes, done, phones: owners?.touched() ?? NO_PHONES }
}

const NO_PHONES: ReadonlySet<string> = new Set()

interface PlannedRow {
  readonly record: UploadRow
  /** Its shared search words. */
  readonly words: readonly string[]
}

/** What all rows of a batch have in common. */
interface Planning {
  readonly upload: UploadKey
  readonly rules: Rules
}

/** @returns null if the documents would be too large: the draft is then unchanged */
function applyRow(planning: Planning, draft: Draft, row: CustomerRow): PlannedRow | null {
  const isMeasured = isNearLimit(draft.size)
  const late = isMeasured ? [...draft.late] : []
  const values = draft.phone === row.phone ? row.values : withOwnPhone(row, draft.phone)
  const weighed = weighValues(draft, values, planning.rules)
  const planned = describeRow(planning, draft, row, weighed)
  if (!isMeasured) addLargestRow(draft.size)
  else if (!measure(draft.size, asLeft(draft, weighed.changes), planned.record)) {
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

function describeRow(
  { upload, rules }: Planning,
  draft: Draft,
  row: CustomerRow,
  { values, changes, found }: Weighed,
): PlannedRow {
  const paths = Object.keys(changes)
  const kept = Object.keys(found)
  const isFirstTouch = !draft.isSeen
  // True also for a customer that something outside the bot stored, when an upload first names it.
  const isNamed = !isFirstTouch || draft.stored?.first_upload !== undefined
  // Most rows of most days change nothing, and nobody is found by them for the first time.
  const isSearchable = paths.length > 0 || !isNamed || draft.newer !== undefined
  const news = isSearchable ? { ...unwrittenOf(draft, values), ...changes } : undefined
  const search = news ? searchWordsOf(news, isNamed ? undefined : draft.phone) : NO_WORDS
  const notes = kept.length > 0 ? [...(row.notes ?? []), ...rules.notesOf(kept)] : row.notes

  // One field after the other: spreading what may be there took a third of the time of planning a row.
  const record: Omit<UploadRow, 'shared_at'> = {
    _id: rowId(upload, row.line),
    upload: upload._id,
    line: row.line,
    outcome: outcomeOf(draft, changes),
    phone: row.phone,
  }
  // A second phone of the customer.
  if (draft.phone !== row.phone) record.customer_phone = draft.phone
  if (row.written !== undefined) record.written = row.written
  record.customer = draft.id
  if (paths.length > 0) record.changes = nestPaths(changes) as StoredChanges
  record.values = nestPaths(values) as StoredValues
  if (kept.length > 0) record.found = nestPaths(found) as StoredValues
  if (search.length > 0) record.search = search
  if (isFirstTouch && draft.stored) record.before = rememberRecordKeeping(draft.stored)
  if (notes) record.notes = [...notes]
  return {
    record: Object.assign(record, { shared_at: upload.shared_at }),
    words: news ? sharedWordsOf(news) : NO_WORDS,
  }
}

const NO_WORDS: string[] = []

/**
 * Values of a late share that are not written. An undo of the later share can restore them, so the customer
 * must be found by them.
 */
function unwrittenOf({ newer }: Draft, values: FieldValues): Record<string, FieldChange> {
  const unwritten = [...(newer?.paths ?? [])].filter((path) => values[path] !== undefined)
  return Object.fromEntries(unwritten.map((path) => [path, { from: null, to: values[path] ?? null }]))
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
