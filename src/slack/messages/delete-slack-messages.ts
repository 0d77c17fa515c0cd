import type { WebClient } from '@slack/web-api'
import { AppError } from '../../errors.ts'
import { repeatCall } from '../transport/index.ts'

// What Slack says of a message, or of a conversation, that is not there any more.
const GONE: ReadonlySet<string> = new Set(['message_not_found', 'channel_not_found'])

/**
 * Deletes messages the bot has posted. Resolves with false where Slack does not let it.
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
