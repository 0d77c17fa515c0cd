import { createHmac } from 'node:crypto'

/**
 * The two headers that prove a request is Slack's: HMAC-SHA256 over `v0:timestamp:body`.
 * https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export function signRequest(
  signingSecret: string,
  body: string,
  at: Date = new Date(),
): Record<'x-slack-request-timestamp' | 'x-slack-signature', string> {
  const timestamp = String(Math.floor(at.getTime() / 1000))
  const hash = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex')
  return { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${hash}` }
}
