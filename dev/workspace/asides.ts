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
}

/** Takes down what is said by `chat.postEphemeral`: the emulator can be asked for no such message. */
export function collectEphemerals(front: SlackFront, tell: (aside: Aside) => void): void {
  front.use(async (call, next) => {
    const answer = await next(call)
    if (call.path !== '/api/chat.postEphemeral' || !answer.ok) return answer
    const args = new URLSearchParams(call.body.toString())
    const blocks: unknown = JSON.parse(args.get('blocks') ?? '[]')
    tell({
      channel: args.get('channel') ?? '',
      user: args.get('user') ?? '',
      at: new Date(),
      text: args.get('text') ?? '',
      ...(Array.isArray(blocks) && blocks.length > 0 && { blocks }),
    })
    return answer
  })
}
