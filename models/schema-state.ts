import { type Connection, type Model, Schema, type Types } from 'mongoose'

/** In which form the data of this database is stored. There is one document, `schema`. */
export interface SchemaState {
  _id: string
  /** Number of the last migration that was carried out; 0 for data from before there were any. */
  version: number
  /** What was carried out, and when. */
  steps: { version: number; name: string; at: Date }[]
  /** Who carries one out right now, and until when others keep their hands off. */
  lock?: { token: string; expires_at: Date }
  /** Up to which customer a migration that goes through all of them has come. */
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
