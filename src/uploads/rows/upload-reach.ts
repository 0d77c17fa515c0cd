import type { FileUpload } from '../../../models/index.ts'

/** The uploads a person may see. */
export interface UploadReach {
  /** The channels that both the bot and the person are in, and the conversation of the request. */
  readonly channels: ReadonlySet<string>
  /** Admins also see uploads from the command line, which no channel has. */
  readonly isAdmin: boolean
}

/** The rule "being in the channel is the permission", for one upload. */
export function isReachable(
  { kind, source }: Pick<FileUpload, 'kind' | 'source'>,
  { channels, isAdmin }: UploadReach,
): boolean {
  // A switch has no file; it concerns all customers.
  if (kind === 'switch') return true
  return source.kind === 'cli' ? isAdmin : channels.has(source.channel)
}

/** The same rule as a condition on `file_uploads`. */
export function reachableFilter({ channels, isAdmin }: UploadReach): Record<string, unknown> {
  const ways = [{ 'source.channel': { $in: [...channels] } }, { kind: 'switch' }]
  return { $or: isAdmin ? [...ways, { 'source.kind': 'cli' }] : ways }
}
