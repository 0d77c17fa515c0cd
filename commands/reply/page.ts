import type { ActionInput } from './action.ts'
import type { CommandDeps } from './command.ts'
import type { Reply, ReplyPart, ReplyTrace } from './reply.ts'

/** The person who looks, and where. */
export type Viewer = Omit<ActionInput, 'value'>

/**
 * A page that a command or a button can show, also to a channel; built from the database each time.
 * @param about the button's value; it comes over the network
 */
export type Page = (about: readonly string[], viewer: Viewer, deps: CommandDeps) => Promise<Reply>

export function toAsker(...parts: readonly ReplyPart[]): Reply {
  return { visibility: 'asker', parts }
}

/** The subject of a button no longer exists. */
export function describeGone(): Reply {
  return toAsker(
    { kind: 'headline', text: 'The subject of this button no longer exists.' },
    { kind: 'text', text: ['Ask again with ', { code: '/customer' }, ' or ', { code: '/uploads' }, '.'] },
  )
}

/** Adds a reply's subject for the audit. */
export function traced(reply: Reply, did: ReplyTrace['did'], about: Omit<ReplyTrace, 'did'> = {}): Reply {
  return { ...reply, trace: { did, ...about } }
}
