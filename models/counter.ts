import { type Connection, type Model, Schema } from 'mongoose'

/**
 * A value by name: the last number assigned (`file_uploads`), or a time in milliseconds. Times: since when a
 * channel is known (`hears C…`), since when workbooks are imported, until when missed shares were searched.
 */
export interface Counter {
  _id: string
  value: number
  /** The process that searches for missed shares now. */
  claim?: { token: string; expires_at: Date }
}

/** Name of the time since which workbooks are imported; absent if no earlier version ran. */
export const WORKBOOKS_READ_SINCE = 'workbooks read since'

/** Name of the time until which missed shares were searched. */
export const LOOKED_THROUGH = 'looked through'

const schema = new Schema<Counter>(
  { _id: String, value: { type: Number, required: true }, claim: { token: String, expires_at: Date } },
  { collection: 'counters', versionKey: false, autoIndex: false, autoCreate: false },
)

export function createCounterModel(connection: Connection): Model<Counter> {
  return connection.model<Counter>('Counter', schema)
}
