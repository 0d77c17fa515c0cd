import { type Connection, type Model, Schema } from 'mongoose'

/**
 * The last number given out, by name (`file_uploads`); or since when a channel is known (`hears C…`) or workbooks
 * are read, or until when all shares were looked for, in milliseconds.
 */
export interface Counter {
  _id: string
  value: number
  /** The process that looks for missed shares at the moment. */
  claim?: { token: string; expires_at: Date }
}

/** Name of the moment from which on workbooks are imported; absent where no earlier version ran. */
export const WORKBOOKS_READ_SINCE = 'workbooks read since'

/** Name of the moment until which every share was looked for. */
export const LOOKED_THROUGH = 'looked through'

const schema = new Schema<Counter>(
  { _id: String, value: { type: Number, required: true }, claim: { token: String, expires_at: Date } },
  { collection: 'counters', versionKey: false, autoIndex: false, autoCreate: false },
)

export function createCounterModel(connection: Connection): Model<Counter> {
  return connection.model<Counter>('Counter', schema)
}
