import { createHash } from 'node:crypto'
import { classifySlackFailure } from './slack-call.ts'

// What Slack says where the first post with an identity is gone, or its channel is.
const FIRST_IS_GONE: ReadonlySet<string> = new Set([
  'duplicate_channel_not_found',
  'duplicate_message_not_found',
])

/**
 * What two posts of the same message have in common, so that Slack makes no second one where its answer to the first was
 * lost. Slack documents the errors of `client_msg_id` and not the argument itself: a workspace that ignores it posts twice
 * (https://docs.slack.dev/reference/methods/chat.postMessage#errors).
 */
export function identifyPost(...about: readonly string[]): { readonly client_msg_id: string } {
  const hash = createHash('sha256').update(about.join(' ')).digest('hex')
  const client_msg_id = [
    [0, 8],
    [8, 12],
    [12, 16],
    [16, 20],
    [20, 32],
  ]
    .map(([from, to]) => hash.slice(from, to))
    .join('-')
  return { client_msg_id }
}

/**
 * Posts with an identity, or without it where the message that has it was deleted: that one is to be made anew.
 * @throws as `post` does
 */
export async function postIdentified<T>(
  about: readonly string[],
  post: (identity: { readonly client_msg_id?: string }) => Promise<T>,
): Promise<T> {
  try {
    return await post(identifyPost(...about))
  } catch (error) {
    const failure = classifySlackFailure(error)
    if (failure.kind !== 'refused' || !FIRST_IS_GONE.has(failure.reason)) throw error
    return await post({})
  }
}
