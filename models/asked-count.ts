import { type Connection, type Model, Schema } from 'mongoose'

/** A count of customers that somebody asked for, kept for a while: counting goes through all of them. */
export interface AskedCount {
  /** What was counted, as the filter is written: `place=pune&by=state`. */
  _id: string
  counted_at?: Date
  /** Customers that fit, of `all`. */
  customers?: number
  all?: number
  /** By the values of one field, the largest first; the rest is `others`. */
  groups?: { value: string | null; customers: number }[]
  others?: number
  /** Who counts at this moment. */
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
    claim: { type: Schema.Types.Mixed },
  },
  { collection: 'asked_counts', versionKey: false, minimize: false, autoIndex: false, autoCreate: false },
)

// A count is of use for ten minutes.
schema.index({ counted_at: 1 }, { name: 'counted_at', expireAfterSeconds: 3600 })

export function createAskedCountModel(connection: Connection): Model<AskedCount> {
  return connection.model<AskedCount>('AskedCount', schema)
}
