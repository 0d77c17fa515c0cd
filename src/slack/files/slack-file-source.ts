import type { WebClient } from '@slack/web-api'
import type { SlackSource } from '../../../models/index.ts'
import { AppError } from '../../errors.ts'
import type { FetchedFile, FileSource, OpenedFile } from '../../uploads/lease/index.ts'
import type { ChannelRule, Members } from '../access/index.ts'
import type { OnCallFailed } from '../transport/index.ts'
import { openDownload, tooLarge } from './download.ts'
import {
  type FileInfoOptions,
  type FileShare,
  findFileInfo,
  findShare,
  isOwnPost,
  readFileInfo,
  type SlackFile,
  threadOf,
} from './file-info.ts'
import { classifyFile, looksLikeTable } from './file-kind.ts'

interface SlackFileSourceDeps {
  readonly client: WebClient
  readonly token: string
  readonly apiUrl: string | undefined
  readonly maxBytes: number
  /** The bot's own Slack id: its own uploads are never imported. */
  readonly botUserId: () => string | undefined
  /** Files of guests, strangers and other apps are not imported. */
  readonly members: Pick<Members, 'sharerOf'>
  /** Address of a message, for replies: a link to the file could share it again. */
  readonly linkToMessage?: (channel: string, ts: string, thread: string) => string | undefined
  readonly channelRule: ChannelRule
  readonly onCallFailed?: OnCallFailed | undefined
  readonly pauseMs?: number
  readonly silenceMs?: number
}

/** A larger file is fetched by its run: its download is a small part of its import. */
const MAX_FETCHED_BYTES = 1024 * 1024

interface FoundFile {
  readonly file: SlackFile
  /** If it was fetched. */
  readonly content?: Uint8Array | undefined
}

/** Opens files that were shared in Slack. */
export function createSlackFileSource(deps: SlackFileSourceDeps): FileSource {
  const {
    client,
    token,
    apiUrl,
    maxBytes,
    botUserId,
    members,
    channelRule,
    pauseMs: quietMs,
    silenceMs,
  } = deps
  const contents = new WeakMap<FetchedFile, FoundFile>()

  return {
    canOpen: (upload) => upload.source.kind === 'slack',

    async check({ source, file }) {
      if (source.kind !== 'slack') return
      const found = await readFileInfo(client, source.file_id, source.channel, {
        isUnshared: source.unshared,
      })
      if (classifyFile(found) === 'not_for_us') throw new AppError('file_deleted', { file: file.name })
      addressOf(found, file.name, maxBytes)
    },

    async fetch({ source, shared_at: sharedAt, message, file: { sha256 } }, signal) {
      // A file whose message is known was found to be a list in this channel.
      if (source.kind !== 'slack' || source.unshared || message === undefined || sha256 !== undefined)
        return undefined
      const { user, channel, file_id } = source
      if ((await channelRule.checkShare(user, channel)) !== undefined) return undefined
      const file = await findFileInfo(client, file_id, channel, { signal, expected: { user, sharedAt } })
      if (!file || classifyFile(file) !== 'table' || isOwnPost(file, source, botUserId())) return undefined
      if ((file.size ?? Number.POSITIVE_INFINITY) > MAX_FETCHED_BYTES) return undefined
      const chunks: Uint8Array[] = []
      // Slack may send more than it announced.
      const stream = await read({ file }, file.name ?? file_id, signal, MAX_FETCHED_BYTES)
      for await (const chunk of stream) chunks.push(chunk)
      const content = Buffer.concat(chunks)
      const fetched = { bytes: content.length }
      contents.set(fetched, { file, content })
      return fetched
    },

    async open(upload, signal, claim, fetched) {
      const { source } = upload
      if (source.kind !== 'slack') throw new AppError('unexpected')
      // A file opened before was a member's. If the member has left since, the import continues: its first
      // rows are written, or another person decided.
      const isNew = upload.file.sha256 === undefined
      const early = isNew ? findSharerEarly(source.user, upload.message) : undefined
      const { file, content } = findFetched(fetched) ?? (await lookUp(source, upload.shared_at, signal))
      if (isOwnPost(file, source, botUserId())) return 'not_for_us'
      const name = file.name ?? file.title ?? source.file_id
      const share = findShare(file, source, upload.shared_at, botUserId())
      if (share && !(await claim(share.ts, name))) return 'not_for_us'
      // A person who submitted a file in a modal waits for a reply; in a channel, other files are ignored
      // silently.
      const notForUs = () => {
        if (source.unshared) throw new AppError('not_csv', { file: name })
        return 'not_for_us' as const
      }
      const kind = classifyFile(file)
      if (kind === 'not_for_us') return notForUs()

      if (!(await assertMayShare(source, name, { isNew, early }))) return 'not_for_us'
      const stream = await read({ file, content }, name, signal, maxBytes)
      const checked = kind === 'perhaps' ? await passIfTable(stream) : stream
      if (checked === undefined) return notForUs()
      return { name, ...describeFile(file, source, share), stream: checked }
    },
  }

  function findFetched(fetched: FetchedFile | undefined): FoundFile | undefined {
    return fetched && contents.get(fetched)
  }

  async function lookUp(
    { file_id, channel, user, unshared }: SlackSource,
    sharedAt: Date,
    signal: AbortSignal,
  ): Promise<FoundFile> {
    const asking: FileInfoOptions = {
      signal,
      isUnshared: unshared,
      expected: { user, sharedAt },
      ...(quietMs !== undefined && { pauseMs: quietMs }),
    }
    return { file: await readFileInfo(client, file_id, channel, asking) }
  }

  /** @throws AppError as `openDownload`; file_empty, file_too_large, file_unreachable */
  async function read(
    { file, content }: FoundFile,
    name: string,
    signal: AbortSignal,
    upToBytes: number,
  ): Promise<OpenedFile['stream']> {
    if (content) return inOnePiece(content)
    return await openDownload(addressOf(file, name, upToBytes), {
      token,
      apiUrl,
      name,
      bytes: file.size,
      maxBytes: upToBytes,
      signal,
      onCallFailed: deps.onCallFailed,
      ...(silenceMs !== undefined && { silenceMs }),
    })
  }

  /** A file whose message is known has waited, and was found to be a list: its sharer is looked up with it. */
  function findSharerEarly(user: string, message: string | undefined) {
    if (message === undefined) return undefined
    const sharer = members.sharerOf(user)
    // Its error is thrown where it is awaited.
    sharer.catch(() => {})
    return sharer
  }

  function describeFile(
    { size }: SlackFile,
    { channel, thread }: Pick<SlackSource, 'channel' | 'thread'>,
    share: FileShare | undefined,
  ): Pick<OpenedFile, 'bytes' | 'link' | 'thread'> {
    const link = share && deps.linkToMessage?.(channel, share.ts, threadOf(share))
    return {
      ...(size !== undefined && { bytes: size }),
      ...(link !== undefined && { link }),
      ...(share && { thread: thread ?? threadOf(share) }),
    }
  }

  /**
   * @returns false for a channel the bot is not in: Slack reports files wherever the bot could see them
   * @throws AppError shared_by_guest, shared_by_bot, shared_without_room, shared_elsewhere
   */
  async function assertMayShare(
    { user, channel }: { readonly user: string; readonly channel: string },
    file: string,
    { isNew, early }: { isNew: boolean; early: ReturnType<Members['sharerOf']> | undefined },
  ): Promise<boolean> {
    const refusal = await channelRule.checkShare(user, channel)
    // No reply is posted, because the bot was not invited there. An import in progress continues.
    if (refusal === 'not_in_channel') return !isNew
    const sharer = isNew ? await (early ?? members.sharerOf(user)) : 'member'
    if (sharer === 'bot') throw new AppError('shared_by_bot', { file })
    if (sharer === 'guest') throw new AppError('shared_by_guest', { file })
    if (refusal === 'no_room') throw new AppError('shared_without_room', { file })
    if (refusal === 'not_chosen') throw new AppError('shared_elsewhere', { file })
    return true
  }
}

/** The download address. @throws AppError file_empty, file_too_large, file_unreachable */
function addressOf(file: SlackFile, name: string, maxBytes: number): string {
  if (file.size === 0) throw new AppError('file_empty', { file: name })
  if (file.size !== undefined && file.size > maxBytes) throw tooLarge({ name, maxBytes })
  const address = file.url_private_download ?? file.url_private
  if (address === undefined) throw new AppError('file_unreachable', { file: name })
  return address
}

async function* inOnePiece(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content
}

/** The stream with its first bytes put back; undefined if they are no table. */
async function passIfTable(stream: OpenedFile['stream']): Promise<OpenedFile['stream'] | undefined> {
  const chunks = stream[Symbol.asyncIterator]()
  const first = await chunks.next()
  if (first.done || !looksLikeTable(first.value)) {
    await chunks.return?.(undefined)
    return undefined
  }
  return putBack(first.value, chunks)
}

async function* putBack(
  first: Uint8Array,
  rest: AsyncIterator<Uint8Array, unknown, undefined>,
): AsyncGenerator<Uint8Array> {
  try {
    yield first
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
  } finally {
    await rest.return?.(undefined)
  }
}
