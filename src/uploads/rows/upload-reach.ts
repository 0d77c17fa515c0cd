import type { FileUpload } from '../../../models/index.ts'

/** Which uploads somebody may see. */
export interface UploadReach {
  /** Channels in which both the bot and the person are, and the conversation they ask in. */
  readonly channels: ReadonlySet<string>
  /** Admins also reach files from a command line, which no channel was told of. */
  readonly isAdmin: boolean
}

/** The rule "being in the channel is the permission", for one upload. */
export function isReachable(
  { source, switch_of }: Pick<FileUpload, 'source' | 'switch_of'>,
  { channels, isAdmin }: UploadReach,
): boolean {
  // A switch of what a record is has no file: it is about the one list everybody works with.
  if (switch_of) return true
  return source.kind === 'cli' ? isAdmin : channels.has(source.channel)
}

/** The same rule as a condition on `file_uploads`. */
export function reachableFilter({ channels, isAdmin }: UploadReach): Record<string, unknown> {
  const ways = [{ 'source.channel': { $in: [...channels] } }, { switch_of: { $exists: true } }]
  return { $or: isAdmin ? [...ways, { 'source.kind': 'cli' }] : ways }
}
