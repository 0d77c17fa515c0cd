import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** Blocks external content: no script, style, picture or frame of another address, and no form to one. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
}

/**
 * True for a request of the page's own reader. A website that guesses the port has another origin; one whose
 * name resolves to 127.0.0.1 has another host; and neither knows the token.
 */
export function isAllowed(request: IncomingMessage, port: number, token: string): boolean {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`]
  const { host, origin } = request.headers
  if (host === undefined || !hosts.includes(host)) return false
  const isReading = request.method === 'GET' || request.method === 'HEAD'
  if (origin === undefined ? !isReading : origin !== `http://${host}`) return false
  const site = request.headers['sec-fetch-site']
  if (!isReading && site !== undefined && site !== 'same-origin') return false
  const [, given = ''] = (request.url ?? '').split(/[/?]/)
  return isSame(given, token)
}

function isSame(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)]
  return a.length === b.length && timingSafeEqual(a, b)
}
