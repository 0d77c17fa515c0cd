import type { WebClient } from '@slack/web-api'
import { LRUCache } from 'lru-cache'
import { AppError } from '../../errors.ts'
import type { MemberStore } from '../../stores/index.ts'
import { eachConversation, listConversations } from './list-conversations.ts'

export interface Channels {
  /**
   * The channels that both the bot and a person are in. In the App Home and in modals they decide what the
   * person may see.
   * @param expected the channel of the request: if it is missing in an answer that is not recent, Slack is
   * asked again, because people act in a channel right after joining it
   * @throws AppError slack_unavailable, slack_refused
   */
  sharedWith(user: string, expected?: string): Promise<ReadonlySet<string>>
  /** The same channels with their names, sorted by name. @throws as `sharedWith` */
  namedWith(user: string): Promise<readonly { readonly id: string; readonly name: string }[]>
  /** Drops the cached channels, because the bot joined or left one. */
  distrust(): void
  /**
   * A person left a channel: their channels are fetched again, by every process.
   * @throws driver errors
   */
  left(user: string): Promise<void>
}

/** Milliseconds an answer is cached; "none" expires sooner, because people often invite the bot next. */
const TRUST_MS = 60_000
const TRUST_NONE_MS = 2_000
const MAX_REMEMBERED = 10_000
/** The person waits. */
const QUERY_TIMEOUT_MS = 10_000
const CHANNELS = 'public_channel,private_channel,mpim'
// Slack's errors for a person the bot cannot see.
const UNSEEN: ReadonlySet<string> = new Set(['user_not_found', 'user_not_visible'])

interface Answer {
  readonly channels: ReadonlySet<string>
  readonly fetchedAt: number
  /** How often the person had left a channel when the call was made. */
  readonly moves?: number
}

function isTrusted(
  entry: Answer | undefined,
  isEnough: (memberChannels: ReadonlySet<string>) => boolean,
): entry is Answer {
  return (
    entry !== undefined &&
    entry.fetchedAt + (isEnough(entry.channels) ? TRUST_MS : TRUST_NONE_MS) > Date.now()
  )
}

/**
 * @param allowed the only channels the bot works in; undefined: all
 * @param store shared by all processes, because Slack reports to one of them that a person left
 */
export function createChannels(
  client: WebClient,
  allowed?: ReadonlySet<string>,
  store?: Pick<MemberStore, 'noteMove' | 'countMoves'>,
): Channels {
  const known = new LRUCache<string, Answer>({
    max: MAX_REMEMBERED,
    ttl: TRUST_MS,
    ttlResolution: 0,
    perf: Date,
  })
  /** Simultaneous requests of one person share one call. */
  const asking = new Map<string, Promise<ReadonlySet<string>>>()
  let ours: Answer | undefined

  /** The bot's own channels, fetched once for all people. */
  async function listOurs(
    isEnough: (botChannels: ReadonlySet<string>) => boolean,
  ): Promise<ReadonlySet<string>> {
    if (isTrusted(ours, isEnough)) return ours.channels
    const fetchedAt = Date.now()
    const sharedChannels = new Set(
      await listConversations(client, { types: CHANNELS, withinMs: QUERY_TIMEOUT_MS }),
    )
    ours = { channels: sharedChannels, fetchedAt }
    return sharedChannels
  }

  async function ask(user: string, expected: string | undefined): Promise<ReadonlySet<string>> {
    try {
      const theirs = await listConversations(client, { types: CHANNELS, withinMs: QUERY_TIMEOUT_MS, user })
      const shareable = theirs.filter((channel) => allowed === undefined || allowed.has(channel))
      const isIn = (channels: ReadonlySet<string>) => (channel: string) => channels.has(channel)
      // If no shared channel is known, the bot may have been invited since.
      const channels = await listOurs((known) =>
        expected === undefined ? shareable.some(isIn(known)) : known.has(expected),
      )
      return new Set(shareable.filter(isIn(channels)))
    } catch (error) {
      if (error instanceof AppError && UNSEEN.has(String(error.details.reason))) return new Set()
      throw error
    }
  }

  async function sharedWith(user: string, expected?: string): Promise<ReadonlySet<string>> {
    // Read before Slack is asked: an answer in progress when they left is invalid.
    const moves = (await store?.countMoves(user)) ?? 0
    const entry = known.get(user)
    const isEnough = (channels: ReadonlySet<string>) =>
      expected === undefined ? channels.size > 0 : channels.has(expected)
    if (entry?.moves === moves && isTrusted(entry, isEnough)) return entry.channels
    const fetchedAt = Date.now()
    const answer = asking.get(user) ?? ask(user, expected).finally(() => asking.delete(user))
    asking.set(user, answer)
    const channels = await answer
    known.set(user, { channels, fetchedAt, moves })
    return channels
  }

  return {
    sharedWith,
    async namedWith(user) {
      const channels = await sharedWith(user)
      const named: { id: string; name: string }[] = []
      for await (const { id, name } of eachConversation(client, {
        types: CHANNELS,
        withinMs: QUERY_TIMEOUT_MS,
      }))
        if (channels.has(id)) named.push({ id, name: name ?? id })
      return named.sort((a, b) => a.name.localeCompare(b.name))
    },
    distrust() {
      known.clear()
      ours = undefined
    },
    async left(user) {
      asking.delete(user)
      known.delete(user)
      await store?.noteMove(user)
    },
  }
}
