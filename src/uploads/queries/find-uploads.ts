import { type FileUpload, type Models, toDatabaseError } from '../../../models/index.ts'
import { bareHeader } from '../../customers/columns/index.ts'
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
    .find<FileUpload>({ ...reachableFilter(reach), kind: { $ne: 'forget' } })
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
      kind: 'import',
    })
    .sort({ shared_at: -1, number: -1 })
    .limit(1)
    .toArray()
  return before ?? null
}

/** Earlier files of the channel that are looked at. */
const MAX_LOOKED_AT = 50

type HeadedUpload = Pick<FileUpload, 'number' | 'file'>

/**
 * The last file before this one that was imported in the same channel and has the same headings.
 * @returns its number; undefined where there is none, or the files have no headings
 * @throws AppError database_unavailable, database_failed
 */
export async function findSameHeadings(models: Models, upload: FileUpload): Promise<number | undefined> {
  const { source, kind, file, shared_at, number } = upload
  if (source.kind !== 'slack' || kind !== 'import') return undefined
  const { fingerprint } = bareHeader(file.header ?? [])
  if (fingerprint === null) return undefined
  try {
    const earlier = models.fileUploads.collection
      .find<HeadedUpload>({
        'source.channel': source.channel,
        shared_at: { $lte: shared_at },
        number: { $ne: number },
        status: { $in: ['done', 'undone'] },
        kind: 'import',
        retention: { $exists: false },
      })
      .sort({ shared_at: -1, number: -1 })
      .limit(MAX_LOOKED_AT)
      .project<HeadedUpload>({ number: 1, 'file.header': 1 })
    for await (const other of earlier)
      if (bareHeader(other.file.header ?? []).fingerprint === fingerprint) return other.number
    return undefined
  } catch (error) {
    throw toDatabaseError(error)
  }
}
