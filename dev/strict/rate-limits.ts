import type { FrontLayer } from '../slack/index.ts'
import { argumentsOf, methodOf } from './call-arguments.ts'

/** Calls a minute: https://docs.slack.dev/apis/web-api/rate-limits */
const TIERS = { 1: 1, 2: 20, 3: 50, 4: 100 } as const
type Tier = keyof typeof TIERS

const METHOD_TIERS: Readonly<Record<string, Tier>> = {
  'apps.connections.open': 1,
  'bots.info': 3,
  'chat.delete': 3,
  'chat.deleteScheduledMessage': 3,
  'chat.postEphemeral': 4,
  'chat.scheduleMessage': 3,
  'chat.scheduledMessages.list': 3,
  'chat.update': 3,
  'conversations.history': 3,
  'conversations.info': 3,
  'conversations.list': 2,
  'conversations.members': 4,
  'conversations.open': 3,
  'conversations.replies': 3,
  'files.completeUploadExternal': 4,
  'files.delete': 3,
  'files.getUploadURLExternal': 4,
  'files.info': 4,
  'files.list': 3,
  'reactions.add': 3,
  'reactions.get': 3,
  'reactions.remove': 2,
  'team.info': 3,
  'users.conversations': 3,
  'users.info': 4,
  'users.list': 2,
  'views.open': 4,
  'views.publish': 4,
  'views.push': 4,
  'views.update': 4,
}

/** One post per second and channel; Slack tolerates short bursts without a guarantee. */
const POST_EVERY_MS = 1_000
const POST_BURST = 5
const MINUTE_MS = 60_000

/** A limit: a burst, then one call per `everyMs`. */
interface Bucket {
  /** When the calls so far are covered. */
  paidAt: number
}

interface RateLimits {
  readonly layer: FrontLayer
  /** Calls and refusals per method since the start. */
  readonly counts: ReadonlyMap<string, { calls: number; limited: number }>
  /** For benchmarks and long runs, which must report it: calls are only counted. */
  switchOff(): void
}

/**
 * Slack's limits per method and minute, and of posts per second: further calls get 429 with `Retry-After`.
 */
export function createRateLimits(now: () => number = Date.now): RateLimits {
  const buckets = new Map<string, Bucket>()
  const counts = new Map<string, { calls: number; limited: number }>()
  let isOn = true

  /** @returns milliseconds until the call would be accepted; 0 if it is */
  function take(key: string, everyMs: number, burst: number): number {
    const at = now()
    const bucket = buckets.get(key) ?? { paidAt: at }
    const paidAt = Math.max(bucket.paidAt, at) + everyMs
    const tooFar = paidAt - at - burst * everyMs
    if (tooFar > 0) return tooFar
    buckets.set(key, { paidAt })
    return 0
  }

  function takeCall(method: string, channel: string): number {
    if (method === 'chat.postMessage') return take(`${method} ${channel}`, POST_EVERY_MS, POST_BURST)
    const tier = METHOD_TIERS[method]
    if (tier === undefined) return 0
    return take(method, MINUTE_MS / TIERS[tier], TIERS[tier])
  }

  return {
    counts,
    switchOff() {
      isOn = false
    },
    async layer(call, next) {
      const method = methodOf(call)
      if (method === undefined) return await next(call)
      const count = counts.get(method) ?? { calls: 0, limited: 0 }
      counts.set(method, count)
      count.calls += 1
      const waitMs = isOn ? takeCall(method, String(argumentsOf(call).channel)) : 0
      if (waitMs === 0) return await next(call)
      count.limited += 1
      return new Response(JSON.stringify({ ok: false, error: 'ratelimited' }), {
        status: 429,
        headers: {
          'content-type': 'application/json',
          'retry-after': String(Math.ceil(waitMs / 1000)),
        },
      })
    },
  }
}
