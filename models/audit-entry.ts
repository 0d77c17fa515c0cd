import { type Connection, type Model, Schema, type Types } from 'mongoose'

/** The kinds of action an audit entry can have. `asked` is any other request, such as a list of uploads. */
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
 * - `begun`: stored before the action starts; it remains if the process ends during the action.
 * - `refused`: the person has no permission; `why` is the reason.
 */
const AUDIT_OUTCOMES = ['begun', 'answered', 'refused', 'failed'] as const
type AuditOutcome = (typeof AUDIT_OUTCOMES)[number]

/** Who requested what, and where. An entry holds references only: no phone, no name, no typed text. */
export interface AuditEntry {
  _id: Types.ObjectId
  at: Date
  team: string
  /** Absent if the request came from outside a channel. */
  channel?: string
  user: string
  /** How the request came in: a command, a button or menu, a message menu, … */
  entry: string
  /** The registered name of the command or action: `/customer`, `undo_confirm`. */
  name: string
  outcome: AuditOutcome
  why?: 'guest' | 'not_in_channel' | 'not_allowed' | 'too_many'
  did?: AuditDeed
  /** `_id`s of the customers shown. */
  customers?: Types.ObjectId[]
  /** Numbers of the uploads concerned. */
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

// Serves the two questions of an audit: what one person did, and who looked at one customer.
schema.index({ user: 1, at: -1 }, { name: 'by_user' })
schema.index(
  { customers: 1, at: -1 },
  { partialFilterExpression: { customers: { $exists: true } }, name: 'by_customer' },
)
// Entries of a period.
schema.index({ at: -1 }, { name: 'by_time' })

export function createAuditEntryModel(connection: Connection): Model<AuditEntry> {
  return connection.model<AuditEntry>('AuditEntry', schema)
}
