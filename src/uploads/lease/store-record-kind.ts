import type { FileUpload, Models, RecordChoice, RecordsSetting } from '../../../models/index.ts'
import { readRecords } from '../rows/index.ts'
import { LEASE } from './upload-lease.ts'

/** The record kind as an upload stores it; undefined if nobody ever switched. */
function choiceOf({ kind, since }: RecordsSetting): RecordChoice | undefined {
  return since === undefined ? undefined : { kind, since }
}

/**
 * Stores on a leased upload the record kind it is applied with. A switch runs in the same queue, so the kind cannot
 * change while the upload runs; an upload that was held or queued gets the kind that is in force now.
 */
export async function storeRecordKind(models: Models, upload: FileUpload): Promise<FileUpload> {
  const records = choiceOf(await readRecords(models))
  if (upload.records?.since === records?.since) return upload
  const { records: _, ...rest } = upload
  if (!records) return rest
  await LEASE.update(models.fileUploads, upload, { $set: { records } })
  return { ...rest, records }
}
