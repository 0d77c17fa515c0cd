import { type Connection, type Model, Schema } from 'mongoose'

/**
 * What Slack last reported about a person who used the bot. All processes share it, so that a change reaches
 * all of them.
 */
export interface Member {
  /** Slack's user id. */
  _id: string
  /**
   * True for a full member of the bot's own team or organisation. The last known value, also after `until`.
   */
  is_member?: boolean
  /** Until when `is_member` may be used. Absent: ask Slack again. */
  until?: Date
  /** Token of the process that asks Slack now. Its answer is stored only while this token is unchanged. */
  asking?: string
  /**
   * How often the person left a channel, by Slack's events. Channels cached before the last time are invalid.
   */
  moves?: number
}

const schema = new Schema<Member>(
  { _id: String, is_member: Boolean, until: Date, asking: String, moves: Number },
  { collection: 'colleagues', versionKey: false, autoIndex: false, autoCreate: false },
)

export function createMemberModel(connection: Connection): Model<Member> {
  return connection.model<Member>('Colleague', schema)
}
