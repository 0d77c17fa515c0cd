import { type Connection, type Model, Schema } from 'mongoose'

export const DIGEST_KINDS = ['daily', 'weekly'] as const
export type DigestKind = (typeof DIGEST_KINDS)[number]

/** A summary for one channel and one period: one document, so there is one, however many processes there are. */
export interface Digest {
  /** Made of kind, channel and the day it is due: `daily C012AB3CD 2026-01-16`. */
  _id: string
  kind: DigestKind
  channel: string
  due_at: Date
  /** What it is about: from here on, and until before there. */
  from: Date
  until: Date
  /** `open`: still to be handed to Slack. `handed_over`: Slack posts it, or has. `left_out`: nobody gets it. */
  state: 'open' | 'handed_over' | 'left_out'
  /** Who makes it right now, and until when others keep their hands off. */
  claim?: { token: string; expires_at: Date }
  /** When Slack was asked to post it: written down before it is asked. */
  post_at?: Date
  /** What Slack calls it while it waits there. */
  message?: string
  /** Why it was left out, or that Slack never said whether it has it. */
  why?: string
}

const schema = new Schema<Digest>(
  {
    _id: String,
    kind: { type: String, enum: DIGEST_KINDS, required: true },
    channel: { type: String, required: true },
    due_at: { type: Date, required: true },
    from: { type: Date, required: true },
    until: { type: Date, required: true },
    state: { type: String, enum: ['open', 'handed_over', 'left_out'], required: true },
    claim: { type: Schema.Types.Mixed },
    post_at: { type: Date },
    message: { type: String },
    why: { type: String },
  },
  { collection: 'digests', versionKey: false, autoIndex: false, autoCreate: false },
)

// What a channel got last.
schema.index({ kind: 1, channel: 1, due_at: -1 }, { name: 'last_of_channel' })

export function createDigestModel(connection: Connection): Model<Digest> {
  return connection.model<Digest>('Digest', schema)
}
