import { setTimeout as sleep } from 'node:timers/promises'
import type { FrontLayer } from '../slack/index.ts'
import type { Chance } from './random.ts'

/** Probabilities of faults per call. Their sum is at most 1; other calls succeed. */
export interface SlackWeather {
  /** 429 with `Retry-After`; nothing is done. */
  readonly rateLimited: number
  /** 500 with a web page; nothing is done. */
  readonly failing: number
  /** The connection hangs and is cut; nothing is done. */
  readonly silent: number
  /** Done, but the answer is lost. */
  readonly unanswered: number
  /** Done, with a delay. */
  readonly slow: number
}

export type SlackFault = keyof SlackWeather

export const FAIR_WEATHER: SlackWeather = { rateLimited: 0, failing: 0, silent: 0, unanswered: 0, slow: 0 }

const RETRY_AFTER_S = 1

/**
 * Applies faults to every Web API call and download. The workspace's own calls do not pass the front and are
 * unaffected.
 */
export function createSlackFaults(
  chance: Chance,
  onFault: (fault: SlackFault) => void,
): { readonly layer: FrontLayer; setWeather(weather: SlackWeather): void } {
  let weather = FAIR_WEATHER

  function drawFault(): SlackFault | undefined {
    let drawn = chance.next()
    for (const fault of ['rateLimited', 'failing', 'silent', 'unanswered', 'slow'] as const) {
      drawn -= weather[fault]
      if (drawn < 0) return fault
    }
    return undefined
  }

  const layer: FrontLayer = async (call, next) => {
    const fault = drawFault()
    if (fault) onFault(fault)
    switch (fault) {
      case 'rateLimited':
        return new Response(JSON.stringify({ ok: false, error: 'ratelimited' }), {
          status: 429,
          headers: { 'retry-after': String(RETRY_AFTER_S), 'content-type': 'application/json' },
        })
      case 'failing':
        return new Response('<h1>Server Error</h1>', {
          status: 500,
          headers: { 'content-type': 'text/html' },
        })
      case 'silent':
        await sleep(chance.between(200, 4_000))
        throw new Error('cut by the weather')
      case 'unanswered':
        await next(call)
        throw new Error('cut by the weather')
      case 'slow':
        await sleep(chance.between(100, 2_000))
        return await next(call)
      default:
        return await next(call)
    }
  }

  return {
    layer,
    setWeather(next) {
      weather = next
    },
  }
}
