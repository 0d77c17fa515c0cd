import { mongo } from 'mongoose'
import type { FileUpload, Models, UploadSource } from '../../../models/index.ts'
import { nextNumber } from '../lease/index.ts'

/** A file to be imported or previewed. */
interface QueuedFile extends Pick<FileUpload, 'preview_wanted' | 'message' | 'private_until'> {
  readonly source: UploadSource
  readonly name: string
  readonly sharedAt: Date
  /** `ts` of the message that will show the result, if it exists already. */
  readonly shownIn?: string
}

/** Queues a file under the next number. @throws driver errors, also of the unique index of shares */
export async function queueImport(
  models: Models,
  { source, name, sharedAt, shownIn, ...extra }: QueuedFile,
): Promise<FileUpload> {
  const upload: FileUpload = {
    _id: new mongo.ObjectId(),
    kind: 'import',
    number: await nextNumber(models, 'file_uploads'),
    status: 'queued',
    source,
    file: { name },
    ...extra,
    attempts: 0,
    shared_at: sharedAt,
    receipt: { due: false, ...(shownIn !== undefined && { message: shownIn }) },
  }
  await models.fileUploads.collection.insertOne(upload)
  return upload
}
