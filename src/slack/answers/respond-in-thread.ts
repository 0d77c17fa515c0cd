import type { RespondArguments } from '@slack/bolt'
import type { ChatPostEphemeralArguments, WebClient } from '@slack/web-api'
import { AppError } from '../../errors.ts'
import { UNPARSED } from '../render/index.ts'
import { repeatCall } from '../transport/index.ts'

/** Sends a reply to a request, like Bolt's `respond`; the result is ignored. */
export type Respond = (message: RespondArguments) => Promise<unknown>

interface ThreadPlace {
  readonly channel: string
  readonly thread: string
  readonly user: string
}

/** The person waits, although the response_url works for half an hour. */
const ANSWER_WITHIN_MS = 10_000

/**
 * Replies to a button in its thread. Through a response_url, Slack would show an ephemeral reply in the
 * channel: it documents `thread_ts` for public replies only.
 * @param respond used for public replies, for replacing the button's message, and if Slack refuses the
 * ephemeral message
 */
export function respondInThread(client: WebClient, place: ThreadPlace, respond: Respond): Respond {
  return async (message) => {
    const { response_type, replace_original, delete_original, text = '' } = message
    if (response_type !== 'ephemeral' || replace_original || delete_original) return await respond(message)
    const { channel, thread, user } = place
    const answer = {
      channel,
      user,
      thread_ts: thread,
      ...UNPARSED,
      text,
      ...('blocks' in message && { blocks: message.blocks }),
    }
    try {
      // One member of their union type has blocks without a type; `respond` accepts the same.
      return await repeatCall(() => client.chat.postEphemeral(answer as ChatPostEphemeralArguments), {
        withinMs: ANSWER_WITHIN_MS,
      })
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'slack_refused') throw error
      return await respond(message)
    }
  }
}
