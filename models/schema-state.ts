import { type Connection, type Model, Schema, type Types } from 'mongoose'

/** The schema version of the stored data. There is one document, `schema`. */
export interface SchemaState {
  _id: string
  /** Number of the last completed migration; 0 for data older than migrations. */
  version: number
  /** The completed migrations, with their times. */
  steps: { version: number; name: string; at: Date }[]
  /** The process that migrates now, and when its claim expires. */
  lock?: { token: string; expires_at: Date }
  /** The last customer processed by a migration that walks all customers. */
  filled_to?: Types.ObjectId
}

const schema = new Schema<SchemaState>(
  {
    _id: String,
    version: { type: Number, required: true },
    steps: { type: Schema.Types.Mixed, required: true },
    lock: { type: Schema.Types.Mixed },
    filled_to: { type: Schema.Types.ObjectId },
  },
  { collection: 'schema_state', versionKey: false, autoIndex: false, autoCreate: false },
)

export function createSchemaStateModel(connection: Connection): Model<SchemaState> {
  return connection.model<SchemaState>('SchemaState', schema)
}
