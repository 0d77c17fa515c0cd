import type { WebClient } from '@slack/web-api'
import { repeatCall } from '../transport/index.ts'

/**
 * Builds the address of a message as `chat.getPermalink` returns it, without a call.
 * @param workspace the address from `auth.test`
 * @param thread `ts` of the thread's first message; the message's own if it starts one
 */
export function linkToMessage(
  workspace: string | undefined,
  channel: string,
  ts: string,
  thread: string,
): string | undefined {
  if (workspace === undefined || !URL.canParse(workspace)) return undefined
  const link = new URL(`archives/${encodeURIComponent(channel)}/p${ts.replace('.', '')}`, workspace)
  if (thread !== ts) {
    link.searchParams.set('thread_ts', thread)
    link.searchParams.set('cid', channel)
  }
  return link.href
}

/** The person waits: a reply without a link is better than a late one. */
const QUERY_TIMEOUT_MS = 2_000

/**
 * Asks Slack for the address of a message, for replies that link to a thread. Never fails.
 * @returns undefined if Slack returns none
 */
export function createMessageLinks(
  client: WebClient,
): (channel: string, ts: string) => Promise<string | undefined> {
  return async (channel, message_ts) => {
    try {
      const ask = () => client.chat.getPermalink({ channel, message_ts })
      return (await repeatCall(ask, { withinMs: QUERY_TIMEOUT_MS })).permalink
    } catch {
      return undefined
    }
  }
}
