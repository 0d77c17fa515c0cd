import { type Connection, type Model, Schema } from 'mongoose'

/** Number of requests by one person in the current minute. */
export interface PersonRate {
  /** What is counted, and the Slack user id. */
  _id: string
  count: number
  /** When the minute ends and the count restarts. */
  until: Date
}

const schema = new Schema<PersonRate>(
  { _id: String, count: { type: Number, required: true }, until: { type: Date, required: true } },
  { collection: 'person_rates', versionKey: false, autoIndex: false, autoCreate: false },
)

export function createPersonRateModel(connection: Connection): Model<PersonRate> {
  return connection.model<PersonRate>('PersonRate', schema)
}
