import { type Connection, type Model, Schema } from 'mongoose'

/** The request of a forget upload. It has no file; it is queued, claimed and resumed like other uploads. */
export interface Forget {
  /**
   * The person's phone, E.164. Deleted when the upload is done or failed, so that the document no longer
   * identifies the person.
   */
  phone?: string
  /** Number of customers with the phone when the run began. */
  customers?: number
  /** The phone is also removed from the other phones of other customers. */
  from_others?: true
  /** Number of other customers that had it when the run began. */
  others?: number
  /** Slack ids of the bot's files that held the person. */
  files?: string[]
  /** Those files that Slack did not let the bot delete. */
  files_left?: string[]
}

/** What was erased. `rows` and `uploads` are those that held the person; the rows stay, without data. */
export interface ForgetCounts {
  customers: number
  rows: number
  uploads: number
  /** The bot's files deleted from Slack. */
  files: number
}

/** A pending confirmation whether to forget a person. Deleted by the answer, or soon after by a TTL index. */
export interface ForgetRequest {
  /** Random id that the button carries in place of the phone. Only a person who was asked can name it. */
  _id: string
  phone: string
  from_others?: true
  team: string
  channel: string
  user: string
  until: Date
}

const schema = new Schema<ForgetRequest>(
  {
    _id: String,
    phone: { type: String, required: true },
    from_others: { type: Boolean },
    team: { type: String },
    channel: { type: String, required: true },
    user: { type: String, required: true },
    until: { type: Date, required: true },
  },
  { collection: 'forget_requests', versionKey: false, autoIndex: false, autoCreate: false },
)

// A phone must not stay here because nobody pressed the button.
schema.index({ until: 1 }, { name: 'until', expireAfterSeconds: 0 })

export function createForgetRequestModel(connection: Connection): Model<ForgetRequest> {
  return connection.model<ForgetRequest>('ForgetRequest', schema)
}
