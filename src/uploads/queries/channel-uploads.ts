import type { FileUpload, Models, UploadStatus } from '../../../models/index.ts'

/** Uploads shared in some channels only. */
interface ChannelUploads {
  /** The latest imports and undos, newest first. */
  readonly latest: readonly FileUpload[]
  /** Waiting, running and held uploads, in their order. */
  readonly open: readonly FileUpload[]
}

const OPEN = ['queued', 'running', 'held'] as const satisfies readonly UploadStatus[]
/** More waiting uploads exist only during an outage. */
const MAX_OPEN = 50

/**
 * @param channels channel ids
 * @throws driver errors
 */
export async function findChannelUploads(
  models: Models,
  channels: ReadonlySet<string>,
  limit: number,
): Promise<ChannelUploads> {
  const uploads = models.fileUploads.collection
  const inChannels = { 'source.channel': { $in: [...channels] } }
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
}

/**
 * The channels of uploads, by upload number; uploads from the command line have none.
 * @throws driver errors
 */
export async function findChannelsOf(
  models: Models,
  numbers: readonly number[],
): Promise<(string | undefined)[]> {
  const found = await models.fileUploads.collection
    .find<Pick<FileUpload, 'source'>>({ number: { $in: [...numbers] } }, { projection: { source: 1 } })
    .toArray()
  return found.map(({ source }) => (source.kind === 'slack' ? source.channel : undefined))
}
