import type { mongo } from 'mongoose'
import type {
  Customer,
  FieldChange,
  FileUpload,
  RecordKeeping,
  StoredChanges,
  UndoRow,
  UploadRow,
} from '../../../models/index.ts'
import { type CustomerStory, type FieldStory, replayCustomer, type Timeline } from '../history/index.ts'
import {
  BOOKKEEPING,
  type CustomerRow,
  flattenPaths,
  isSameRecordKeeping,
  isSameValue,
  nestPaths,
  type PackedRow,
  pathsShown,
  recordKeepingOf,
  rowId,
  unpackRow,
  valueAt,
} from '../rows/index.ts'

/** The facts about an undo that its plan needs. */
export interface UndoPlanContext {
  readonly undo: Pick<FileUpload, '_id' | 'number' | 'shared_at'>
  /** The file that is undone or restored. */
  readonly file: mongo.ObjectId
  readonly action: 'take_back' | 'put_back'
  /** No other upload was undone or redone since: what the rows found is still the earlier state. */
  readonly isUndisturbed: boolean
  /** A switch has changed the records since. */
  readonly isRegrouped: boolean
  readonly timeline: Timeline
}

type FileRow = CustomerRow<UploadRow>

/** One customer of the file, with all data for the plan. */
export interface UndoCase<Row extends PackedRow = PackedRow> {
  /** The file's rows about this customer, in line order; the first gives the undo row its line. */
  readonly rows: readonly [Row, ...Row[]]
  readonly customer: Customer | undefined
  /** The row of the earlier undo that is itself undone now. */
  readonly earlier: UndoRow | undefined
}

type OpenCase = UndoCase<FileRow>

function unpackCase({ rows: [first, ...more], ...one }: UndoCase): OpenCase {
  return { ...one, rows: [unpackRow(first), ...more.map(unpackRow)] }
}

/**
 * Plans from the file's own rows if the customer is as this file (or the undone undo) left it. Undefined if
 * the customer's whole history is needed.
 */
export function planFromOwnRows(context: UndoPlanContext, one: UndoCase): UndoRow | undefined {
  if (!context.isUndisturbed) return undefined
  const { customer, earlier } = one
  if (context.action === 'put_back') {
    const found = customer ? recordKeepingOf(customer) : null
    if (!earlier || !isSameRecordKeeping(found, earlier.after)) return undefined
    const fields = Object.entries(flattenPaths<FieldChange>(earlier.changes)).map(([path, change]) => ({
      path,
      expected: change.to,
      wanted: change.from,
      by: context.file,
    }))
    return planRow(context, unpackCase(one), {
      fields,
      recordKeeping: earlier.before,
      isExpected: earlier.after !== null,
      lastBy: undefined,
    })
  }
  if (!customer?.last_upload?.upload.equals(context.file)) return undefined
  const open = unpackCase(one)
  const { before } = open.rows[0]
  return planRow(context, open, {
    fields: netChanges(open.rows),
    recordKeeping: before ? { ...(before.last_upload && firstOf(customer)), ...before } : null,
    isExpected: true,
    lastBy: undefined,
  })
}

/** The names of the attributes that the customer has after an undo row. */
function attributesAfter(
  changes: Readonly<Record<string, FieldChange>>,
  customer: Customer | undefined,
): ReadonlySet<string> {
  const names = new Set(Object.keys(customer?.attributes ?? {}))
  for (const [path, { to }] of Object.entries(changes)) {
    if (!path.startsWith('attributes.')) continue
    const name = path.slice('attributes.'.length)
    if (to === null) names.delete(name)
    else names.add(name)
  }
  return names
}

/** Plans from the customer's whole history. @param others all rows about the customer except for those of the case */
export function planFromHistory(
  context: UndoPlanContext,
  packed: UndoCase,
  others: readonly PackedRow[],
): UndoRow {
  const { timeline, file, action } = context
  const one = unpackCase(packed)
  const history = [...one.rows, ...others.map(unpackRow)]
  const paths = one.rows.flatMap(pathsShown)
  const willCount = (upload: mongo.ObjectId) =>
    upload.equals(file) ? action === 'put_back' : timeline.isEffective(upload)
  return withoutEmptyAttributes(
    planRow(context, one, replayCustomer(history, paths, one.customer, timeline, willCount)),
    one.customer,
  )
}

/** The history does not show whether an empty `attributes` existed; it is removed. */
function withoutEmptyAttributes(row: UndoRow, customer: Customer | undefined): UndoRow {
  if (!row.after || !row.before || row.before === row.after) return row
  const { has_attributes: _, ...after } = row.after
  const isEmpty = attributesAfter(flattenPaths(row.changes), customer).size === 0
  return { ...row, after: isEmpty ? after : { ...after, has_attributes: true } }
}

/** Several changes of a field in the file fold into one net change. */
function netChanges(rows: readonly FileRow[]): FieldStory[] {
  const net = new Map<string, FieldStory>()
  for (const row of rows)
    for (const [path, { from, to }] of Object.entries(flattenPaths<FieldChange>(row.changes))) {
      const known = net.get(path)
      net.set(path, { path, expected: to, wanted: known ? known.wanted : from, by: undefined })
    }
  return [...net.values()]
}

function firstOf({ first_uploaded_at, first_upload }: Customer): RecordKeeping {
  return { first_uploaded_at, first_upload }
}

type PlannedRow = Omit<
  UndoRow,
  '_id' | 'upload' | 'line' | 'phone' | 'customer' | 'shared_at' | 'changes'
> & {
  readonly changes?: Readonly<Record<string, FieldChange>>
}

function planRow({ undo, ...context }: UndoPlanContext, one: OpenCase, story: CustomerStory): UndoRow {
  const [first] = one.rows
  const { changes, ...idle } = decide({ undo, ...context }, one, story)
  const own = rowId(undo, first.line)
  // After a switch, another record may have its earlier id.
  const former = context.isRegrouped ? own : (one.earlier?.customer ?? first.customer ?? own)
  return {
    _id: own,
    upload: undo._id,
    line: first.line,
    phone: first.phone,
    ...(first.written !== undefined && context.timeline.kind === 'as_written' && { written: first.written }),
    customer: one.customer?._id ?? former,
    ...idle,
    ...(changes && Object.keys(changes).length > 0 && { changes: nestPaths(changes) as StoredChanges }),
    shared_at: undo.shared_at,
  }
}

function decide(context: UndoPlanContext, one: OpenCase, story: CustomerStory): PlannedRow {
  const { customer } = one
  if (!customer) {
    const { recordKeeping } = story
    // A customer that something else deleted is not restored.
    if (story.isExpected || !recordKeeping)
      return { outcome: 'kept', kept: { fields: [], why: 'gone' }, before: null, after: null }
    return { outcome: 'restored', changes: changesOf(story.fields), before: null, after: recordKeeping }
  }
  const before = recordKeepingOf(customer)
  if (!story.recordKeeping) {
    if (isTouchedElsewhere(customer, story.fields))
      return { outcome: 'kept', kept: { fields: [], why: 'changed_elsewhere' }, before, after: before }
    return { outcome: 'removed', changes: changesOf(story.fields, true), before, after: null }
  }
  const fields = decideFields(context, one, customer, story)
  // Something outside the bot may have added attributes since: they stay.
  const stays = attributesAfter(fields.changes ?? {}, customer).size > 0
  const after = stays ? { ...story.recordKeeping, has_attributes: true as const } : story.recordKeeping
  return { ...fields, before, after }
}

function changesOf(fields: readonly FieldStory[], isRemoved = false): Record<string, FieldChange> {
  const changes: Record<string, FieldChange> = {}
  for (const { path, expected, wanted } of fields) {
    const known = isRemoved ? expected : wanted
    // The retention policy deleted the value: it can't be restored or shown.
    if (known === undefined) continue
    const change = isRemoved ? { from: known, to: null } : { from: null, to: known }
    if (!isSameValue(change.from, change.to)) changes[path] = change
  }
  return changes
}

/** True if a customer has a value that no upload brought: then the file alone does not own it. */
function isTouchedElsewhere(customer: Customer, fields: readonly FieldStory[]): boolean {
  const expected = new Map(fields.map((field) => [field.path, field.expected]))
  const paths = [
    ...Object.keys(customer).filter((key) => !BOOKKEEPING.has(key)),
    ...Object.keys(customer.attributes ?? {}).map((name) => `attributes.${name}`),
  ]
  return (
    paths.some((path) => !expected.has(path)) ||
    [...expected].some(([path, value]) => value !== undefined && !isSameValue(valueAt(customer, path), value))
  )
}

/** The plan of a field. `kept` is absent if nothing is worth reporting. */
interface FieldDecision {
  readonly change?: FieldChange
  readonly kept?: 'value_gone' | 'later_upload' | 'changed_elsewhere'
}

/** @param isMoved true if the file changed the field, or the undo restored it: only then is it reported */
function decideField(
  { path, expected, wanted, by }: FieldStory,
  customer: Customer,
  file: mongo.ObjectId,
  isMoved: boolean,
): FieldDecision {
  const keep = (kept: NonNullable<FieldDecision['kept']>): FieldDecision => (isMoved ? { kept } : {})
  if (expected === undefined || wanted === undefined) return keep('value_gone')
  const found = valueAt(customer, path)
  const isWanted = isSameValue(found, wanted)
  if (!isSameValue(found, expected)) return isWanted ? {} : keep('changed_elsewhere')
  if (!isWanted) return { change: { from: found, to: wanted } }
  return by && !by.equals(file) ? keep('later_upload') : {}
}

function decideFields(
  { action, file, timeline, isRegrouped }: UndoPlanContext,
  { rows, earlier }: OpenCase,
  customer: Customer,
  { fields, lastBy }: CustomerStory,
): Pick<PlannedRow, 'outcome' | 'changes' | 'kept'> {
  const undone = action === 'take_back' ? rows : [earlier ?? []].flat()
  const moved = new Set(undone.flatMap((row) => Object.keys(flattenPaths(row.changes))))
  const changes: Record<string, FieldChange> = {}
  const kept: string[] = []
  let by: mongo.ObjectId | undefined
  let isValueGone = false
  for (const field of fields) {
    const decision = decideField(field, customer, file, moved.has(field.path))
    if (decision.change) changes[field.path] = decision.change
    if (decision.kept) kept.push(field.path)
    if (decision.kept === 'later_upload') by = field.by
    if (decision.kept === 'value_gone') isValueGone = true
  }
  const isFirst = isRegrouped ? customer.first_upload?.upload.equals(file) : rows[0].outcome === 'created'
  const isCreatedHere = action === 'take_back' && isFirst === true
  if (kept.length === 0 && !isCreatedHere) return { outcome: 'restored', changes }
  const decidedBy = by ?? (isCreatedHere ? lastBy : undefined)
  const why = isValueGone ? 'values_removed' : 'changed_elsewhere'
  return {
    outcome: 'kept',
    changes,
    kept: decidedBy
      ? { fields: kept, why: 'later_upload', by: timeline.numberOf(decidedBy) }
      : { fields: kept, why },
  }
}
