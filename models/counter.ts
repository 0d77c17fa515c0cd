import { type Connection, type Model, Schema } from 'mongoose'

/** The last number given out, by name (`file_uploads`); or since when a channel is known (`hears C…`), in milliseconds. */
export interface Counter {
  _id: string
  value: number
}

const schema = new Schema<Counter>(
  { _id: String, value: { type: Number, required: true } },
  { collection: 'counters', versionKey: false, autoIndex: false, autoCreate: false },
)

export function createCounterModel(connection: Connection): Model<Counter> {
  return connection.model<Counter>('Counter', schema)
}
