import { createHash } from 'node:crypto'
import { classifySlackFailure } from './slack-call.ts'

// Slack's errors if the first post with an identity, or its channel, is gone.
const FIRST_IS_GONE: ReadonlySet<string> = new Set([
  'duplicate_channel_not_found',
  'duplicate_message_not_found',
])

/**
 * Gives all posts of one message the same identity, so that Slack creates no second message after a lost
 * answer. Slack documents the errors of `client_msg_id` but not the argument
 * (https://docs.slack.dev/reference/methods/chat.postMessage#errors): a workspace that ignores it posts
 * twice.
 */
function identifyPost(...about: readonly string[]): { readonly client_msg_id: string } {
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
 * Posts with an identity. If the message with this identity was deleted, posts again without one.
 * @throws the errors of `post`
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
