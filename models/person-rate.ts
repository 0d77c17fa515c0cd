import { type Connection, type Model, Schema } from 'mongoose'

/** How much one person asked for within the current minute. */
export interface PersonRate {
  /** What is counted, and the person as Slack calls them. */
  _id: string
  count: number
  /** When the minute ends, and counting begins anew. */
  until: Date
}

const schema = new Schema<PersonRate>(
  { _id: String, count: { type: Number, required: true }, until: { type: Date, required: true } },
  { collection: 'person_rates', versionKey: false, autoIndex: false, autoCreate: false },
)

export function createPersonRateModel(connection: Connection): Model<PersonRate> {
  return connection.model<PersonRate>('PersonRate', schema)
}
