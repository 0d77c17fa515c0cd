import type { RespondArguments } from '@slack/bolt'
import type { ChatPostEphemeralArguments, WebClient } from '@slack/web-api'
import { AppError } from '../../errors.ts'
import { UNPARSED } from '../render/index.ts'
import { repeatCall } from '../transport/index.ts'

/** Answers a request. Bolt's `respond` is one; what it resolves with is nobody's business. */
export type Respond = (message: RespondArguments) => Promise<unknown>

interface ThreadPlace {
  readonly channel: string
  readonly thread: string
  readonly user: string
}

/** The person waits; the address of the request is good for half an hour. */
const ANSWER_WITHIN_MS = 10_000

/**
 * Answers a button in a thread there. Through a response_url Slack would show the answer in the channel, far from the
 * button: `thread_ts` is documented for answers that all see only.
 * @param respond for what all see, for what replaces the message with the button, and where Slack refuses the other way
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
      // A member of their union has blocks without a type for ours; it is what `respond` takes as well.
      return await repeatCall(() => client.chat.postEphemeral(answer as ChatPostEphemeralArguments), {
        withinMs: ANSWER_WITHIN_MS,
      })
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'slack_refused') throw error
      return await respond(message)
    }
  }
}
