import type { FileUpload, Models } from '../../../models/index.ts'

/**
 * Lets a held upload be imported after all: it goes back into the queue, at its old place.
 * @returns null where it was held no longer, or waits for something else
 */
export async function approveUpload(
  models: Models,
  upload: FileUpload,
  answer: NonNullable<NonNullable<FileUpload['hold']>['answer']>,
): Promise<FileUpload | null> {
  return (await models.fileUploads.collection.findOneAndUpdate(
    { _id: upload._id, status: 'held', hold: { $exists: true } },
    { $set: { status: 'queued', 'hold.answer': answer }, $unset: { preview_wanted: '' } },
    { returnDocument: 'after' },
  )) as unknown as FileUpload | null
}
