import { type Connection, type Model, Schema } from 'mongoose'

/** The result of a count of customers, kept for a while because a count reads all customers. */
export interface AskedCount {
  /** The filter in its text form: `place=pune&by=state`. */
  _id: string
  counted_at?: Date
  /** Customers that match the filter; `all` is the total. */
  customers?: number
  all?: number
  /** Customers per value of one field, the largest group first; the rest is `others`. */
  groups?: { value: string | null; customers: number; sum?: number }[]
  others?: number
  /**
   * The amounts of one field added, how many customers have one, and the amounts of `others`. An amount that one
   * customer alone has is left out.
   */
  sum?: { amount?: number; customers: number; others?: number }
  /** The process that counts now. */
  claim?: { token: string; expires_at: Date }
}

const schema = new Schema<AskedCount>(
  {
    _id: String,
    counted_at: { type: Date },
    customers: { type: Number },
    all: { type: Number },
    groups: { type: Schema.Types.Mixed },
    others: { type: Number },
    sum: { type: Schema.Types.Mixed },
    claim: { type: Schema.Types.Mixed },
  },
  { collection: 'asked_counts', versionKey: false, minimize: false, autoIndex: false, autoCreate: false },
)

// A count is reused for ten minutes only; the index deletes it after an hour.
schema.index({ counted_at: 1 }, { name: 'counted_at', expireAfterSeconds: 3600 })

export function createAskedCountModel(connection: Connection): Model<AskedCount> {
  return connection.model<AskedCount>('AskedCount', schema)
}
