import type { Reply, ReplyTrace } from './reply.ts'

/** The answer, with what it was about for the audit. */
export function traced(reply: Reply, did: ReplyTrace['did'], about: Omit<ReplyTrace, 'did'> = {}): Reply {
  return { ...reply, trace: { did, ...about } }
}
