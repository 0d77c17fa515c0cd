import type { WebClient } from '@slack/web-api'
import { LRUCache } from 'lru-cache'
import { AppError } from '../../errors.ts'
import { repeatCall } from '../transport/index.ts'

/** The bot's relation to a channel: member, direct messages with one person, or outside. */
type ChannelStanding = 'member' | 'alone' | 'outside'

export interface ChannelMembership {
  /** @throws AppError slack_unavailable, slack_refused */
  standingIn(channel: string): Promise<ChannelStanding>
}

/** Milliseconds an answer is cached. "outside" expires sooner, because people often invite the bot next. */
const TRUST_YES_MS = 60_000
const TRUST_NO_MS = 2_000
const MAX_REMEMBERED = 10_000
// Slack's errors for a channel the bot cannot see.
const UNSEEN: ReadonlySet<string> = new Set([
  'channel_not_found',
  'not_in_channel',
  'method_not_supported_for_channel_type',
])

export function createChannelMembership(client: WebClient): ChannelMembership {
  const known = new LRUCache<string, ChannelStanding>({ max: MAX_REMEMBERED, ttlResolution: 0, perf: Date })

  /** Many files shared at once in a channel need one answer. */
  const underWay = new Map<string, Promise<ChannelStanding>>()

  async function ask(channel: string): Promise<ChannelStanding> {
    try {
      // The person waits. Slack accepts a command's reply for half an hour, but people wait only seconds.
      const answer = await repeatCall(() => client.conversations.info({ channel }), { withinMs: 10_000 })
      if (answer.channel?.is_im === true) return 'alone'
      return answer.channel?.is_member === true ? 'member' : 'outside'
    } catch (error) {
      if (error instanceof AppError && UNSEEN.has(String(error.details.reason))) return 'outside'
      throw error
    }
  }

  async function learn(channel: string): Promise<ChannelStanding> {
    const standing = await ask(channel)
    known.set(channel, standing, { ttl: standing === 'outside' ? TRUST_NO_MS : TRUST_YES_MS })
    return standing
  }

  return {
    async standingIn(channel) {
      const remembered = known.get(channel)
      if (remembered !== undefined) return remembered
      const asked = underWay.get(channel)
      if (asked !== undefined) return await asked
      const asking = learn(channel).finally(() => underWay.delete(channel))
      underWay.set(channel, asking)
      return await asking
    },
  }
}
