import { type Connection, type Model, Schema, type Types } from 'mongoose'
import type { Customer } from './customer.ts'

/**
 * What a switch is about to do to the records of one phone. Stored before the first write, so that any run
 * can finish it. Holds the phones in progress only; empty after the switch.
 */
export interface RecordMove {
  /** Number of the switch, and phone. */
  _id: string
  phone: string
  /** The switch. */
  upload: Types.ObjectId
  before: Customer[]
  after: Customer[]
}

const schema = new Schema<RecordMove>(
  {
    _id: String,
    phone: String,
    upload: Schema.Types.ObjectId,
    before: [Schema.Types.Mixed],
    after: [Schema.Types.Mixed],
  },
  { collection: 'record_moves', versionKey: false, autoIndex: false, autoCreate: false },
)

export function createRecordMoveModel(connection: Connection): Model<RecordMove> {
  return connection.model<RecordMove>('RecordMove', schema)
}
