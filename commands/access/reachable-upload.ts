import type { mongo } from 'mongoose'
import type { FileUpload } from '../../models/index.ts'
import { findUploads } from '../../src/uploads/history/index.ts'
import { logAboutUpload } from '../../src/uploads/lease/index.ts'
import { findLastChange, findUploadByReference, findUploadsByName } from '../../src/uploads/queries/index.ts'
import { isReachable, type UploadReach } from '../../src/uploads/rows/index.ts'
import { type CommandDeps, isAdmin, type Reply, toAsker, type Viewer } from '../reply/index.ts'

/**
 * The only way from typed or pressed references to an upload. Commands and buttons never read `file_uploads`
 * themselves, so none can forget to check that the person is in the upload's channel.
 */

/** The person's reach, for queries over uploads. */
export function reachOf({ user, channels }: Viewer, deps: Pick<CommandDeps, 'admins'>): UploadReach {
  return { channels, isAdmin: isAdmin(user, deps) }
}

/** @returns the upload; `elsewhere` if the person is not in its channel; null if there is none */
export async function resolveUpload(
  reference: number | 'last',
  viewer: Viewer,
  deps: CommandDeps,
): Promise<FileUpload | 'elsewhere' | null> {
  const upload = await findUploadByReference(deps.models, reference, reachOf(viewer, deps))
  if (upload !== 'elsewhere') logAboutUpload(upload?.number)
  return upload
}

/** Finds uploads by file name, the latest first, among those the person may see. */
export async function resolveNamed(
  name: string,
  limit: number,
  viewer: Viewer,
  deps: CommandDeps,
): Promise<readonly FileUpload[]> {
  return await findUploadsByName(deps.models, name, limit, reachOf(viewer, deps))
}

/** Finds this person's latest import that changed something and is not undone. */
export async function resolveLastChange(viewer: Viewer, deps: CommandDeps): Promise<FileUpload | null> {
  return await findLastChange(deps.models, viewer.user, reachOf(viewer, deps))
}

/**
 * Finds the upload of a button by the number in its value, which comes over the network.
 * @returns a reply if the person is not in its channel; null if there is none
 */
export async function resolvePressed(
  value: string | undefined,
  viewer: Viewer,
  deps: CommandDeps,
): Promise<FileUpload | Reply | null> {
  if (value === undefined || !/^\d{1,9}$/.test(value)) return null
  const upload = await resolveUpload(Number(value), viewer, deps)
  return upload === 'elsewhere' ? describeElsewhere(Number(value)) : upload
}

/** The reply about an upload of a channel the person is not in. */
export function describeElsewhere(...numbers: readonly number[]): Reply {
  const reply = toAsker(
    { kind: 'headline', text: 'That file was not shared in a channel that you and I are in.' },
    { kind: 'text', text: 'Ask to be invited to its channel.' },
  )
  return {
    ...reply,
    trace: { did: 'asked', isRefused: true, ...(numbers.length > 0 && { uploads: numbers }) },
  }
}

/** An upload as one person may see it. */
export type SeenUpload = FileUpload & {
  /** It is from a channel the person is not in: only its number, sharer and time are shown. */
  readonly isElsewhere?: true
}

/**
 * Finds uploads by id (as text), for replies about customers. For other channels, neither name, link nor line
 * is shown.
 */
export async function findSeenUploads(
  ids: readonly (mongo.ObjectId | undefined)[],
  viewer: Viewer,
  deps: CommandDeps,
): Promise<ReadonlyMap<string, SeenUpload>> {
  const reach = reachOf(viewer, deps)
  const found = await findUploads(deps.models, ids)
  return new Map(
    [...found].map(([id, upload]) => [id, isReachable(upload, reach) ? upload : concealUpload(upload)]),
  )
}

function concealUpload(upload: FileUpload): SeenUpload {
  const { source } = upload
  const { kind, user } = source
  return {
    ...upload,
    isElsewhere: true,
    file: { name: kind === 'cli' ? 'a file from a command line' : 'a file of another channel' },
    source: kind === 'cli' ? source : { kind, user, team: source.team, channel: source.channel, file_id: '' },
  }
}
