import type { FrontCall } from '../slack/index.ts'

/** `emulate` answers 403 after 5,000 calls with one token within an hour, so each token has spare ones. */
export const CALLS_PER_TOKEN = 4_000
const TOKENS = 20

/** A token and its spares. */
export const listTokens = (token: string): string[] =>
  Array.from({ length: TOKENS }, (_, at) => (at === 0 ? token : `${token}-${at}`))

/** Replaces the token of a call by its next spare once it was used often. */
export function createSpareTokens(): (call: FrontCall) => FrontCall {
  const used = new Map<string, number>()
  return (call) => {
    const given = call.headers.get('authorization')
    if (!given?.startsWith('Bearer xox')) return call
    const calls = used.get(given) ?? 0
    used.set(given, calls + 1)
    const spare = Math.floor(calls / CALLS_PER_TOKEN) % TOKENS
    if (spare === 0) return call
    const headers = new Headers(call.headers)
    headers.set('authorization', `${given}-${spare}`)
    return { ...call, headers }
  }
}
