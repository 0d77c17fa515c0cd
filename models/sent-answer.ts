import { type Connection, type Model, Schema, type Types } from 'mongoose'

/**
 * A reply about customers in a direct conversation, recorded so that it can be deleted when a customer is
 * forgotten.
 */
export interface SentAnswer {
  /** Channel and `ts` of the message in Slack. */
  _id: string
  channel: string
  ts: string
  /** `_id`s of the customers shown. */
  customers: Types.ObjectId[]
  /** Numbers of the uploads in the reply, whose rows can name customers. */
  uploads: number[]
  sent_at: Date
}

const DAY_S = 86_400

const schema = new Schema<SentAnswer>(
  {
    _id: String,
    channel: { type: String, required: true },
    ts: { type: String, required: true },
    customers: { type: [Schema.Types.ObjectId], required: true },
    uploads: { type: [Number], required: true },
    sent_at: { type: Date, required: true },
  },
  { collection: 'sent_answers', versionKey: false, autoIndex: false, autoCreate: false },
)

schema.index({ customers: 1 }, { name: 'customers' })
schema.index({ uploads: 1 }, { name: 'uploads' })
schema.index({ sent_at: 1 }, { name: 'sent_at', expireAfterSeconds: 400 * DAY_S })

export function createSentAnswerModel(connection: Connection): Model<SentAnswer> {
  return connection.model<SentAnswer>('SentAnswer', schema)
}
