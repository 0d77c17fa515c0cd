import { type Connection, type Model, Schema } from 'mongoose'

/**
 * A file with customers that the bot sent to one person. Stored so that it can be deleted when a customer in
 * it is forgotten.
 */
export interface SentFile {
  /** Slack's file id. */
  _id: string
  /** Slack user id of the recipient. */
  user: string
  /** Numbers of the uploads whose customers are in it. Absent: it may hold any customer. */
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
