import { type Connection, type Model, Schema } from 'mongoose'

/** The greeting posted in a channel when the bot was first invited there. */
export interface Greeting {
  /** The channel's id. */
  _id: string
  /** When the claim of the process that posts the greeting expires. */
  claimed_until?: Date
  /** Slack's id of the example file, known before it is sent. */
  file_id?: string
  /** `ts` of the message. */
  message?: string
  sent_at?: Date
  /** Why Slack rejected the file; the greeting was posted without it. */
  refused?: string
}

const schema = new Schema<Greeting>(
  {
    _id: String,
    claimed_until: Date,
    file_id: String,
    message: String,
    sent_at: Date,
    refused: String,
  },
  { collection: 'greetings', versionKey: false, autoIndex: false, autoCreate: false },
)

export function createGreetingModel(connection: Connection): Model<Greeting> {
  return connection.model<Greeting>('Greeting', schema)
}
