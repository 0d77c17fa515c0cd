import type { FileUpload, Models } from '../../../models/index.ts'
import type { ErrorCode } from '../../errors.ts'
import { isReachable, reachableFilter, type UploadReach } from '../rows/index.ts'

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

/** The latest uploads somebody may see, newest first, and whether there are more than `limit`. */
export async function findRecentUploads(
  models: Models,
  filter: UploadFilter,
  limit: number,
  reach: UploadReach,
): Promise<{ readonly uploads: readonly FileUpload[]; readonly hasMore: boolean }> {
  const found = await models.fileUploads.collection
    .find<FileUpload>({
      ...reachableFilter(reach),
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

/**
 * By its number; the latest that somebody may see for `last`.
 * @returns `elsewhere` where there is one and this person may not see it
 */
export async function findUploadByReference(
  models: Models,
  reference: number | 'last',
  reach: UploadReach,
): Promise<FileUpload | 'elsewhere' | null> {
  const { collection } = models.fileUploads
  if (reference !== 'last') {
    const upload = await collection.findOne<FileUpload>({ number: reference })
    return upload && !isReachable(upload, reach) ? 'elsewhere' : upload
  }
  const [latest] = await collection
    .find<FileUpload>({ ...reachableFilter(reach), forget: { $exists: false } })
    .sort({ shared_at: -1, number: -1 })
    .limit(1)
    .toArray()
  return latest ?? null
}

/** The upload before another one that brought rows and that somebody may see, to compare it with. */
export async function findUploadBefore(
  models: Models,
  upload: FileUpload,
  reach: UploadReach,
): Promise<FileUpload | null> {
  const [before] = await models.fileUploads.collection
    .find<FileUpload>({
      ...reachableFilter(reach),
      shared_at: { $lte: upload.shared_at },
      number: { $ne: upload.number },
      status: { $in: ['done', 'undone'] },
      undo_of: { $exists: false },
      forget: { $exists: false },
      switch_of: { $exists: false },
    })
    .sort({ shared_at: -1, number: -1 })
    .limit(1)
    .toArray()
  return before ?? null
}
