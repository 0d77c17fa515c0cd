import { type Connection, type Model, Schema, type Types } from 'mongoose'
import type { AssignedColumn } from '../src/customers/fields/index.ts'
import type { ChosenReading } from './upload-source.ts'

/**
 * A choice a person made about reading a file: the phone column of files with one header, the sheet of
 * workbooks with the same sheets and headings, or the encoding of files of one sender with one header. Later
 * files are read the same way.
 */
export interface ColumnChoice {
  _id: Types.ObjectId
  /** The number of the choice in `/uploads mapping`. */
  number: number
  /** Absent if the phone column was chosen; `columns` if only other columns were. */
  kind?: 'sheet' | 'encoding' | 'columns'
  /**
   * Slack id of the channel of the choice; the choice applies in that channel only. Absent if the channel is
   * unknown: then the choice applies nowhere.
   */
  channel?: string
  /** Equal for headers that differ only in case, accents or punctuation. */
  fingerprint: string
  /**
   * The headings as written, in order, without the bot's own columns. For a sheet choice: the sheet names.
   * For an encoding choice: the encodings offered.
   */
  header: string[]
  /** For an encoding choice: who shares the files, and their headings. */
  sender?: string
  headings?: string[]
  /** Index of the chosen column, sheet or encoding in `header`, from 0. */
  column: number
  /** Targets of single columns, by their index in `header`. */
  columns?: AssignedColumn[]
  /**
   * If a whole reading was chosen: its phone columns, `column` first, and the source of their country.
   * Indexes in `header`.
   */
  reading?: ChosenReading
  chosen_by: string
  chosen_at: Date
  /** Number of the upload the choice was made for. */
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

// One choice per header and channel, also if two people answer at the same time.
schema.index({ fingerprint: 1, channel: 1 }, { unique: true, name: 'fingerprint_in_channel' })
schema.index({ number: 1 }, { unique: true, name: 'number' })

export function createColumnChoiceModel(connection: Connection): Model<ColumnChoice> {
  return connection.model<ColumnChoice>('ColumnChoice', schema)
}
