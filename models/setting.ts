import { type Connection, type Model, Schema, type Types } from 'mongoose'
import type { TextKeyedModel } from './text-keyed-model.ts'

/** The record kinds. The team chooses one; the first is the default. */
export const RECORD_KINDS = ['one_per_phone', 'one_per_upload', 'as_written'] as const
export type RecordKind = (typeof RECORD_KINDS)[number]

/** The record kind an upload was applied with. */
export interface RecordChoice {
  kind: RecordKind
  /** Number of the switch to this kind; absent if there was none. */
  since?: number
}

/** The record kind in force, the same for all processes. Its document is created by the first switch. */
export interface RecordsSetting extends RecordChoice {
  _id: 'records'
  /** A switch in progress: customers of both kinds exist until its last write. */
  switching?: { to: RecordKind; upload: Types.ObjectId; number: number }
  /** Completed switches, in order. */
  switches: { number: number; to: RecordKind; at: Date }[]
}

const schema = new Schema<RecordsSetting>(
  { _id: String, kind: { type: String, enum: RECORD_KINDS, required: true } },
  { collection: 'settings', strict: false, versionKey: false, autoIndex: false, autoCreate: false },
)

export function createSettingModel(connection: Connection): Model<RecordsSetting> {
  return connection.model<RecordsSetting>('Setting', schema)
}

/** Reads the record kind in force. */
export async function readRecordsSetting(settings: TextKeyedModel<RecordsSetting>): Promise<RecordsSetting> {
  const found = await settings.collection.findOne({ _id: 'records' })
  return found ?? { _id: 'records', kind: 'one_per_phone', switches: [] }
}
