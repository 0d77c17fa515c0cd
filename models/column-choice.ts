import { type Connection, type Model, Schema, type Types } from 'mongoose'
import type { AssignedColumn } from '../src/customers/fields/index.ts'
import type { ChosenReading } from './file-upload.ts'

/**
 * Which column holds the phones in files with one header, which sheet holds the list in workbooks with the same
 * sheets and headings, or which encoding files of one sender with one header are in, as a person chose it. Files to
 * come are read the same way.
 */
export interface ColumnChoice {
  _id: Types.ObjectId
  /** What people call it by in `/uploads mapping`. */
  number: number
  /** Absent where the phone column was chosen; `columns` where only others were. */
  kind?: 'sheet' | 'encoding' | 'columns'
  /** Slack id of the channel it was chosen in; it holds there alone. Absent where that is no longer known: it holds nowhere. */
  channel?: string
  /** Same for headers that are the same but for case, accents and punctuation. */
  fingerprint: string
  /**
   * Headings as they were written, in order, our own columns left out; of a sheet's choice the names of the sheets, of an
   * encoding's choice the encodings offered.
   */
  header: string[]
  /** Of an encoding's choice: who shares the files, and their headings. */
  sender?: string
  headings?: string[]
  /** Position of the column, sheet or encoding in `header`, from 0. */
  column: number
  /** What single columns are for, by their position in `header`. */
  columns?: AssignedColumn[]
  /** Where a whole reading was chosen: its phone columns, that of `column` first, and what says their country. Positions in `header`. */
  reading?: ChosenReading
  chosen_by: string
  chosen_at: Date
  /** Number of the upload it was chosen for. */
  upload: number
}

const schema = new Schema<ColumnChoice>(
  {
    number: { type: Number, required: true },
    kind: { type: String },
    channel: { type: String },
    fingerprint: { type: String, required: true },
    header: { type: [String], required: true },
    sender: { type: String },
    headings: { type: [String], default: undefined },
    column: { type: Number, required: true },
    columns: { type: Schema.Types.Mixed },
    reading: { type: Schema.Types.Mixed },
    chosen_by: { type: String, required: true },
    chosen_at: { type: Date, required: true },
    upload: { type: Number, required: true },
  },
  { collection: 'column_choices', versionKey: false, autoIndex: false, autoCreate: false },
)

// One choice per header and channel, also when two people answer at once.
schema.index({ fingerprint: 1, channel: 1 }, { unique: true, name: 'fingerprint_in_channel' })
schema.index({ number: 1 }, { unique: true, name: 'number' })

export function createColumnChoiceModel(connection: Connection): Model<ColumnChoice> {
  return connection.model<ColumnChoice>('ColumnChoice', schema)
}
