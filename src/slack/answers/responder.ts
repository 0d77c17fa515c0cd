import type { Reply } from '../../../commands/reply/index.ts'
import { retry } from '../../retry.ts'
import { watchForgetting } from '../../uploads/forget/index.ts'
import type { AuthorizeDeps } from '../access/index.ts'
import type { ReplySender } from '../messages/index.ts'
import { AS_WRITTEN, type RenderedReply } from '../render/index.ts'
import { answerDirectly, type DirectAnswerDeps } from './direct-answers.ts'
import type { Respond } from './respond-in-thread.ts'
import { withoutFailure } from './without-failure.ts'

/** Slack accepts five replies through a response_url. Two are kept for the result and its plainer form. */
const MAX_PROGRESS = 3
/** A response_url works for 30 minutes. */
const WORKS_MS = 29 * 60_000
const MAX_ATTEMPTS = 3
const FIRST_PAUSE_MS = 300

/** Replies to one command or button. */
interface Responder {
  /** Posts a progress reply. Never fails. */
  post(reply: Reply): Promise<void>
  /** Sends the result. */
  answer(reply: Reply, options?: { readonly replacesOriginal?: boolean }): Promise<void>
}

export type ResponderDeps = AuthorizeDeps & DirectAnswerDeps

/**
 * Replies through a response_url as long as it works, and as direct messages after that, so that the result
 * of an hour of work is not lost.
 */
export function createResponder(
  respond: Respond,
  user: string,
  deps: ResponderDeps,
  clock: () => number = Date.now,
): Responder {
  const started = clock()
  // Before customers are read: a forget request in the meantime does not know the direct message.
  const watch = watchForgetting(deps.commandDeps.models).catch(() => async () => true)
  const sendDirectly = async (reply: Reply) =>
    await answerDirectly(reply, { channel: user }, await watch, deps)
  let progressReplies = 0
  const isOpen = () => clock() - started < WORKS_MS
  const progress = replyThrough(respond, deps)
  return {
    async post(reply) {
      progressReplies += 1
      if (isOpen() && progressReplies <= MAX_PROGRESS) return await progress(reply)
      await withoutFailure(sendDirectly, deps)(reply)
    },
    async answer(reply, options = {}) {
      if (!isOpen()) return await sendDirectly(reply)
      try {
        await respondWith(respond, reply, deps.sender, options)
      } catch (error) {
        // Used up or expired, because Slack's clock or count differs. A public reply is not moved.
        if (!isRefusedAnswer(error) || reply.visibility === 'channel') throw error
        await sendDirectly(reply)
      }
    },
  }
}

/** Sends a progress reply: no retry, and no harm if it fails. */
function replyThrough(
  respond: Respond,
  deps: Pick<AuthorizeDeps, 'sender' | 'log'>,
): (reply: Reply) => Promise<void> {
  const report = ({ text, blocks }: RenderedReply) =>
    respond({ response_type: 'ephemeral', replace_original: false, ...AS_WRITTEN, text, blocks })
  return withoutFailure(async (reply) => {
    await deps.sender.send(reply, report, { isRefused: isRefusedAnswer })
  }, deps)
}

/**
 * Sends the reply, and retries once if nothing can have been shown. A person repeats the request if a reply
 * is lost.
 */
export async function respondWith(
  respond: Respond,
  reply: Reply,
  sender: ReplySender,
  { replacesOriginal = false }: { readonly replacesOriginal?: boolean } = {},
): Promise<void> {
  const isForAll = reply.visibility === 'channel'
  async function answer({ text, blocks }: RenderedReply): Promise<void> {
    const body = {
      response_type: isForAll ? 'in_channel' : 'ephemeral',
      replace_original: replacesOriginal,
      ...AS_WRITTEN,
      text,
      unfurl_links: false,
      unfurl_media: false,
      // Without blocks the address may be used up; with blocks, Slack may dislike them.
      ...(blocks.length > 0 && { blocks }),
    } as const
    await retry(() => respond(body), {
      attempts: MAX_ATTEMPTS,
      firstPauseMs: FIRST_PAUSE_MS,
      shouldRetry(error) {
        // Visible to all and perhaps shown: a duplicate would be worse than a lost reply.
        if (isForAll && statusOf(error) === undefined) return false
        return !isRefusedAnswer(error)
      },
    })
  }
  await sender.send(reply, answer, { isRefused: isRefusedAnswer })
}

/** A response_url gives no reason; the blocks may be the cause. */
function isRefusedAnswer(error: unknown): boolean {
  const status = statusOf(error)
  return status !== undefined && status >= 400 && status < 500 && status !== 429
}

function statusOf(error: unknown): number | undefined {
  const status: unknown = error instanceof Error ? Reflect.get(error, 'statusCode') : undefined
  return typeof status === 'number' ? status : undefined
}
