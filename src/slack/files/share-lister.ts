import type { WebClient } from '@slack/web-api'
import { AppError } from '../../errors.ts'
import type { FoundShare } from '../../uploads/queries/index.ts'
import { listConversations } from '../access/index.ts'
import { repeatCall } from '../transport/index.ts'
import { type FileInfoOptions, listShares, readFileInfo, type SlackFile, threadOf } from './file-info.ts'
import { classifyFile, isWorkbook } from './file-kind.ts'

export interface ShareLister {
  /** The channels and direct messages the bot is in. */
  listChannels(): Promise<string[]>
  /**
   * Shares in these channels that may be importable: neither the bot's own nor pictures and the like. One
   * list covers all channels.
   * @throws AppError slack_unavailable, slack_refused
   */
  listShares(channels: ReadonlySet<string>, since: Date): Promise<FoundShare[]>
}

interface ShareListerDeps {
  readonly client: WebClient
  readonly botUserId: () => string | undefined
}

const FILES_A_PAGE = 100
/** `files.list` filters by upload time, which may be before the share. */
const UPLOADED_BEFORE_MS = 24 * 60 * 60_000
const ABOUT_ONE_FILE: ReadonlySet<string> = new Set(['file_deleted', 'slack_refused'])
/** Slack has scanned older files; one without shares is not waited for. */
const YOUNG_MS = 60_000
/** Other calls to Slack have waited long by then; the next run continues. */
const WITHIN_MS = 60_000

/** Finds shares with the bot's existing scopes: it reads files, not messages. */
export function createShareLister({ client, botUserId }: ShareListerDeps): ShareLister {
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

  /** The list may omit where a file was shared; `files.info` has it. */
  async function sharesOf(file: SlackFile, channels: ReadonlySet<string>): Promise<FoundShare[]> {
    const fileId = file.id
    if (fileId === undefined || !isPerhapsOurs(file)) return []
    const places = placesOf(file)
    const wanted = places.filter((channel) => channels.has(channel))
    // The file is in channels the bot is not in: Slack lists what the bot could see.
    if (places.length > 0 && wanted.length === 0) return []
    const [first = ''] = wanted.length > 0 ? wanted : channels
    const isStated = wanted.length > 0 && wanted.every((channel) => listShares(file, channel).length > 0)
    const shown = isStated ? file : await readFileInfo(client, fileId, first, settlingOptions(file))
    return [...channels].flatMap((channel) => describeShares(shown, fileId, channel))
  }

  function describeShares(file: SlackFile, fileId: string, channel: string): FoundShare[] {
    return listShares(file, channel).flatMap((share) => {
      const user = share.share_user_id ?? file.user ?? ''
      // A forwarded file keeps its owner: only the share has the person who shared it.
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
          // Deleted since, or not visible: the other files are still searched.
          if (!(error instanceof AppError && ABOUT_ONE_FILE.has(error.code))) throw error
        }
      }
      return shares
    },
  }
}

/** The channels and direct messages a file is in, by the list. */
function placesOf({ channels = [], groups = [], ims = [], shares }: SlackFile): string[] {
  const byKind: readonly object[] = Object.values(shares ?? {})
  return [...new Set([...channels, ...groups, ...ims, ...byKind.flatMap((kind) => Object.keys(kind))])]
}

/** A document shared in place of a list counts too: its owner gets instructions. */
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
