import type { FileUpload, Models } from '../../../models/index.ts'
import { leaveUpload } from '../answers/index.ts'
import type { Log } from '../lease/index.ts'
import type { StripOptions } from './strip-upload.ts'

interface RemovePrivateFilesOptions extends Pick<StripOptions, 'deleteFile'> {
  readonly models: Models
  readonly log: Log
}

/**
 * Discards files from modals that were not imported within a day: ends the upload, deletes its data of the
 * file, and asks Slack to delete the file. Safe to repeat after a crash at any point.
 * @returns the number of files
 * @throws AppError slack_unavailable; driver errors
 */
export async function removePrivateFiles(
  { models, deleteFile, log }: RemovePrivateFilesOptions,
  now: Date,
): Promise<number> {
  const { collection } = models.fileUploads
  const old = { private_until: { $lte: now } }
  const uploads = await collection
    .find<FileUpload>(old, { projection: { status: 1, file: 1, source: 1 } })
    .toArray()
  let count = 0
  for (const upload of uploads) {
    if (upload.status === 'held') await leaveUpload(models, upload)
    // Imported in the meantime, or still being read.
    const left = await collection.findOne<FileUpload>({ _id: upload._id, ...old, status: 'failed' })
    if (left?.source.kind !== 'slack') continue
    const isDeleted = await deleteFile(left.source.file_id)
    await collection.updateOne(
      { _id: left._id },
      {
        $set: { 'source.file_deleted': isDeleted, 'receipt.due': true },
        $unset: { private_until: '', preview: '', question: '', 'file.sample': '', 'file.header': '' },
      },
    )
    log.info({ upload: left.number, isDeleted }, 'unused private file removed')
    count += 1
  }
  return count
}
