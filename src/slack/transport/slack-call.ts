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

/** Milliseconds one request may take. */
const REQUEST_TIMEOUT_MS = 15_000
const FIRST_PAUSE_MS = 500
const MAX_ATTEMPTS = 5

/**
 * Options of every Web API client. It neither repeats nor waits by itself: only the caller knows whether a call may be
 * repeated, and a 429 on one method must not hold up the others in the client's queue.
 */
export function webClientOptions(apiUrl: string | undefined): WebClientOptions {
  return {
    timeout: REQUEST_TIMEOUT_MS,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    // A method name is never an address of its own: nothing but Slack gets the token.
    allowAbsoluteUrls: false,
    ...(apiUrl !== undefined && { slackApiUrl: apiUrl }),
  }
}

/** Told of every call that came to nothing, with Slack's word for it, also where it is tried again. */
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

/** Every method of a WebClient goes through its `apiCall`, which is bound when the client is made. */
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

/** How a failed call is to be taken. */
export type SlackFailure =
  /** Slack understood and refused, for this reason; asking again gets the same. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Nothing was done; Slack asks for this pause. */
  | { readonly kind: 'rate_limited'; readonly pauseMs: number }
  /** No answer, or none of Slack's: it may have been carried out, or not. */
  | { readonly kind: 'unknown' }

// Refusals that say "not now": https://docs.slack.dev/reference/methods/chat.postMessage#errors
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
    const reason = error.data.error
    if (reason === 'ratelimited' || reason === 'rate_limited') return { kind: 'rate_limited', pauseMs: 1000 }
    // An answer that is no JSON of Slack's arrives here with the whole text as its "error".
    if (PASSING_REFUSALS.has(reason) || !/^[a-z0-9_]+$/.test(reason)) return { kind: 'unknown' }
    return { kind: 'refused', reason }
  }
  return { kind: 'unknown' }
}

/** Whether Slack answered that something went wrong on its side: for some blocks it says nothing else. */
export function isInternalError(error: unknown): boolean {
  return error instanceof WebAPIPlatformError && error.data.error === 'internal_error'
}

/** Whether what was thrown comes from a call to Slack at all. */
export function isSlackFailure(error: unknown): boolean {
  return (
    error instanceof WebAPIRateLimitedError ||
    error instanceof WebAPIPlatformError ||
    error instanceof WebAPIHTTPError ||
    error instanceof WebAPIRequestError
  )
}

/** The one translator of Slack's errors. What is not Slack's stays as it is. */
export function toSlackError(error: unknown): unknown {
  if (error instanceof AppError) return error
  const failure = classifySlackFailure(error)
  if (failure.kind === 'refused') return new AppError('slack_refused', { reason: failure.reason }, error)
  return failure.kind === 'rate_limited' || isSlackFailure(error)
    ? new AppError('slack_unavailable', {}, error)
    : error
}

export interface RepeatOptions {
  readonly signal?: AbortSignal
  /** Milliseconds in which it has to succeed, pauses included. */
  readonly withinMs?: number
  readonly firstPauseMs?: number
}

/**
 * Makes a call that may be repeated without harm (a read, or an edit to the same text) until it succeeds: a 429 waits
 * as long as Slack says, silence waits longer each time.
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

/** Makes a call that must not be made twice, such as a post: after a 429 nothing was done, and it is made again. */
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

/** Their client takes no signal: a request that hangs is left behind, so that a stop does not wait for it. */
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
