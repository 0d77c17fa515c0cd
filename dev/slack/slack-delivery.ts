import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { signRequest } from './slack-signature.ts'

/** Slack's timeout for an answer. */
const ANSWER_WITHIN_MS = 3_000
const TICK_MS = 100
/** Slack retries an event at once, after a minute, and after five. */
export const SLACK_RETRY_DELAYS_MS: readonly number[] = [0, 60_000, 300_000]

export interface Delivery {
  readonly url: string
  readonly signingSecret: string
  readonly body: string
  readonly contentType: 'application/json' | 'application/x-www-form-urlencoded'
  /**
   * Called if the answer takes longer than Slack waits. Slack then shows an error or sends the event again.
   */
  readonly onLate?: () => void
}

export interface DeliveryOutcome {
  /** Status of the last answer; `null` if none came in time. */
  readonly status: number | null
  /** Number of attempts. */
  readonly attempts: number
  readonly body: string
}

/** Sends one signed request once, like Slack. */
export async function deliverOnce(
  delivery: Delivery,
  retry?: { number: number; reason: string },
): Promise<DeliveryOutcome> {
  const timeout = createTimeout(ANSWER_WITHIN_MS)
  try {
    const answer = await post(delivery, timeout.signal, {
      'content-type': delivery.contentType,
      accept: '*/*',
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      ...signRequest(delivery.signingSecret, delivery.body),
      ...(retry && {
        'x-slack-retry-num': String(retry.number),
        'x-slack-retry-reason': retry.reason,
      }),
    })
    return { ...answer, attempts: 1 }
  } catch {
    // A listener that is down is an outage, not a late answer.
    if (timeout.signal.aborted) delivery.onLate?.()
    return { status: null, attempts: 1, body: '' }
  } finally {
    timeout.clear()
  }
}

/** Bots end unused connections after five seconds; one that ends just now must get no request. */
const AGENT = new Agent({ keepAlive: true, timeout: 2_000 })

/** With less effort than `fetch`: tests deliver thousands of requests. */
async function post(
  { url, body }: Delivery,
  signal: AbortSignal,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly body: string }> {
  return await new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent: AGENT, headers, signal }, (response) => {
      text(response).then((answer) => resolve({ status: response.statusCode ?? 0, body: answer }), reject)
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/**
 * A timeout in ticks: while the machine is too busy to run this process, it counts nothing, and a bot in the same process is
 * not late.
 */
function createTimeout(ms: number): { readonly signal: AbortSignal; clear(): void } {
  const late = new AbortController()
  let left = ms
  const timer = setInterval(() => {
    left -= TICK_MS
    if (left <= 0) late.abort(new DOMException('Slack waits no longer.', 'TimeoutError'))
  }, TICK_MS)
  return { signal: late.signal, clear: () => clearInterval(timer) }
}

/** Sends an event, and repeats it like Slack until it is answered with 2xx in time. */
export async function deliverEvent(
  delivery: Delivery,
  retryDelaysMs: readonly number[] = SLACK_RETRY_DELAYS_MS,
  signal?: AbortSignal,
): Promise<DeliveryOutcome> {
  let outcome = await deliverOnce(delivery)
  let attempts = 1
  for (const delay of retryDelaysMs) {
    if (isAccepted(outcome) || signal?.aborted) break
    try {
      await sleep(delay, undefined, { signal })
    } catch {
      break // the workspace closes: there is no more receiver
    }
    outcome = await deliverOnce(delivery, {
      number: attempts,
      reason: outcome.status === null ? 'http_timeout' : 'http_error',
    })
    attempts += 1
  }
  return { ...outcome, attempts }
}

export function isAccepted({ status }: DeliveryOutcome): boolean {
  return status !== null && status >= 200 && status < 300
}
