import type { WebClient } from '@slack/web-api'
import { AppError } from '../../errors.ts'
import { repeatCall } from '../transport/index.ts'

// Slack's errors for a message or conversation that no longer exists.
const GONE: ReadonlySet<string> = new Set(['message_not_found', 'channel_not_found'])

/**
 * Deletes messages of the bot. Resolves with false if Slack does not allow it.
 * @throws AppError slack_unavailable
 */
export function createMessageDeleter(client: WebClient): (channel: string, ts: string) => Promise<boolean> {
  return async (channel, ts) => {
    try {
      await repeatCall(() => client.chat.delete({ channel, ts }), { withinMs: 30_000 })
      return true
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'slack_refused') throw error
      return GONE.has(String(error.details.reason))
    }
  }
}
