import type { WebClient } from '@slack/web-api'
import type { Reply } from '../../../commands/reply/index.ts'
import type { SentAnswerStore } from '../../stores/index.ts'
import type { AuthorizeDeps } from '../access/index.ts'
import { AS_WRITTEN, type RenderedReply } from '../render/index.ts'
import { repeatIfLimited } from '../transport/index.ts'

export interface SentAnswers {
  readonly sentAnswers: SentAnswerStore
  /** Deletes a message of the bot. @throws AppError slack_unavailable */
  readonly deleteMessage: (channel: string, ts: string) => Promise<boolean>
}

export type DirectAnswerDeps = Pick<AuthorizeDeps, 'sender'> & SentAnswers & { readonly client: WebClient }

interface DirectPlace {
  /** The direct messages, or the person: Slack opens the direct messages then. */
  readonly channel: string
  readonly thread?: string | undefined
}

/**
 * Sends a reply as a direct message. One that shows customers is recorded, so that it is deleted when one of
 * them is forgotten.
 * @param isOutdated true if a person was forgotten since the reply's customers were read
 */
export async function answerDirectly(
  reply: Reply,
  { channel, thread }: DirectPlace,
  isOutdated: () => Promise<boolean>,
  deps: DirectAnswerDeps,
): Promise<void> {
  const place = { channel, ...(thread !== undefined && { thread_ts: thread }) }
  const sent = await deps.sender.send(reply, (rendered: RenderedReply) =>
    repeatIfLimited(() => deps.client.chat.postMessage({ ...place, ...AS_WRITTEN, ...rendered })),
  )
  if (sent.ts !== undefined)
    await remember(reply, { channel: sent.channel ?? channel, ts: sent.ts }, isOutdated, deps)
}

async function remember(
  { trace }: Reply,
  place: { readonly channel: string; readonly ts: string },
  isOutdated: () => Promise<boolean>,
  { sentAnswers, deleteMessage }: SentAnswers,
): Promise<void> {
  const { customers = [], uploads = [] } = trace ?? {}
  if (customers.length === 0 && uploads.length === 0) return
  await sentAnswers.remember({ ...place, customers, uploads }, new Date())
  if (await isOutdated()) await deleteMessage(place.channel, place.ts)
}
