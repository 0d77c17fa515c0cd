import { type FileUpload, type Models, updateMatching } from '../../../models/index.ts'

/**
 * Releases a held upload for import: it returns to its old place in the queue.
 * @returns null if it is no longer held, or waits for something else
 */
export async function approveUpload(
  models: Models,
  upload: FileUpload,
  answer: NonNullable<NonNullable<FileUpload['hold']>['answer']>,
): Promise<FileUpload | null> {
  return await updateMatching(
    models.fileUploads,
    { _id: upload._id, status: 'held', hold: { $exists: true } },
    { $set: { status: 'queued', 'hold.answer': answer }, $unset: { preview_wanted: '' } },
  )
}

/**
 * Imports a file that only its sender has seen into a channel. From then on it is an upload of that channel,
 * and its receipt is posted there.
 * @returns null if it no longer waits, or already belongs to a channel
 */
export async function importPrivateFile(
  models: Models,
  { _id, source }: FileUpload,
  channel: string,
  answer: NonNullable<NonNullable<FileUpload['hold']>['answer']>,
): Promise<FileUpload | null> {
  if (source.kind !== 'slack') return null
  return await updateMatching(
    models.fileUploads,
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
  )
}
