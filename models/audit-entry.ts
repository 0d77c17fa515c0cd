import { type Connection, type Model, Schema, type Types } from 'mongoose'

/** What somebody did, as far as it matters who did it. `asked`: anything else, such as a list of uploads. */
const AUDIT_DEEDS = [
  'asked',
  'looked_up',
  'shared',
  'exported',
  'previewed',
  'imported',
  'left_out',
  'cancelled',
  'undid',
  'changed_mapping',
  'forgot',
] as const
export type AuditDeed = (typeof AUDIT_DEEDS)[number]

/**
 * - `begun`: written before anything is done; stays where the process died over it.
 * - `refused`: the person may not; `why` says so.
 */
const AUDIT_OUTCOMES = ['begun', 'answered', 'refused', 'failed'] as const
type AuditOutcome = (typeof AUDIT_OUTCOMES)[number]

/** Who asked for what, and where. Holds references alone: no phone, no name, nothing of what was typed. */
export interface AuditEntry {
  _id: Types.ObjectId
  at: Date
  team: string
  /** Absent where it was asked outside a channel. */
  channel?: string
  user: string
  /** The way in: a command, a button or menu, a message's menu, … */
  entry: string
  /** Name under which it is registered: `/customer`, `undo_confirm`. */
  name: string
  outcome: AuditOutcome
  why?: 'guest' | 'not_in_channel' | 'not_allowed' | 'too_many'
  did?: AuditDeed
  /** `_id`s of the customers that were shown. */
  customers?: Types.ObjectId[]
  /** Numbers of the uploads it was about. */
  uploads?: number[]
}

const schema = new Schema<AuditEntry>(
  {
    at: { type: Date, required: true },
    team: { type: String },
    channel: { type: String },
    user: { type: String, required: true },
    entry: { type: String, required: true },
    name: { type: String, required: true },
    outcome: { type: String, enum: AUDIT_OUTCOMES, required: true },
    why: { type: String },
    did: { type: String, enum: AUDIT_DEEDS },
    customers: { type: [Schema.Types.ObjectId], default: undefined },
    uploads: { type: [Number], default: undefined },
  },
  { collection: 'audit', versionKey: false, autoIndex: false, autoCreate: false },
)

// What one person did, and who looked at one customer: the two questions an audit is asked.
schema.index({ user: 1, at: -1 }, { name: 'by_user' })
schema.index(
  { customers: 1, at: -1 },
  { partialFilterExpression: { customers: { $exists: true } }, name: 'by_customer' },
)
// Everything in a stretch of time.
schema.index({ at: -1 }, { name: 'by_time' })

export function createAuditEntryModel(connection: Connection): Model<AuditEntry> {
  return connection.model<AuditEntry>('AuditEntry', schema)
}
