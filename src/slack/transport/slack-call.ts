import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
  type WebClientOptions,
} from '@slack/web-api'
import { AppError } from '../../errors.ts'
import { retry } from '../../retry.ts'

/** Timeout of one request in milliseconds. */
const REQUEST_TIMEOUT_MS = 15_000
const FIRST_PAUSE_MS = 500
const MAX_ATTEMPTS = 5

/**
 * Options of every Web API client. The client neither retries nor waits: only the caller knows whether a call
 * may be repeated, and a 429 of one method must not delay others in the client's queue.
 */
export function webClientOptions(apiUrl: string | undefined): WebClientOptions {
  return {
    timeout: REQUEST_TIMEOUT_MS,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    // A method name must not be an address: only Slack may get the token.
    allowAbsoluteUrls: false,
    ...(apiUrl !== undefined && { slackApiUrl: apiUrl }),
  }
}

/** Called for every failed call with Slack's error, also if it is retried. */
export type OnCallFailed = (failure: { readonly method: string; readonly reason: string }) => void

export function createWebClient(
  token: string,
  apiUrl: string | undefined,
  logger: WebClientOptions['logger'],
  onCallFailed?: OnCallFailed,
): WebClient {
  const Client = onCallFailed ? watchedClient(onCallFailed) : WebClient
  return new Client(token, { ...webClientOptions(apiUrl), ...(logger && { logger }) })
}

/** Every method of a WebClient uses its `apiCall`, which is bound in the constructor. */
function watchedClient(onCallFailed: OnCallFailed): typeof WebClient {
  return class extends WebClient {
    override async apiCall(...call: Parameters<WebClient['apiCall']>): ReturnType<WebClient['apiCall']> {
      try {
        return await super.apiCall(...call)
      } catch (error) {
        const failure = classifySlackFailure(error)
        const reason = failure.kind === 'refused' ? failure.reason : NO_REFUSAL[failure.kind]
        onCallFailed({ method: call[0], reason })
        throw error
      }
    }
  }
}

const NO_REFUSAL = { rate_limited: 'rate_limited', unknown: 'no_answer' } as const

/** The meaning of a failed call. */
type SlackFailure =
  /** Slack refused the call for this reason; a retry gets the same answer. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Nothing was done; Slack requests this pause. */
  | { readonly kind: 'rate_limited'; readonly pauseMs: number }
  /** No answer, or none from Slack: the call may or may not have worked. */
  | { readonly kind: 'unknown' }

// Temporary errors: https://docs.slack.dev/reference/methods/chat.postMessage#errors
const PASSING_REFUSALS: ReadonlySet<string> = new Set([
  'fatal_error',
  'internal_error',
  'request_timeout',
  'service_unavailable',
  'team_added_to_org',
])

export function classifySlackFailure(error: unknown): SlackFailure {
  if (error instanceof WebAPIRateLimitedError)
    return { kind: 'rate_limited', pauseMs: error.retryAfter * 1000 }
  if (error instanceof WebAPIPlatformError) {
    // A proxy in between can answer with other JSON, which has no error.
    const reason: unknown = error.data.error
    if (typeof reason !== 'string') return { kind: 'unknown' }
    if (reason === 'ratelimited' || reason === 'rate_limited') return { kind: 'rate_limited', pauseMs: 1000 }
    // For an answer that is not Slack's JSON, the client reports the whole text as the error.
    if (PASSING_REFUSALS.has(reason) || !/^[a-z0-9_]+$/.test(reason)) return { kind: 'unknown' }
    return { kind: 'refused', reason }
  }
  return { kind: 'unknown' }
}

/** True if Slack reported an internal error: for some blocks it gives no other. */
export function isInternalError(error: unknown): boolean {
  return error instanceof WebAPIPlatformError && error.data.error === 'internal_error'
}

/** True if the error comes from a call to Slack. */
export function isSlackFailure(error: unknown): boolean {
  return (
    error instanceof WebAPIRateLimitedError ||
    error instanceof WebAPIPlatformError ||
    error instanceof WebAPIHTTPError ||
    error instanceof WebAPIRequestError
  )
}

/** Translates Slack's errors to AppErrors. Other errors pass through. */
export function toSlackError(error: unknown): unknown {
  if (error instanceof AppError) return error
  const failure = classifySlackFailure(error)
  if (failure.kind === 'refused') return new AppError('slack_refused', { reason: failure.reason }, error)
  return failure.kind === 'rate_limited' || isSlackFailure(error)
    ? new AppError('slack_unavailable', {}, error)
    : error
}

interface RepeatOptions {
  readonly signal?: AbortSignal
  /** Milliseconds within which the call must succeed, pauses included. */
  readonly withinMs?: number
  readonly firstPauseMs?: number
}

/**
 * Retries a call that is safe to repeat (a read, or an edit to the same text) until it succeeds. A 429 waits
 * as long as Slack requests; other failures wait longer each time.
 * @throws AppError slack_refused, slack_unavailable; the signal's reason
 */
export async function repeatCall<T>(call: () => Promise<T>, options: RepeatOptions = {}): Promise<T> {
  const { signal, withinMs = 40_000, firstPauseMs = FIRST_PAUSE_MS } = options
  try {
    return await retry(() => unlessAborted(call(), signal), {
      attempts: MAX_ATTEMPTS,
      firstPauseMs,
      withinMs,
      ...(signal && { signal }),
      shouldRetry(error) {
        const failure = classifySlackFailure(error)
        if (failure.kind === 'rate_limited') return failure.pauseMs
        return failure.kind === 'unknown' && isSlackFailure(error)
      },
    })
  } catch (error) {
    signal?.throwIfAborted()
    throw toSlackError(error)
  }
}

const MAX_WAITS = 3

/**
 * Makes a call that must not be repeated, such as a post. Only a 429 is retried, because nothing was done
 * then.
 */
export async function repeatIfLimited<T>(call: () => Promise<T>): Promise<T> {
  return await retry(call, {
    attempts: MAX_WAITS + 1,
    firstPauseMs: FIRST_PAUSE_MS,
    shouldRetry(error) {
      const failure = classifySlackFailure(error)
      return failure.kind === 'rate_limited' && failure.pauseMs
    },
  })
}

/** The client supports no signal: a hanging request is abandoned, so that a stop does not wait for it. */
async function unlessAborted<T>(request: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return await request
  let giveUp = () => {}
  const aborted = new Promise<never>((_, reject) => {
    giveUp = () => reject(signal.reason)
    signal.addEventListener('abort', giveUp, { once: true })
  })
  try {
    return await Promise.race([request, aborted])
  } finally {
    signal.removeEventListener('abort', giveUp)
  }
}
