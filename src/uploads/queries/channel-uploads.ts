import { type FileUpload, type Models, toDatabaseError, type UploadStatus } from '../../../models/index.ts'

/** Uploads that were shared in some channels, and nothing else. */
export interface ChannelUploads {
  /** The latest files and undos, newest first. */
  readonly latest: readonly FileUpload[]
  /** Those that wait, run or are held, in their order. */
  readonly open: readonly FileUpload[]
}

const OPEN = ['queued', 'running', 'held'] as const satisfies readonly UploadStatus[]
/** Uploads that wait are many only when something is wrong. */
const MAX_OPEN = 50

/**
 * @param channels ids of channels
 * @throws AppError database_unavailable, database_failed
 */
export async function findChannelUploads(
  models: Models,
  channels: ReadonlySet<string>,
  limit: number,
): Promise<ChannelUploads> {
  const uploads = models.fileUploads.collection
  const inChannels = { 'source.channel': { $in: [...channels] } }
  try {
    const [latest, open] = await Promise.all([
      uploads
        .find<FileUpload>({ ...inChannels, kind: { $ne: 'forget' } })
        .sort({ shared_at: -1, number: -1 })
        .limit(limit)
        .toArray(),
      uploads
        .find<FileUpload>({ status: { $in: [...OPEN] }, ...inChannels })
        .sort({ shared_at: 1, number: 1 })
        .limit(MAX_OPEN)
        .toArray(),
    ])
    return { latest, open }
  } catch (error) {
    throw toDatabaseError(error)
  }
}

/**
 * The channels uploads were shared in, by their numbers; those from a command line were shared in none.
 * @throws AppError database_unavailable, database_failed
 */
export async function findChannelsOf(
  models: Models,
  numbers: readonly number[],
): Promise<(string | undefined)[]> {
  try {
    const found = await models.fileUploads.collection
      .find<Pick<FileUpload, 'source'>>({ number: { $in: [...numbers] } }, { projection: { source: 1 } })
      .toArray()
    return found.map(({ source }) => (source.kind === 'slack' ? source.channel : undefined))
  } catch (error) {
    throw toDatabaseError(error)
  }
}
