import type { WebClient } from '@slack/web-api'
import { AppError } from '../errors.ts'
import { repeatCall } from './slack-call.ts'

export interface ChannelMembership {
  /**
   * Whether the bot is in a channel: being in the room is the permission to act there. A conversation with the bot
   * alone counts.
   * @throws AppError slack_unavailable, slack_refused
   */
  isMember(channel: string): Promise<boolean>
}

/** Milliseconds an answer is trusted. A "no" is asked again soon: the next thing people do is invite the bot. */
const TRUST_YES_MS = 60_000
const TRUST_NO_MS = 2_000
const MOST_REMEMBERED = 10_000
// What a channel is called that the bot cannot see.
const UNSEEN: ReadonlySet<string> = new Set([
  'channel_not_found',
  'not_in_channel',
  'method_not_supported_for_channel_type',
])

export function createChannelMembership(client: WebClient): ChannelMembership {
  const known = new Map<string, { readonly isMember: boolean; readonly until: number }>()

  async function ask(channel: string): Promise<boolean> {
    try {
      // The asker waits, and Slack gives a command's answer half an hour; people give it some seconds.
      const answer = await repeatCall(() => client.conversations.info({ channel }), { withinMs: 10_000 })
      return answer.channel?.is_member === true || answer.channel?.is_im === true
    } catch (error) {
      if (error instanceof AppError && UNSEEN.has(String(error.details.reason))) return false
      throw error
    }
  }

  return {
    async isMember(channel) {
      const entry = known.get(channel)
      if (entry && entry.until > Date.now()) return entry.isMember
      const isMember = await ask(channel)
      if (known.size >= MOST_REMEMBERED) known.clear()
      known.set(channel, { isMember, until: Date.now() + (isMember ? TRUST_YES_MS : TRUST_NO_MS) })
      return isMember
    },
  }
}
