import { type Connection, type Model, Schema } from 'mongoose'

/** A file with customers in it that the bot sent to one person: known so that it can be deleted when one is forgotten. */
export interface SentFile {
  /** Slack's id of it. */
  _id: string
  /** Slack id of whoever got it. */
  user: string
  /** Numbers of the uploads whose customers are in it. Absent: it may hold anybody. */
  uploads?: number[]
  sent_at: Date
}

const schema = new Schema<SentFile>(
  {
    _id: String,
    user: { type: String, required: true },
    uploads: { type: [Number], default: undefined },
    sent_at: { type: Date, required: true },
  },
  { collection: 'sent_files', versionKey: false, autoIndex: false, autoCreate: false },
)

export function createSentFileModel(connection: Connection): Model<SentFile> {
  return connection.model<SentFile>('SentFile', schema)
}
