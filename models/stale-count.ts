import { type Connection, type Model, Schema } from 'mongoose'

/** The last count of customers that no file has mentioned for a while. There is one document, `stale`. */
export interface StaleCount {
  _id: string
  /** Customers that no file mentioned for `days` days; `all` is the total. */
  customers: number
  all: number
  days: number
  counted_at: Date
}

const schema = new Schema<StaleCount>(
  {
    _id: String,
    customers: { type: Number, required: true },
    all: { type: Number, required: true },
    days: { type: Number, required: true },
    counted_at: { type: Date, required: true },
  },
  { collection: 'customer_counts', versionKey: false, autoIndex: false, autoCreate: false },
)

export function createStaleCountModel(connection: Connection): Model<StaleCount> {
  return connection.model<StaleCount>('StaleCount', schema)
}
