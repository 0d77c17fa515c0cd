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

/**
 * Imports a file that only its sender has seen into a channel: from now on it is an upload of that channel, and everything
 * about it is said there.
 * @returns null where it waits no longer, or belongs to a channel already
 */
export async function importPrivateFile(
  models: Models,
  { _id, source }: FileUpload,
  channel: string,
  answer: NonNullable<NonNullable<FileUpload['hold']>['answer']>,
): Promise<FileUpload | null> {
  if (source.kind !== 'slack') return null
  return (await models.fileUploads.collection.findOneAndUpdate(
    {
      _id,
      status: 'held',
      hold: { $exists: true },
      private_until: { $exists: true },
      'source.channel': source.channel,
    },
    {
      $set: {
        status: 'queued',
        'hold.answer': answer,
        'source.channel': channel,
        receipt: { due: false },
      },
      $unset: { preview_wanted: '', private_until: '', 'source.thread': '' },
    },
    { returnDocument: 'after' },
  )) as unknown as FileUpload | null
}
