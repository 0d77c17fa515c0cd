import { randomUUID } from 'node:crypto'
import type { FrontCall, FrontLayer } from './slack-front.ts'

interface ScheduledMessage {
  readonly id: string
  readonly channel: string
  /** Unix time in seconds. */
  readonly postAt: number
  readonly text: string
  readonly call: FrontCall
  readonly timer: NodeJS.Timeout
}

interface ScheduledMessages {
  readonly layer: FrontLayer
  /** Number of messages scheduled or being posted. */
  count(): number
  /** Posts all that are scheduled, as if their time had come. */
  postAll(): Promise<void>
  stop(): void
}

/**
 * Scheduled messages, which the emulator lacks: scheduling, listing and deleting.
 * https://docs.slack.dev/reference/methods/chat.scheduleMessage
 *
 * @param callMethod without the front's layers: what Slack does itself meets no fault
 */
export function createScheduledMessages(callMethod: CallMethod): ScheduledMessages {
  let underWay = 0
  const waiting = new Map<string, ScheduledMessage>()

  async function schedule(call: FrontCall, args: Args): Promise<Response> {
    const { channel = '', text = '' } = args
    const postAt = Number(args.post_at)
    if (!(postAt * 1000 > Date.now())) return refuse('time_in_past')
    const info = await checkScheduledInfo(call, channel)
    if (!info.ok) return refuse(info.error ?? 'channel_not_found')
    if (!info.channel?.is_member) return refuse('not_in_channel')
    const id = `Q${randomUUID().replaceAll('-', '').slice(0, 10).toUpperCase()}`
    const timer = setTimeout(() => void post(id), postAt * 1000 - Date.now())
    timer.unref()
    waiting.set(id, { id, channel, postAt, text, call, timer })
    return answer({ channel, scheduled_message_id: id, post_at: postAt, message: { text } })
  }

  async function post(id: string): Promise<void> {
    const message = waiting.get(id)
    if (!message) return
    const { call, timer } = message
    clearTimeout(timer)
    waiting.delete(id)
    // Extra arguments of scheduling are harmless there.
    underWay += 1
    try {
      await callMethod('chat.postMessage', formHeaders(call), call.body.toString())
    } finally {
      underWay -= 1
    }
  }

  /** With the caller's permissions. */
  async function checkScheduledInfo(call: FrontCall, channel: string): Promise<Info> {
    const form = new URLSearchParams({ channel }).toString()
    const response = await callMethod('conversations.info', formHeaders(call), form)
    return JSON.parse(await response.text())
  }

  function list({ channel, oldest = '0', latest = 'Infinity' }: Args): Response {
    const found = [...waiting.values()].filter(
      (one) =>
        (!channel || one.channel === channel) && one.postAt >= Number(oldest) && one.postAt <= Number(latest),
    )
    return answer({
      scheduled_messages: found.map(({ id, channel: channel_id, postAt: post_at, text }) => ({
        id,
        channel_id,
        post_at,
        text,
      })),
      response_metadata: { next_cursor: '' },
    })
  }

  function takeBack({ scheduled_message_id: id = '' }: Args): Response {
    clearTimeout(waiting.get(id)?.timer)
    return waiting.delete(id) ? answer({}) : refuse('invalid_scheduled_message_id')
  }

  return {
    async layer(call, next) {
      const args: Args = Object.fromEntries(new URLSearchParams(call.body.toString()))
      if (call.path === '/api/chat.scheduleMessage') return await schedule(call, args)
      if (call.path === '/api/chat.scheduledMessages.list') return list(args)
      if (call.path === '/api/chat.deleteScheduledMessage') return takeBack(args)
      return await next(call)
    },
    count: () => waiting.size + underWay,
    async postAll() {
      for (const { id } of [...waiting.values()].sort((a, b) => a.postAt - b.postAt)) await post(id)
    },
    stop() {
      for (const { timer } of waiting.values()) clearTimeout(timer)
    },
  }
}

type CallMethod = (method: string, headers: Record<string, string>, body: string) => Promise<Response>

const formHeaders = ({ headers }: FrontCall) => ({
  authorization: headers.get('authorization') ?? '',
  'content-type': 'application/x-www-form-urlencoded',
})

type Args = Partial<Record<string, string>>

interface Info {
  readonly ok: boolean
  readonly error?: string
  readonly channel?: { readonly is_member?: boolean }
}

const answer = (body: object): Response => Response.json({ ok: true, ...body })
const refuse = (error: string): Response => Response.json({ ok: false, error })
