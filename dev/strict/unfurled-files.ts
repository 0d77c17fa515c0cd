import type { FrontCall, FrontLayer } from '../slack/index.ts'

/** https://docs.slack.dev/reference/objects/file-object: `permalink` */
const PERMALINK = /\/files\/[UW]\w+\/(F\w+)/g

/**
 * Shares a file in the channel where the bot posts the file's address: "no longer private, because a link to
 * it was shared" (https://github.com/slackapi/bolt-python/issues/1018). Assumption: a post with unfurling off
 * does not share it.
 */
export function createUnfurledFiles(
  share: (shared: Readonly<Record<'fileId' | 'channel' | 'ts' | 'share_user_id', string>>) => void,
  botUserId: string,
  isBot: (call: FrontCall) => boolean,
): FrontLayer {
  return async (call, next) => {
    const answer = await next(call)
    if (call.path !== '/api/chat.postMessage' || !isBot(call)) return answer
    const args = new URLSearchParams(call.body.toString())
    if (args.get('unfurl_links') === 'false') return answer
    const { ok, channel, ts }: { ok: boolean; channel: string; ts: string } = JSON.parse(
      await answer.clone().text(),
    )
    const ids = [...`${args.get('text')} ${args.get('blocks')}`.matchAll(PERMALINK)].map(([, id = '']) => id)
    if (ok) for (const fileId of new Set(ids)) share({ fileId, channel, ts, share_user_id: botUserId })
    return answer
  }
}
