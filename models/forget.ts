import { type Connection, type Model, Schema } from 'mongoose'

/** What a request to forget a person is about. It is an upload without a file: queued, claimed and resumed like the others. */
export interface Forget {
  /** Whom, E.164. Here only until it is done, or has failed: what stays tells nobody who it was. */
  phone?: string
  /** Customers that were stored under the phone when it began. */
  customers?: number
  /** The phone goes out of the other phones of everybody else, too. */
  from_others?: true
  /** How many others had it when it began. */
  others?: number
  /** Slack's ids of files the bot made that held the person. */
  files?: string[]
  /** Those of them that Slack did not let the bot delete. */
  files_left?: string[]
}

/** What was erased. `rows` and `uploads` are those in which the person stood; the rows stay, without their data. */
export interface ForgetCounts {
  customers: number
  rows: number
  uploads: number
  /** Files the bot had made that are gone from Slack. */
  files: number
}

/** Somebody was asked whether a person is really to be forgotten. Goes when it is answered, or by itself soon after. */
export interface ForgetRequest {
  /** Random: what the button carries in the phone's place. Nobody who was not asked can name it. */
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
