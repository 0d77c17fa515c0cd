import type { SlackFront } from '../slack/index.ts'

/**
 * An ephemeral message to one person in a channel: the reply to a command, a button, a menu, or an
 * unrequested one.
 */
export interface Aside {
  readonly channel: string
  readonly user: string
  readonly at: Date
  /** The command or press it replies to. */
  readonly asked?: string
  readonly text: string
  readonly blocks?: readonly unknown[]
  /** `ts` of its thread; absent: in the channel. */
  readonly thread?: string
}

/**
 * Records `chat.postEphemeral`, which the emulator cannot return. In a thread without replies Slack accepts
 * such a message and never shows it (https://docs.slack.dev/reference/methods/chat.postEphemeral).
 */
export function collectEphemerals(
  front: SlackFront,
  hasReplies: (channel: string, thread: string) => Promise<boolean>,
  post: (aside: Aside) => void,
): void {
  front.use(async (call, next) => {
    const answer = await next(call)
    if (call.path !== '/api/chat.postEphemeral' || !answer.ok) return answer
    const { ok }: { ok?: boolean } = JSON.parse(await answer.clone().text())
    if (!ok) return answer
    const args = new URLSearchParams(call.body.toString())
    const blocks: unknown = JSON.parse(args.get('blocks') ?? '[]')
    const [channel, thread] = [args.get('channel') ?? '', args.get('thread_ts') ?? undefined]
    if (thread !== undefined && !(await hasReplies(channel, thread))) return answer
    post({
      channel,
      ...(thread !== undefined && { thread }),
      user: args.get('user') ?? '',
      at: new Date(),
      text: args.get('text') ?? '',
      ...(Array.isArray(blocks) && blocks.length > 0 && { blocks }),
    })
    return answer
  })
}
