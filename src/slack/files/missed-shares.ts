import type { WebClient } from '@slack/web-api'
import { AppError } from '../../errors.ts'
import type { FoundShare } from '../../uploads/queries/index.ts'
import { listConversations } from '../access/index.ts'
import { repeatCall } from '../transport/index.ts'
import { type FileInfoOptions, listShares, readFileInfo, type SlackFile, threadOf } from './file-info.ts'
import { classifyFile, isWorkbook } from './file-kind.ts'

export interface MissedShares {
  /** Channels and conversations the bot is in. */
  listChannels(): Promise<string[]>
  /**
   * Shares of files in these channels that may be ours to import; neither the bot's own nor pictures and the like. One
   * list serves all channels.
   * @throws AppError slack_unavailable, slack_refused
   */
  listShares(channels: ReadonlySet<string>, since: Date): Promise<FoundShare[]>
}

interface MissedSharesDeps {
  readonly client: WebClient
  readonly botUserId: () => string | undefined
}

const FILES_A_PAGE = 100
/** `files.list` goes by when a file was uploaded, which may be before it was shared where we look. */
const UPLOADED_BEFORE_MS = 24 * 60 * 60_000
const ABOUT_ONE_FILE: ReadonlySet<string> = new Set(['file_deleted', 'slack_refused'])
/** Older files are no longer scanned by Slack: one that is shared nowhere any more is not waited for. */
const YOUNG_MS = 60_000
/** Whoever else asks Slack for something has waited long by then; the next turn goes on. */
const WITHIN_MS = 60_000

/** Asks Slack what was shared, with the scopes the bot has anyway: it reads files, not what people write. */
export function createMissedShares({ client, botUserId }: MissedSharesDeps): MissedShares {
  const ask = <T>(call: () => Promise<T>) => repeatCall(call, { withinMs: WITHIN_MS, firstPauseMs: 1_000 })

  async function listFiles(from: Date): Promise<SlackFile[]> {
    const files: SlackFile[] = []
    for (let page = 1; ; page += 1) {
      const answer = await ask(() =>
        client.files.list({
          ts_from: String(Math.floor(from.getTime() / 1000)),
          count: FILES_A_PAGE,
          page,
        }),
      )
      files.push(...((answer.files as SlackFile[] | undefined) ?? []))
      if (page >= (answer.paging?.pages ?? 1)) return files
    }
  }

  /** The list may leave out where a file was shared; `files.info` tells. */
  async function sharesOf(file: SlackFile, channels: ReadonlySet<string>): Promise<FoundShare[]> {
    const fileId = file.id
    if (fileId === undefined || !isPerhapsOurs(file)) return []
    const places = placesOf(file)
    const wanted = places.filter((channel) => channels.has(channel))
    // A file of channels the bot is not in: Slack lists what it could see.
    if (places.length > 0 && wanted.length === 0) return []
    const [first = ''] = wanted.length > 0 ? wanted : channels
    const isStated = wanted.length > 0 && wanted.every((channel) => listShares(file, channel).length > 0)
    const shown = isStated ? file : await readFileInfo(client, fileId, first, settlingOptions(file))
    return [...channels].flatMap((channel) => describeShares(shown, fileId, channel))
  }

  function describeShares(file: SlackFile, fileId: string, channel: string): FoundShare[] {
    return listShares(file, channel).flatMap((share) => {
      const user = share.share_user_id ?? file.user ?? ''
      // A forwarded file keeps its owner: only the share says who shared it.
      if (user === botUserId()) return []
      const sharedAt = new Date(Math.round(Number(share.ts) * 1000))
      const thread = threadOf(share)
      return [{ channel, fileId, user, sharedAt, ts: share.ts, thread, isWorkbook: isWorkbook(file) }]
    })
  }

  return {
    listChannels: () =>
      listConversations(client, {
        types: 'public_channel,private_channel,mpim,im',
        withinMs: WITHIN_MS,
      }),

    async listShares(channels, since) {
      const shares: FoundShare[] = []
      const from = new Date(since.getTime() - UPLOADED_BEFORE_MS)
      for (const file of await listFiles(from)) {
        try {
          shares.push(...(await sharesOf(file, channels)))
        } catch (error) {
          // Deleted since it was listed, or not for us to see: no reason to find the others later.
          if (!(error instanceof AppError && ABOUT_ONE_FILE.has(error.code))) throw error
        }
      }
      return shares
    },
  }
}

/** Channels and conversations the list says a file is in. */
function placesOf({ channels = [], groups = [], ims = [], shares }: SlackFile): string[] {
  const byKind: readonly object[] = Object.values(shares ?? {})
  return [...new Set([...channels, ...groups, ...ims, ...byKind.flatMap((kind) => Object.keys(kind))])]
}

/** A document shared in place of a list is ours, too: its owner is told how to make one. */
function isPerhapsOurs(file: SlackFile): boolean {
  try {
    return classifyFile(file) !== 'not_for_us'
  } catch (error) {
    return !(error instanceof AppError && error.code === 'file_deleted')
  }
}

function settlingOptions({ created }: SlackFile): FileInfoOptions {
  return created !== undefined && Date.now() - created * 1000 > YOUNG_MS ? { pauseMs: 0 } : {}
}
