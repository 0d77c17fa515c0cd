import type { Reply, ReplyTrace } from './reply.ts'

/** Adds a reply's subject for the audit. */
export function traced(reply: Reply, did: ReplyTrace['did'], about: Omit<ReplyTrace, 'did'> = {}): Reply {
  return { ...reply, trace: { did, ...about } }
}
