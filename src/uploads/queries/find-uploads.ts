import type { FileUpload, Models } from '../../../models/index.ts'
import type { ErrorCode } from '../../errors.ts'

const LEFT_OUT: ErrorCode = 'left_out'

/** A person decided against it: nothing failed. */
export const isDiscarded = ({ problem }: Pick<FileUpload, 'problem'>): boolean => problem?.code === LEFT_OUT

/** Which uploads somebody wants to see. */
export interface UploadFilter {
  /** Slack id, or name on the machine of whoever uploaded. */
  readonly user?: string
  readonly isFailed?: boolean
  readonly since?: Date
  /** The first moment that is too late. */
  readonly before?: Date
}

/** The latest uploads, newest first, and whether there are more than `limit`. */
export async function findRecentUploads(
  models: Models,
  filter: UploadFilter,
  limit: number,
): Promise<{ readonly uploads: readonly FileUpload[]; readonly hasMore: boolean }> {
  const found = await models.fileUploads.collection
    .find<FileUpload>({
      ...(filter.user !== undefined && { 'source.user': filter.user }),
      // To discard a file is a decision and no failure.
      ...(filter.isFailed && { status: 'failed', 'problem.code': { $ne: LEFT_OUT } }),
      ...((filter.since ?? filter.before) && {
        shared_at: {
          ...(filter.since && { $gte: filter.since }),
          ...(filter.before && { $lt: filter.before }),
        },
      }),
    })
    .sort({ shared_at: -1, number: -1 })
    .limit(limit + 1)
    .toArray()
  return { uploads: found.slice(0, limit), hasMore: found.length > limit }
}

/** By its number; the latest of all for `last`. */
export async function findUploadByReference(
  models: Models,
  reference: number | 'last',
): Promise<FileUpload | null> {
  const { collection } = models.fileUploads
  if (reference !== 'last') return await collection.findOne<FileUpload>({ number: reference })
  const [latest] = await collection
    .find<FileUpload>({ kind: { $ne: 'forget' } })
    .sort({ shared_at: -1, number: -1 })
    .limit(1)
    .toArray()
  return latest ?? null
}

/** The upload before another one that brought rows, to compare it with. */
export async function findUploadBefore(models: Models, upload: FileUpload): Promise<FileUpload | null> {
  const [before] = await models.fileUploads.collection
    .find<FileUpload>({
      shared_at: { $lte: upload.shared_at },
      number: { $ne: upload.number },
      status: { $in: ['done', 'undone'] },
      kind: 'import',
    })
    .sort({ shared_at: -1, number: -1 })
    .limit(1)
    .toArray()
  return before ?? null
}
