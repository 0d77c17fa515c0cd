import type { FileUpload, Models, RecordChoice, RecordsSetting } from '../../../models/index.ts'
import { readRecords } from '../rows/index.ts'
import { LEASE } from './upload-lease.ts'

/** The record kind as an upload stores it; undefined if nobody ever switched. */
function choiceOf({ kind, since }: RecordsSetting): RecordChoice | undefined {
  return since === undefined ? undefined : { kind, since }
}

/**
 * Stores the record kind on a leased upload. A switch runs in the same queue, so the kind cannot change
 * during a run. An upload that was held or queued gets the current kind.
 */
export async function storeRecordKind<T extends FileUpload>(models: Models, upload: T): Promise<T> {
  const records = choiceOf(await readRecords(models))
  if (upload.records?.since === records?.since) return upload
  const stored = { ...upload }
  delete stored.records
  if (!records) return stored
  await LEASE.update(models.fileUploads, upload, { $set: { records } })
  return { ...stored, records }
}
