import type { Reply, ReplyPart } from '../../../commands/reply/index.ts'
import type { SlackUpload } from '../files/index.ts'

/** The state of an upload in a message's metadata, for other programs. */
export type UploadState = 'queued' | 'running' | 'waiting' | 'held' | 'done' | 'failed' | 'moved'

/** What a message shows, and what marks it. */
export interface MessageContent {
  readonly reply: Reply
  /** The state for questions and receipts; absent for progress. */
  readonly word?: string
  /** `ts` of the message that this one replaces. */
  readonly after?: string
  readonly metadata: {
    readonly event_type: string
    readonly event_payload: Record<string, string | number>
  }
}

export function describeMessage(upload: SlackUpload, reply: Reply, state: UploadState): MessageContent {
  return {
    reply,
    metadata: { event_type: 'customer_upload', event_payload: { upload: upload.number, state } },
  }
}

/** A question after an answered one is another state. */
export function nameWord({ question, hold }: SlackUpload, state: UploadState): string {
  const answers = [question?.answer, hold?.answer].filter((answer) => answer !== undefined)
  return state === 'held' ? `question ${answers.length + 1}` : 'receipt'
}

/** The headline with the uploader's mention before it, because only a mention notifies. */
export function mentionUploader({ source }: SlackUpload, reply: Reply): Reply {
  const isHeadline = reply.parts[0]?.kind === 'headline'
  const mention = { kind: 'note', text: [{ user: source.user }] } as const
  if (!isHeadline) return { ...reply, parts: [mention, ...reply.parts] }
  const parts = reply.parts.map((part, at): ReplyPart => {
    if (at > 0 || part.kind !== 'headline') return part
    return { ...part, text: [{ user: source.user }, ' ', ...[part.text].flat()] }
  })
  return { ...reply, parts }
}
