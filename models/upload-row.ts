import { type Connection, type Model, Schema, type Types } from 'mongoose'
import type { RowNote } from '../src/customers/fields/index.ts'
import type { RowProblem } from '../src/errors.ts'
import { ROW_OUTCOMES, type RowOutcome, UNDO_OUTCOMES } from './outcomes.ts'
import type { StoredChanges, StoredValues, WithoutValues } from './stored-values.ts'
import type { RecordKeeping } from './undo.ts'

/** What one row of one file did. Written before the customer is, so that a crash between the two can be finished. */
export interface UploadRow {
  /**
   * Made of the upload's share time, its number and the line, none of which ever changes: a line of a file is one row,
   * and the rows of an upload are a range of ids in the order of the file.
   */
  _id: Types.ObjectId
  upload: Types.ObjectId
  line: number
  outcome: RowOutcome
  /** The row's own. */
  phone?: string
  /**
   * The phone of the customer the row went to, where that is another: the row's own is a second phone of theirs. Absent:
   * the customer is the phone's.
   */
  customer_phone?: string
  /** Only where records are kept as written: the phone as typed, where that is not its E.164 form. */
  written?: string
  customer?: Types.ObjectId
  /** Only fields whose value became another. */
  changes?: StoredChanges
  /** Every non-blank cell as it was understood. */
  values?: StoredValues
  /** What the row found where the rule of its value kept another one, by path. */
  found?: StoredValues
  /**
   * Words the customer can be found by from this row on: folded, and only those that became new; of a share that came late
   * also those that would have, had no later file said otherwise.
   */
  search?: string[]
  /** The cells as written, kept for rows that could not be used. */
  cells?: string[]
  problem?: Omit<RowProblem, 'line'>
  /** In place of `changes`, `values` and `cells` once those were removed (RETENTION_DAYS). */
  without_values?: WithoutValues
  /** Choices made while reading the row, which the receipt counts. */
  notes?: RowNote[]
  /** The customer's own record keeping before this upload first touched it: what an undo gives back. */
  before?: RecordKeeping
  /** Number of the request by which the person in it was forgotten: line, outcome and problem are all that is left. */
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

// A file's rows in order, and that no line is there twice: `_id` is all of that (docs/adr/0026-row-ids-hold-the-promise.md).
// The few rows of a file that could not be used, without going through the others.
schema.index(
  { upload: 1, outcome: 1, line: 1 },
  { partialFilterExpression: { outcome: 'invalid' }, name: 'failed_rows' },
)
// A customer's story, newest first; by phone, so that it outlives the customer document.
schema.index({ phone: 1, shared_at: -1 }, { name: 'history' })
// The rest of that story: rows that went to the customer by a second phone. None, unless MATCH_OTHER_PHONES is on.
schema.index(
  { customer_phone: 1, shared_at: -1 },
  { partialFilterExpression: { customer_phone: { $exists: true } }, name: 'history_by_second_phone' },
)
// People by the beginning of a word of their name, by e-mail address and by loan ID. Small: on a usual day hardly
// a row brings a new name.
schema.index({ search: 1 }, { partialFilterExpression: { search: { $exists: true } }, name: 'search' })

// What a request to forget somebody erased: a handful of rows.
schema.index(
  { forgotten_by: 1 },
  { partialFilterExpression: { forgotten_by: { $exists: true } }, name: 'forgotten' },
)

export function createUploadRowModel(connection: Connection): Model<UploadRow> {
  return connection.model<UploadRow>('UploadRow', schema)
}
