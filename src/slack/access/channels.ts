import type { WebClient } from '@slack/web-api'
import { AppError } from '../../errors.ts'
import { listConversations } from './list-conversations.ts'

export interface Channels {
  /**
   * Channels in which both the bot and a person are. Outside of a channel, in the App Home and in windows, that is
   * their permission: what they may see there is what these channels were told.
   * @throws AppError slack_unavailable, slack_refused
   */
  sharedWith(user: string): Promise<ReadonlySet<string>>
}

/** Milliseconds an answer is trusted; "none" only briefly, because the next thing people do is invite the bot. */
const TRUST_MS = 60_000
const TRUST_NONE_MS = 2_000
const MAX_REMEMBERED = 10_000
/** The asker waits. */
const ASK_WITHIN_MS = 10_000
const CHANNELS = 'public_channel,private_channel,mpim'
// What a person is called whom the bot cannot see.
const UNSEEN: ReadonlySet<string> = new Set(['user_not_found', 'user_not_visible'])

export function createChannels(client: WebClient): Channels {
  const known = new Map<string, { readonly rooms: ReadonlySet<string>; readonly until: number }>()

  async function ask(user: string): Promise<ReadonlySet<string>> {
    const place = { types: CHANNELS, withinMs: ASK_WITHIN_MS }
    try {
      const [ours, theirs] = await Promise.all([
        listConversations(client, place),
        listConversations(client, { ...place, user }),
      ])
      const isTheirs = new Set(theirs)
      return new Set(ours.filter((channel) => isTheirs.has(channel)))
    } catch (error) {
      if (error instanceof AppError && UNSEEN.has(String(error.details.reason))) return new Set()
      throw error
    }
  }

  return {
    async sharedWith(user) {
      const entry = known.get(user)
      if (entry && entry.until > Date.now()) return entry.rooms
      const rooms = await ask(user)
      if (known.size >= MAX_REMEMBERED) known.clear()
      known.set(user, { rooms, until: Date.now() + (rooms.size > 0 ? TRUST_MS : TRUST_NONE_MS) })
      return rooms
    },
  }
}
