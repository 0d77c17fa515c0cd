import type { Reply } from '../../../commands/reply/index.ts'
import type { AuthorizeDeps } from '../access/index.ts'

type Post = (reply: Reply) => Promise<void>

/** A progress reply that Slack rejects must not end the work it is about. */
export function withoutFailure(post: Post, { log }: Pick<AuthorizeDeps, 'log'>): Post {
  return async (reply) => {
    try {
      await post(reply)
    } catch (error) {
      log.warn({ err: error }, 'progress not posted')
    }
  }
}
