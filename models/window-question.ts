import { type Connection, type Model, Schema } from 'mongoose'

/** What one person can answer to a question in a window. */
export interface WindowAnswer {
  label: string
  /** Name of the action that is run. */
  action: string
  /** What its button would carry. */
  value: string
}

/** Somebody is asked something in a window. Goes when it is answered, or by itself soon after. */
export interface WindowQuestion {
  /** Random: all that the window carries. */
  _id: string
  user: string
  /** Where it was asked; absent outside of channels. */
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
