import { type Connection, type Model, Schema } from 'mongoose'
import type { AssignedColumn } from '../src/customers/fields/index.ts'

/**
 * An open modal in which a person changes the columns of a file. Deleted on submit, or soon after by a TTL
 * index.
 */
export interface ColumnWindow {
  /** Random id; the modal carries nothing else. */
  _id: string
  /** Number of the upload. */
  upload: number
  team: string
  channel: string
  user: string
  /** The choices so far, from all pages of the modal. Holds no cell of the file. */
  columns: AssignedColumn[]
  /** How the file was read when the modal was opened, as a hash; absent in modals of older versions. */
  reading?: string
  until: Date
}

const schema = new Schema<ColumnWindow>(
  {
    _id: String,
    upload: { type: Number, required: true },
    team: { type: String },
    channel: { type: String, required: true },
    user: { type: String, required: true },
    columns: { type: Schema.Types.Mixed, required: true },
    reading: { type: String },
    until: { type: Date, required: true },
  },
  { collection: 'column_windows', versionKey: false, autoIndex: false, autoCreate: false },
)

schema.index({ until: 1 }, { name: 'until', expireAfterSeconds: 0 })

export function createColumnWindowModel(connection: Connection): Model<ColumnWindow> {
  return connection.model<ColumnWindow>('ColumnWindow', schema)
}
