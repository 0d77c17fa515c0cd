import type { WebClient } from '@slack/web-api'
import { AppError } from '../../errors.ts'
import type { FileSource, OpenedFile } from '../../uploads/lease/index.ts'
import type { ChannelRule } from '../access/index.ts'
import type { OnCallFailed } from '../transport/index.ts'
import { openDownload, tooLarge } from './download.ts'
import { type FileInfoOptions, findShare, readFileInfo, type SlackFile, threadOf } from './file-info.ts'
import { classifyFile, looksLikeTable } from './file-kind.ts'

interface SlackFileSourceDeps {
  readonly client: WebClient
  readonly token: string
  readonly apiUrl: string | undefined
  readonly maxBytes: number
  /** The bot's own Slack id: what it uploaded itself is never imported. */
  readonly botUserId: () => string | undefined
  /** Whether a person is a member here: what guests and strangers share is not imported. */
  readonly isMember: (user: string) => Promise<boolean>
  readonly channelRule: ChannelRule
  readonly onCallFailed?: OnCallFailed | undefined
  readonly settleMs?: number
  readonly silenceMs?: number
}

/** Files that were shared in Slack. */
export function createSlackFileSource(deps: SlackFileSourceDeps): FileSource {
  const { client, token, apiUrl, maxBytes, botUserId, isMember, channelRule, settleMs, silenceMs } = deps

  return {
    canOpen: (upload) => upload.source.kind === 'slack',

    async open(upload, signal, claim) {
      const { source } = upload
      if (source.kind !== 'slack') throw new AppError('unexpected')
      const asking: FileInfoOptions = { signal, ...(settleMs !== undefined && { settleMs }) }
      const file = await readFileInfo(client, source.file_id, source.channel, asking)
      if (file.user !== undefined && file.user === botUserId()) return 'not_for_us'
      const name = file.name ?? file.title ?? source.file_id
      const share = findShare(file, source.channel, upload.shared_at)
      if (share && !(await claim(share.ts, name))) return 'not_for_us'
      const kind = classifyFile(file)
      if (kind === 'not_for_us') return 'not_for_us'

      // A file that was opened before was a member's. Whoever has left since did not take it along: it goes on, half-way or
      // decided upon by others.
      const isNew = upload.file.sha256 === undefined
      await assertMayShare(source, name, isNew)
      const stream = await openDownload(addressOf(file, name, maxBytes), {
        token,
        apiUrl,
        name,
        bytes: file.size,
        maxBytes,
        signal,
        onCallFailed: deps.onCallFailed,
        ...(silenceMs !== undefined && { silenceMs }),
      })
      const checked = kind === 'perhaps' ? await passIfTable(stream) : stream
      if (checked === undefined) return 'not_for_us'

      const thread = share && (source.thread ?? threadOf(share))
      return { name, ...describeFile(file, thread), stream: checked }
    },
  }

  /** @throws AppError shared_by_guest, shared_without_room, shared_elsewhere */
  async function assertMayShare(
    { user, channel }: { readonly user: string; readonly channel: string },
    file: string,
    isNew: boolean,
  ): Promise<void> {
    if (isNew && !(await isMember(user))) throw new AppError('shared_by_guest', { file })
    // The event itself says that the bot is in a channel, and may have left since.
    const refusal = await channelRule.judgeShare(user, channel)
    if (refusal === 'no_room') throw new AppError('shared_without_room', { file })
    if (refusal === 'not_chosen') throw new AppError('shared_elsewhere', { file })
  }
}

function describeFile(
  { size, permalink }: SlackFile,
  thread: string | undefined,
): Pick<OpenedFile, 'bytes' | 'permalink' | 'thread'> {
  return {
    ...(size !== undefined && { bytes: size }),
    ...(permalink !== undefined && { permalink }),
    ...(thread !== undefined && { thread }),
  }
}

/** Where the file is to be had. @throws AppError file_empty, file_too_large, file_unreachable */
function addressOf(file: SlackFile, name: string, maxBytes: number): string {
  if (file.size === 0) throw new AppError('file_empty', { file: name })
  if (file.size !== undefined && file.size > maxBytes) throw tooLarge({ name, maxBytes })
  const address = file.url_private_download ?? file.url_private
  if (address === undefined) throw new AppError('file_unreachable', { file: name })
  return address
}

/** The stream with its first bytes put back, or nothing when they are no table's. */
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
