import { type Connection, type Model, Schema } from 'mongoose'

/** What Slack said of a person who came to the bot. Shared by all processes, so that a change of it is, too. */
export interface Member {
  /** The person, as Slack calls them. */
  _id: string
  /** Full member of the bot's own team or organisation; as it was said last, also where that is no longer relied upon. */
  is_member?: boolean
  /** How long that is relied upon. Absent: not any more, Slack is asked. */
  until?: Date
  /** Whoever asks Slack now. What they hear counts only while this is still theirs. */
  asking?: string
  /** How often they left a channel, as far as Slack told: what was known of their channels before is not relied upon. */
  moves?: number
}

const schema = new Schema<Member>(
  { _id: String, is_member: Boolean, until: Date, asking: String, moves: Number },
  { collection: 'colleagues', versionKey: false, autoIndex: false, autoCreate: false },
)

export function createMemberModel(connection: Connection): Model<Member> {
  return connection.model<Member>('Colleague', schema)
}
