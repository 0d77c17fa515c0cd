import {
  type FileUpload,
  type Models,
  type RecordChoice,
  type RecordsSetting,
  readRecordsSetting,
} from '../../../models/index.ts'
import { LEASE } from '../lease/index.ts'

/** What a record is now, for every process. */
export async function readRecords(models: Models): Promise<RecordsSetting> {
  return await readRecordsSetting(models.settings)
}

/** As an upload keeps it; nothing as long as nobody ever switched. */
function choiceOf({ kind, since }: RecordsSetting): RecordChoice | undefined {
  return since === undefined ? undefined : { kind, since }
}

/**
 * Makes a claimed upload say what a record is while it is applied. A switch runs in the same lane, so the choice stays
 * until the upload is over; one that was held, or waited, is told anew.
 */
export async function storeRecordKind(models: Models, upload: FileUpload): Promise<FileUpload> {
  const records = choiceOf(await readRecords(models))
  if (upload.records?.since === records?.since) return upload
  const { records: _, ...rest } = upload
  if (!records) return rest
  await LEASE.update(models.fileUploads, upload, { $set: { records } })
  return { ...rest, records }
}
