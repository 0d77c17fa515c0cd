import type { ActionInput } from './action.ts'
import type { CommandDeps } from './command.ts'
import type { Reply, ReplyPart } from './reply.ts'

/** Who looks, and where. */
export type Viewer = Omit<ActionInput, 'value'>

/**
 * Something that can be shown by a command, by a button and to a channel: made anew from the database each time.
 * @param about what the button carries; it came over the network
 */
export type View = (about: readonly string[], viewer: Viewer, deps: CommandDeps) => Promise<Reply>

export function toAsker(...parts: readonly ReplyPart[]): Reply {
  return { visibility: 'asker', parts }
}

/** What a button was about is there no more. */
export function describeGone(): Reply {
  return toAsker(
    { kind: 'headline', text: 'The subject of this button no longer exists.' },
    { kind: 'text', text: ['Ask again with ', { code: '/customer' }, ' or ', { code: '/uploads' }, '.'] },
  )
}
