import { type Connection, type Model, Schema } from 'mongoose'

/** One possible answer to a question in a modal. */
interface WindowAnswer {
  label: string
  /** Name of the action to run. */
  action: string
  /** The value that the action's button would carry. */
  value: string
}

/** An open question in a modal. Deleted by the answer, or soon after by a TTL index. */
export interface WindowQuestion {
  /** Random id; the modal carries nothing else. */
  _id: string
  user: string
  /** The channel of the question; absent outside channels. */
  channel?: string
  answers: WindowAnswer[]
  until: Date
}

const schema = new Schema<WindowQuestion>(
  {
    _id: String,
    user: { type: String, required: true },
    channel: { type: String },
    answers: { type: Schema.Types.Mixed, required: true },
    until: { type: Date, required: true },
  },
  { collection: 'window_questions', versionKey: false, autoIndex: false, autoCreate: false },
)

schema.index({ until: 1 }, { name: 'until', expireAfterSeconds: 0 })

export function createWindowQuestionModel(connection: Connection): Model<WindowQuestion> {
  return connection.model<WindowQuestion>('WindowQuestion', schema)
}
