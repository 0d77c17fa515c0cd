import { type Connection, type Model, Schema, type Types } from 'mongoose'

/** What a record of `customers` is. The team chooses; the first is the default. */
export const RECORD_KINDS = ['one_per_phone', 'one_per_upload', 'as_written'] as const
export type RecordKind = (typeof RECORD_KINDS)[number]

/** What a record was when an upload was applied. */
export interface RecordChoice {
  kind: RecordKind
  /** Number of the switch that made it so; absent where there never was one. */
  since?: number
}

/** The choice in force, the same for every process. Its document is not there before the first switch. */
export interface RecordsSetting extends RecordChoice {
  _id: 'records'
  /** A switch under way: from its first write to its last, customers are some of the one kind and some of the other. */
  switching?: { to: RecordKind; upload: Types.ObjectId; number: number }
  /** Those that are done, in order. */
  switches: { number: number; to: RecordKind; at: Date }[]
}

const schema = new Schema<RecordsSetting>(
  { _id: String, kind: { type: String, enum: RECORD_KINDS, required: true } },
  { collection: 'settings', strict: false, versionKey: false, autoIndex: false, autoCreate: false },
)

export function createSettingModel(connection: Connection): Model<RecordsSetting> {
  return connection.model<RecordsSetting>('Setting', schema)
}

/** The choice in force. */
export async function readRecordsSetting(settings: Model<RecordsSetting>): Promise<RecordsSetting> {
  const found = await settings.collection.findOne<RecordsSetting>({ _id: 'records' as never })
  return found ?? { _id: 'records', kind: 'one_per_phone', switches: [] }
}
