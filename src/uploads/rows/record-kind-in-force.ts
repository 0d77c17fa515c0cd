import { type Models, type RecordsSetting, readRecordsSetting } from '../../../models/index.ts'

/** Reads the record kind in force, the same for every process. */
export async function readRecords(models: Models): Promise<RecordsSetting> {
  return await readRecordsSetting(models.settings)
}
