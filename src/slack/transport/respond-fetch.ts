import type { OnCallFailed } from './slack-call.ts'

/** Bolt sets no timeout. */
const RESPOND_WITHIN_MS = 10_000

/**
 * The `fetch` for Bolt's own requests, which are replies through a response_url: with a timeout, and with
 * failures counted.
 */
export function createRespondFetch(onCallFailed: OnCallFailed = () => {}): typeof fetch {
  return async (input, init) => {
    const signal = init?.signal ?? AbortSignal.timeout(RESPOND_WITHIN_MS)
    const failed = (reason: string) => onCallFailed({ method: 'response_url', reason })
    try {
      const response = await fetch(input, { ...init, signal })
      if (!response.ok) failed(response.status === 429 ? 'rate_limited' : `http_${response.status}`)
      return response
    } catch (error) {
      failed('no_answer')
      throw error
    }
  }
}
