import type { FileUpload, Models } from '../../../models/index.ts'
import { aroundShare } from '../lease/index.ts'

interface Shared {
  readonly channel: string
  readonly fileId: string
  readonly sharedAt: Date
}

/**
 * Finds the upload of one share of a file.
 * @throws driver errors
 */
export async function findUploadOfShare(
  models: Models,
  { channel, fileId, sharedAt }: Shared,
): Promise<FileUpload | null> {
  return await models.fileUploads.collection.findOne<FileUpload>(
    {
      'source.kind': 'slack',
      'source.file_id': fileId,
      'source.channel': channel,
      shared_at: aroundShare(sharedAt),
      kind: 'import',
    },
    { sort: { number: 1 } },
  )
}
