import { type Connection, type Model, Schema } from 'mongoose'

/** That a channel was told what the bot does, when it was invited there for the first time. */
export interface Greeting {
  /** The channel. */
  _id: string
  /** Until then one process is at it, and others keep their hands off. */
  claimed_until?: Date
  /** Slack's id of the example file, known before it is sent. */
  file_id?: string
  /** `ts` of the message. */
  message?: string
  sent_at?: Date
  /** Why Slack did not take the file: it was said without. */
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
