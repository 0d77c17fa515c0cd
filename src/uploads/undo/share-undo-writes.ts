import { mongo } from 'mongoose'
import type { FieldChange, RecordKeeping, UndoRow } from '../../../models/index.ts'
import { groupBy } from '../../group-by.ts'
import type { ServerFacts } from '../../server-facts.ts'
import { mergeStages, ownEntryBy, splitStatements } from '../apply/index.ts'
import { BOOKKEEPING, flattenPaths, recordKeepingUpdate } from '../rows/index.ts'

/** Bytes per customer beside the changes: phone, id, record keeping, the lists' keys. */
const BYTES_BESIDE_CHANGES = 500

type Paths = Readonly<Record<string, unknown>>

/** A write to a customer that exists before the undo. */
interface UndoWrite {
  readonly row: UndoRow & { readonly before: RecordKeeping }
  readonly changes: Readonly<Record<string, FieldChange>>
  /** Undefined: the customer is deleted. */
  readonly update: CustomerUpdate | undefined
  /** What would vanish with this write is what the plan knew. */
  readonly whole: Condition
  /** Equal for writes that can share a statement: it reads, sets and unsets the same fields of all customers. */
  readonly kind: string
}

export interface WriteOptions {
  /** True if the rows were planned a moment ago; else an earlier run may have planned them. */
  readonly isPlannedNow?: boolean
}

/** Expressions of a customer's document, and the values they had in the plan. */
interface Condition {
  readonly of: readonly unknown[]
  readonly values: readonly unknown[]
}

interface CustomerUpdate {
  readonly set: Paths
  readonly unset: Readonly<Record<string, ''>>
}

/**
 * Combines the writes of many customers into few statements, as an import does. Customers to restore, and
 * those whose write has no equal, need statements of their own and are returned.
 *
 * @param rows rows that move their customer
 */
export function shareUndoWrites(
  rows: readonly UndoRow[],
  engine: ServerFacts['engine'],
  { isPlannedNow = false }: WriteOptions = {},
): { readonly statements: mongo.AnyBulkWriteOperation[]; readonly alone: readonly UndoRow[] } {
  const alone: UndoRow[] = []
  const writes: UndoWrite[] = []
  // A statement finds a customer's entries by phone: of several records of a phone, one can share.
  const phones = new Set<string>()
  for (const row of rows) {
    const { before, phone } = row
    if (before === null || phones.has(phone)) alone.push(row)
    else writes.push(toWrite({ ...row, before }, isPlannedNow))
    phones.add(phone)
  }
  const statements: mongo.AnyBulkWriteOperation[] = []
  for (const same of groupBy(writes, ({ kind }) => kind).values())
    if (same.length === 1) alone.push(...same.map(({ row }) => row))
    else statements.push(...splitStatements(same, sizeOf).map((some) => toStatement(some, engine)))
  return { statements, alone }
}

function toWrite(row: UndoWrite['row'], isPlannedNow: boolean): UndoWrite {
  const changes = flattenPaths<FieldChange>(row.changes)
  const update = row.after ? updateOf(row.before, row.after, changes) : undefined
  const touched = update && [Object.keys(update.set), Object.keys(update.unset)]
  const whole = wholeOf(changes, update, isPlannedNow)
  return { row, changes, update, whole, kind: JSON.stringify([Object.keys(changes), touched]) }
}

/** Numbers of the customer's fields and attributes, without the record keeping. */
const FIELDS_OF = {
  $size: {
    $setDifference: [{ $map: { input: { $objectToArray: '$$ROOT' }, in: '$$this.k' } }, [...BOOKKEEPING]],
  },
}
const ATTRIBUTES_OF = {
  $cond: [{ $eq: [{ $type: '$attributes' }, 'object'] }, { $size: { $objectToArray: '$attributes' } }, 0],
}

/**
 * A write that deletes a customer, or all attributes, changes fields that its row does not name. If something
 * outside the bot added one after the plan, the write must not match.
 *
 * @param isPlannedNow true: the customer is deleted as planned. A row does not have all fields of a customer if
 * the retention policy deleted values, so the condition would never hold.
 */
export function wholeOf(
  changes: Readonly<Record<string, FieldChange>>,
  update: CustomerUpdate | undefined,
  isPlannedNow: boolean,
): Condition {
  const paths = Object.keys(changes).filter((path) => changes[path]?.from !== null)
  const attributes = paths.filter((path) => path.startsWith('attributes.')).length
  if (update) return 'attributes' in update.unset ? { of: [ATTRIBUTES_OF], values: [attributes] } : ANY
  if (isPlannedNow) return ANY
  return { of: [FIELDS_OF, ATTRIBUTES_OF], values: [paths.length - attributes, attributes] }
}

const ANY: Condition = { of: [], values: [] }

/** The fields to set and to unset in a customer. */
export function updateOf(
  before: RecordKeeping,
  after: RecordKeeping,
  changes: Readonly<Record<string, FieldChange>>,
): CustomerUpdate {
  const { set, unset } = recordKeepingUpdate(after)
  const vanishes = before.has_attributes && !after.has_attributes
  for (const [path, { to }] of Object.entries(changes)) {
    if (to !== null) set[path] = to
    else if (!vanishes || !path.startsWith('attributes.')) unset[path] = ''
  }
  if (vanishes) unset.attributes = ''
  else if (after.has_attributes && !before.has_attributes && !hasAttribute(set)) set.attributes = {}
  return { set, unset }
}

function hasAttribute(set: Paths): boolean {
  return Object.keys(set).some((path) => path.startsWith('attributes.'))
}

const sizeOf = ({ row }: UndoWrite): number =>
  mongo.BSON.calculateObjectSize(row.changes ?? {}) + BYTES_BESIDE_CHANGES

function toStatement(
  writes: readonly UndoWrite[],
  engine: ServerFacts['engine'],
): mongo.AnyBulkWriteOperation {
  const phones = writes.map(({ row }) => row.phone)
  const own = ownEntryBy(phones)
  const paths = Object.keys(writes[0]?.changes ?? {})
  const filter = {
    primary_phone: { $in: phones },
    // In a list an absent field is null.
    $expr: {
      $eq: [
        [...BEFORE, ...(writes[0]?.whole.of ?? []), ...paths.map((path) => `$${path}`)],
        own(writes.map(expectedOf)),
      ],
    },
  }
  const updates = writes.flatMap(({ update }) => update ?? [])
  if (updates.length === 0) return { deleteMany: { filter } }
  const unset = Object.keys(updates[0]?.unset ?? {})
  return {
    updateMany: {
      filter,
      update: [
        ...mergeStages(
          updates.map(({ set }) => set),
          own,
          engine,
        ),
        ...(unset.length > 0 ? [{ $unset: unset }] : []),
      ],
    },
  }
}

const BEFORE = ['$_id', '$last_upload.upload', '$last_upload.line', '$upload_count']

/** The values of a customer whom nothing has changed since the plan: `BEFORE`, `whole`, the changed fields. */
function expectedOf({ row, changes, whole }: UndoWrite): unknown[] {
  const { last_upload: last, upload_count } = row.before
  return [
    row.customer,
    last?.upload ?? null,
    last?.line ?? null,
    upload_count ?? null,
    ...whole.values,
    ...Object.values(changes).map(({ from }) => from),
  ]
}
