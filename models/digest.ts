import { type Connection, type Model, Schema } from 'mongoose'

export const DIGEST_KINDS = ['daily', 'weekly'] as const
export type DigestKind = (typeof DIGEST_KINDS)[number]

/** A summary for one channel and one period. The `_id` makes it unique across processes. */
export interface Digest {
  /** Kind, channel and due day: `daily C012AB3CD 2026-01-16`. */
  _id: string
  kind: DigestKind
  channel: string
  due_at: Date
  /** Start of the period (inclusive); `until` is its end (exclusive). */
  from: Date
  until: Date
  /**
   * `open`: not yet passed to Slack. `handed_over`: Slack has posted it or will. `left_out`: it is not
   * posted.
   */
  state: 'open' | 'handed_over' | 'left_out'
  /** The process that makes the digest now, and when its claim expires. */
  claim?: { token: string; expires_at: Date }
  /** When Slack posts it. Stored before Slack is asked to schedule it. */
  post_at?: Date
  /** Slack's id of the scheduled message. */
  message?: string
  /** Why it was left out, or that Slack never confirmed it. */
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

// The last digest of a channel.
schema.index({ kind: 1, channel: 1, due_at: -1 }, { name: 'last_of_channel' })

export function createDigestModel(connection: Connection): Model<Digest> {
  return connection.model<Digest>('Digest', schema)
}
