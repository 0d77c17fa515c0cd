import { type Connection, type Model, Schema, type Types } from 'mongoose'
import type { RowNote } from '../src/customers/fields/index.ts'
import type { RowProblem } from '../src/row-problems.ts'
import { ROW_OUTCOMES, type RowOutcome, UNDO_OUTCOMES } from './outcomes.ts'
import type { StoredChanges, StoredValues, WithoutValues } from './stored-values.ts'
import type { RecordKeeping } from './undo.ts'

/**
 * What one row of a file did. Stored before the customer is written, so that a run after a crash can finish
 * the write.
 */
export interface UploadRow {
  /**
   * Made of the upload's share time, its number and the line. None of them ever changes, so one line is one
   * row. The rows of an upload are a range of ids in file order.
   */
  _id: Types.ObjectId
  upload: Types.ObjectId
  line: number
  outcome: RowOutcome
  /** The row's own phone. */
  phone?: string
  /**
   * The phone of the customer the row was matched to, if it differs: the row's own phone is that customer's
   * second phone.
   */
  customer_phone?: string
  /** The phone as typed, if it is not E.164. Only with the record kind `as_written`. */
  written?: string
  customer?: Types.ObjectId
  /** Only fields whose value changed. */
  changes?: StoredChanges
  /** Every non-blank cell, converted. */
  values?: StoredValues
  /** Stored values that a rule kept, by path. */
  found?: StoredValues
  /**
   * New search words of the customer from this row on, folded. A late share also lists the words it would
   * have added if no later file had overwritten them. City, state and e-mail domain are in `search_blocks`;
   * rows of earlier versions have them here.
   */
  search?: string[]
  /** The cells as written, for invalid rows. */
  cells?: string[]
  problem?: Omit<RowProblem, 'line'>
  /** Replaces `changes`, `values` and `cells` once the retention policy deleted them (RETENTION_DAYS). */
  without_values?: WithoutValues
  /** Choices made while reading the row; the receipt counts them. */
  notes?: RowNote[]
  /** The customer's record keeping before this upload first touched it; an undo restores it. */
  before?: RecordKeeping
  /** Number of the forget upload that erased the row's person. Only line, outcome and problem are left. */
  forgotten_by?: number
  shared_at: Date
}

const schema = new Schema<UploadRow>(
  {
    upload: { type: Schema.Types.ObjectId, required: true },
    line: { type: Number, required: true },
    outcome: { type: String, enum: [...ROW_OUTCOMES, ...UNDO_OUTCOMES], required: true },
    phone: { type: String },
    customer_phone: { type: String },
    written: { type: String },
    customer: { type: Schema.Types.ObjectId },
    changes: { type: Schema.Types.Mixed },
    values: { type: Schema.Types.Mixed },
    found: { type: Schema.Types.Mixed },
    search: { type: [String], default: undefined },
    cells: { type: [String], default: undefined },
    problem: { type: Schema.Types.Mixed },
    without_values: { type: Schema.Types.Mixed },
    notes: { type: Schema.Types.Mixed },
    before: { type: Schema.Types.Mixed },
    forgotten_by: { type: Number },
    shared_at: { type: Date, required: true },
  },
  { collection: 'upload_rows', versionKey: false, minimize: false, autoIndex: false, autoCreate: false },
)

// A file's rows in order, with unique lines, come from `_id` (docs/adr/0026-row-ids-hold-the-promise.md).
// This index finds the few invalid rows of a file without reading the others.
schema.index(
  { upload: 1, outcome: 1, line: 1 },
  { partialFilterExpression: { outcome: 'invalid' }, name: 'failed_rows' },
)
// A customer's history, newest first. By phone, so that it outlives the customer document.
schema.index({ phone: 1, shared_at: -1 }, { name: 'history' })
// The rest of that history: rows matched by a second phone. Empty unless MATCH_OTHER_PHONES is on.
schema.index(
  { customer_phone: 1, shared_at: -1 },
  { partialFilterExpression: { customer_phone: { $exists: true } }, name: 'history_by_second_phone' },
)
// Customers by the start of a word of their name, by e-mail address and by loan number. Small: few rows of a
// usual day bring a new word.
schema.index({ search: 1 }, { partialFilterExpression: { search: { $exists: true } }, name: 'search' })

// Rows that a forget upload erased: a handful.
schema.index(
  { forgotten_by: 1 },
  { partialFilterExpression: { forgotten_by: { $exists: true } }, name: 'forgotten' },
)

export function createUploadRowModel(connection: Connection): Model<UploadRow> {
  return connection.model<UploadRow>('UploadRow', schema)
}
