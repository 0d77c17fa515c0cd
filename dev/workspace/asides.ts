import type { SlackFront } from '../slack/index.ts'

/** What one person alone was told in a channel: the answer to a command, a button, a menu, or something unasked. */
export interface Aside {
  readonly channel: string
  readonly user: string
  readonly at: Date
  /** What it answers, as the person typed or pressed it. */
  readonly asked?: string
  readonly text: string
  readonly blocks?: readonly unknown[]
  /** `ts` of the message under which it is shown; in the channel where absent. */
  readonly thread?: string
}

/**
 * Takes down what is said by `chat.postEphemeral`: the emulator can be asked for no such message. In a thread without
 * replies Slack takes one and never shows it (https://docs.slack.dev/reference/methods/chat.postEphemeral).
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
