import type { FrontLayer } from '../slack/index.ts'

/**
 * Answers a post with the `client_msg_id` of an earlier one without a second message. The answer is the first
 * one's, or `duplicate_message_not_found` if that message is gone. Slack documents these errors but not the
 * argument (https://docs.slack.dev/reference/methods/chat.postMessage#errors), so a real workspace may
 * differ.
 * @param isThere true if a message still exists in its channel
 */
export function createRepeatedPosts(isThere: (channel: string, ts: string) => Promise<boolean>): FrontLayer {
  /** Slack's answers to the first posts; undefined if nothing was posted. */
  const firsts = new Map<string, Promise<string | undefined>>()

  return async (call, next) => {
    const args = new URLSearchParams(call.body.toString())
    const id = call.path === '/api/chat.postMessage' ? args.get('client_msg_id') : null
    if (id === null) return await next(call)
    const key = `${call.headers.get('authorization')} ${args.get('channel')} ${id}`
    const first = await firsts.get(key)
    if (first !== undefined) {
      const { channel, ts }: { channel: string; ts: string } = JSON.parse(first)
      if (await isThere(channel, ts)) return new Response(first, { headers: JSON_HEADERS })
      return Response.json({ ok: false, error: 'duplicate_message_not_found' })
    }
    const posting = next(call)
    firsts.set(
      key,
      posting.then(readPosted, () => undefined),
    )
    return await posting
  }
}

async function readPosted(answer: Response): Promise<string | undefined> {
  const text = await answer.clone().text()
  const { ok }: { ok: boolean } = JSON.parse(text)
  return ok ? text : undefined
}

const JSON_HEADERS = { 'content-type': 'application/json' }
