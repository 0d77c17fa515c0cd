import type { WebClient } from '@slack/web-api'
import type { DigestPlace } from '../../../commands/digest/index.ts'
import { AppError } from '../../errors.ts'
import { AS_WRITTEN, type RenderedReply } from '../render/index.ts'
import { repeatCall, toSlackError } from '../transport/index.ts'
import { namePeople } from './name-people.ts'
import type { ReplySender } from './reply-sender.ts'

const QUERY_TIMEOUT_MS = 20_000

const toSeconds = (moment: Date): number => Math.round(moment.getTime() / 1000)

/**
 * Messages that Slack keeps until their time. Unlike posted ones, scheduled messages can be listed without a
 * right to read the channel: https://docs.slack.dev/reference/methods/chat.scheduledMessages.list
 */
export function createDigestPoster(client: WebClient, sender: ReplySender): DigestPlace {
  return {
    async handOver(channel, reply, postAt) {
      try {
        // Called once: if its answer is lost, the list shows whether it worked.
        const schedule = (rendered: RenderedReply) =>
          client.chat.scheduleMessage({
            channel,
            post_at: toSeconds(postAt),
            ...AS_WRITTEN,
            ...rendered,
          })
        const answer = await sender.send(await namePeople(client, reply), schedule, { isLastTry: true })
        if (answer.scheduled_message_id === undefined) throw new AppError('slack_unavailable')
        return { id: answer.scheduled_message_id }
      } catch (thrown) {
        const error = toSlackError(thrown)
        if (error instanceof AppError && error.code === 'slack_refused')
          return { refused: String(error.details.reason) }
        throw error
      }
    },

    async find(channel, postAt) {
      const second = toSeconds(postAt)
      let cursor: string | undefined
      do {
        const page = await repeatCall(
          () =>
            client.chat.scheduledMessages.list({
              channel,
              oldest: String(second - 1),
              latest: String(second + 1),
              limit: 100,
              ...(cursor && { cursor }),
            }),
          { withinMs: QUERY_TIMEOUT_MS },
        )
        const found = page.scheduled_messages?.find(({ post_at }) => Number(post_at) === second)
        if (found?.id !== undefined) return String(found.id)
        cursor = page.response_metadata?.next_cursor
      } while (cursor)
      return undefined
    },

    async cancel(channel, id) {
      await repeatCall(() => client.chat.deleteScheduledMessage({ channel, scheduled_message_id: id }), {
        withinMs: QUERY_TIMEOUT_MS,
      })
    },
  }
}
