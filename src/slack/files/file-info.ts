import type { FilesInfoResponse, WebClient } from '@slack/web-api'
import { AppError } from '../../errors.ts'
import { pause } from '../../retry.ts'
import { readFileName } from '../../uploads/import/index.ts'
import { repeatCall } from '../transport/index.ts'

export type SlackFile = NonNullable<FilesInfoResponse['file']>

/** One appearance of a file in a channel. */
export interface FileShare {
  /** `ts` of the message; replies go under it, or under its own thread when it is itself a reply. */
  readonly ts: string
  readonly thread_ts?: string
  readonly reply_users?: readonly string[]
  readonly latest_reply?: string
  /** Who shared it here, which need not be who uploaded it. */
  readonly share_user_id?: string
}

export interface FileInfoOptions {
  readonly signal?: AbortSignal
  /** How long a file that is still being looked at by Slack is waited for, in milliseconds. */
  readonly pauseMs?: number
  /** No message shares the file, so none is waited for. */
  readonly isUnshared?: boolean | undefined
  /** The share an event told of: the file can have earlier ones, while this one is not visible yet. */
  readonly expected?: { readonly user: string; readonly sharedAt: Date }
}

const PAUSE_MS = 8_000
/** A file whose event has come can be unknown to the Web API for a moment. */
const UNKNOWN_MS = 3_000
/** Seconds by which the time of an event can be behind that of its message. */
const EVENT_BEHIND_S = 10
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 1_600
const NOT_FOUND = 'file_not_found'
const GONE: ReadonlySet<string> = new Set(['file_deleted'])

/**
 * What Slack knows about a file. Right after a share the file can be unknown, and `mimetype` and `shares` missing while
 * Slack scans it: asked again for a moment, with longer and longer pauses.
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

/** @returns undefined where Slack knows no such file: not yet, or not any more */
async function fetchFileInfo(
  client: WebClient,
  file: string,
  signal?: AbortSignal,
): Promise<SlackFile | undefined> {
  try {
    const answer = await repeatCall(() => client.files.info({ file }), { ...(signal && { signal }) })
    if (answer.file) return nameReadably(answer.file)
    throw new AppError('slack_unavailable')
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    if (error.details.reason === NOT_FOUND) return undefined
    if (GONE.has(String(error.details.reason))) throw new AppError('file_deleted', {}, error)
    throw error
  }
}

/** Its owner may call it anything, and everything we say of it names it. */
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
  const isThere = ({ ts, share_user_id: by = expected?.user }: FileShare) =>
    expected === undefined ||
    (by === expected.user && Number(ts) >= expected.sharedAt.getTime() / 1000 - EVENT_BEHIND_S)
  const isShared = () => channel === undefined || listShares(file, channel).some(isThere)
  return file.mimetype !== undefined && isShared()
}

/** Appearances of the file in a channel, oldest first. */
export function listShares(file: SlackFile, channel: string): readonly FileShare[] {
  const shares: Partial<Record<'public' | 'private', Record<string, readonly FileShare[]>>> =
    (file.shares as object | undefined) ?? {}
  return [...(shares.public?.[channel] ?? []), ...(shares.private?.[channel] ?? [])].sort(
    (a, b) => Number(a.ts) - Number(b.ts),
  )
}

// The message exists before the event is sent, and clocks of two of Slack's machines differ a little.
const CLOCKS_DIFFER_S = 5

/** Who shared a file where, as the event of the share says it. */
export interface SharePlace {
  readonly channel: string
  readonly user: string
}

/**
 * The appearance an event at `sharedAt` is about: the last one by that person that was there by then. The same file can
 * be shared in the same channel again before the worker comes to the first share.
 * @param botUserId never shares anything to import: not its own posts, nor files a link of its own made appear
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

/** The appearance the bot itself made of its own file. */
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
 * Whether the file is in a channel only because the bot put it there: an example, an export, rows to correct. A file of
 * the bot's that a person shares is that person's share: a forwarded file keeps its owner (`file.user`).
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

/** The thread an answer to this share belongs in. */
export function threadOf(share: FileShare): string {
  return share.thread_ts ?? share.ts
}
