import { type Connection, type Model, Schema } from 'mongoose'
import type { AssignedColumn } from '../src/customers/fields/index.ts'

/** Somebody looks at the columns of a file in a window and may change them. Goes when it is sent, or by itself soon after. */
export interface ColumnWindow {
  /** Random: all that the window carries. */
  _id: string
  /** Number of the upload. */
  upload: number
  team: string
  channel: string
  user: string
  /** What was chosen so far, on all its pages. No cell of the file. */
  columns: AssignedColumn[]
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
    until: { type: Date, required: true },
  },
  { collection: 'column_windows', versionKey: false, autoIndex: false, autoCreate: false },
)

schema.index({ until: 1 }, { name: 'until', expireAfterSeconds: 0 })

export function createColumnWindowModel(connection: Connection): Model<ColumnWindow> {
  return connection.model<ColumnWindow>('ColumnWindow', schema)
}
