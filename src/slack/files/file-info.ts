import type { FilesInfoResponse, WebClient } from '@slack/web-api'
import { AppError } from '../../errors.ts'
import { pause } from '../../retry.ts'
import { readFileName } from '../../uploads/import/index.ts'
import { repeatCall } from '../transport/index.ts'

export type SlackFile = NonNullable<FilesInfoResponse['file']>

/** One share of a file in a channel. */
export interface FileShare {
  /** `ts` of the message. Replies go in its thread, or in its parent's if it is a reply. */
  readonly ts: string
  readonly thread_ts?: string
  readonly reply_users?: readonly string[]
  readonly latest_reply?: string
  /** Who shared it here; the uploader can be another person. */
  readonly share_user_id?: string
}

export interface FileInfoOptions {
  readonly signal?: AbortSignal
  /** How long to wait for a file that Slack still scans, in milliseconds. */
  readonly pauseMs?: number
  /** No message shares the file, so none is waited for. */
  readonly isUnshared?: boolean | undefined
  /** The share an event reported: the file can have earlier shares while this one is not visible yet. */
  readonly expected?: { readonly user: string; readonly sharedAt: Date }
}

const PAUSE_MS = 8_000
/** Shorter than any pause: the call is not repeated. */
const AT_ONCE_MS = 0
/** The Web API may not know a file yet when its event arrives. */
const UNKNOWN_MS = 3_000
/** Maximum of seconds by which an event's time is later than its message's. */
const EVENT_BEHIND_S = 10
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 1_600
const NOT_FOUND = 'file_not_found'
const GONE: ReadonlySet<string> = new Set(['file_deleted'])

/**
 * Reads what Slack knows about a file. Right after a share the file can be unknown, and `mimetype` and
 * `shares` missing while Slack scans it; then it is asked again, with growing pauses.
 * @throws AppError file_deleted; slack_refused, slack_unavailable
 */
export async function readFileInfo(
  client: WebClient,
  fileId: string,
  channel: string,
  { signal, pauseMs: quietMs = PAUSE_MS, isUnshared = false, expected }: FileInfoOptions = {},
): Promise<SlackFile> {
  const began = Date.now()
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    const file = await fetchFileInfo(client, fileId, signal)
    const age = Date.now() - began
    if (file === undefined && age >= Math.min(quietMs, UNKNOWN_MS)) throw new AppError('file_deleted')
    if (file && (isComplete(file, isUnshared ? undefined : channel, expected) || age >= quietMs)) return file
    await pause(pauseMs, signal)
  }
}

/**
 * Asks Slack once, without waiting for what it does not know yet.
 * @returns undefined if Slack does not know all of it
 * @throws AppError file_deleted; slack_refused, slack_unavailable
 */
export async function findFileInfo(
  client: WebClient,
  fileId: string,
  channel: string,
  { signal, expected }: Pick<FileInfoOptions, 'signal' | 'expected'>,
): Promise<SlackFile | undefined> {
  const file = await fetchFileInfo(client, fileId, signal, AT_ONCE_MS)
  return file && isComplete(file, channel, expected) ? file : undefined
}

/** @returns undefined if Slack does not know the file, yet or any more */
async function fetchFileInfo(
  client: WebClient,
  file: string,
  signal?: AbortSignal,
  withinMs?: number,
): Promise<SlackFile | undefined> {
  try {
    const answer = await repeatCall(() => client.files.info({ file }), {
      ...(signal && { signal }),
      ...(withinMs !== undefined && { withinMs }),
    })
    if (answer.file) return nameReadably(answer.file)
    throw new AppError('slack_unavailable')
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    if (error.details.reason === NOT_FOUND) return undefined
    if (GONE.has(String(error.details.reason))) throw new AppError('file_deleted', {}, error)
    throw error
  }
}

/** The owner chooses the name, and every reply about the file contains it. */
function nameReadably({ name, title, ...file }: SlackFile): SlackFile {
  const called = [name, title].map((one) => readFileName(one ?? '')).find((one) => one !== '')
  return { ...file, ...(called !== undefined && { name: called }) }
}

function isComplete(
  file: SlackFile,
  channel: string | undefined,
  expected: FileInfoOptions['expected'],
): boolean {
  if (file.mode === 'tombstone' || file.mode === 'external') return true
  const isThere = (share: FileShare) =>
    expected === undefined ||
    ((share.share_user_id ?? expected.user) === expected.user && isReported(share, expected.sharedAt))
  const isShared = () => channel === undefined || listShares(file, channel).some(isThere)
  return file.mimetype !== undefined && isShared()
}

/** False for a share long before the event at `sharedAt`: Slack does not show the reported one yet. */
export function isReported({ ts }: FileShare, sharedAt: Date): boolean {
  return Number(ts) >= sharedAt.getTime() / 1000 - EVENT_BEHIND_S
}

/** The shares of a file in a channel, oldest first. */
export function listShares(file: SlackFile, channel: string): readonly FileShare[] {
  const shares: Partial<Record<'public' | 'private', Record<string, readonly FileShare[]>>> =
    (file.shares as object | undefined) ?? {}
  return [...(shares.public?.[channel] ?? []), ...(shares.private?.[channel] ?? [])].sort(
    (a, b) => Number(a.ts) - Number(b.ts),
  )
}

// The message exists before its event is sent, but the clocks of Slack's machines differ a little.
const CLOCKS_DIFFER_S = 5

/** Who shared a file where, according to the event. */
interface SharePlace {
  readonly channel: string
  readonly user: string
}

/**
 * Finds the share an event at `sharedAt` reports: this person's last one until then. The same file can be
 * shared again in the channel before the worker handles the first share.
 * @param botUserId never shares files to import: neither its own posts, nor files that its links unfurl
 */
export function findShare(
  file: SlackFile,
  { channel, user }: SharePlace,
  sharedAt: Date,
  botUserId: string | undefined,
): FileShare | undefined {
  const shares = listShares(file, channel).filter((share) => !isBy(share, botUserId))
  const theirs = shares.filter(({ share_user_id }) => share_user_id === undefined || share_user_id === user)
  const candidates = theirs.length > 0 ? theirs : shares
  const until = sharedAt.getTime() / 1000 + CLOCKS_DIFFER_S
  return candidates.filter(({ ts }) => Number(ts) <= until).at(-1) ?? candidates.at(-1)
}

/** Finds the bot's own share of its own file. */
export function findOwnShare(
  file: SlackFile,
  channel: string,
  botUserId: string | undefined,
): FileShare | undefined {
  const shares = listShares(file, channel)
  const isOwn = ({ share_user_id: by }: FileShare) => by === undefined || by === (botUserId ?? by)
  return shares.filter(isOwn).at(-1)
}

/**
 * True if the file is in a channel only because the bot posted it: an example, an export, rows to correct. A
 * bot file that a person forwards is that person's share; it keeps its owner (`file.user`).
 */
export function isOwnPost(
  file: SlackFile,
  { channel, user }: SharePlace,
  botUserId: string | undefined,
): boolean {
  if (botUserId === undefined) return false
  const shares = listShares(file, channel)
  return user === botUserId || (shares.length > 0 && shares.every((share) => isBy(share, botUserId)))
}

function isBy({ share_user_id }: FileShare, user: string | undefined): boolean {
  return share_user_id !== undefined && share_user_id === user
}

/** The thread for replies to this share. */
export function threadOf(share: FileShare): string {
  return share.thread_ts ?? share.ts
}
