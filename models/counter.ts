import { type Connection, type Model, Schema } from 'mongoose'

/**
 * The last number given out, by name (`file_uploads`); or since when a channel is known (`hears C…`) or workbooks
 * are read, in milliseconds.
 */
export interface Counter {
  _id: string
  value: number
}

/** Name of the moment from which on workbooks are imported; absent where no earlier version ran. */
export const WORKBOOKS_READ_SINCE = 'workbooks read since'

const schema = new Schema<Counter>(
  { _id: String, value: { type: Number, required: true } },
  { collection: 'counters', versionKey: false, autoIndex: false, autoCreate: false },
)

export function createCounterModel(connection: Connection): Model<Counter> {
  return connection.model<Counter>('Counter', schema)
}
