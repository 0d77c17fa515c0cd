import { setTimeout as sleep } from 'node:timers/promises'
import pRetry from 'p-retry'

export interface RetryOptions {
  /** Including the first; may be infinite. */
  readonly attempts: number
  /** The first pause, roughly; pauses double. All times are in milliseconds. */
  readonly firstPauseMs: number
  readonly longestPauseMs?: number
  /** No pause ends later than this after the first attempt began. */
  readonly withinMs?: number
  readonly signal?: AbortSignal
  /** True: a pause does not keep the process alive. */
  readonly unref?: boolean
  /** Decides whether the failure is temporary. A number is the pause requested by the other side. */
  readonly shouldRetry: (error: unknown, attempt: number) => Verdict | Promise<Verdict>
}

type Verdict = boolean | number

/** p-retry requires an Error and stops at a TypeError, so it gets this instead of the thrown value. */
class FailedAttempt extends Error {}

/**
 * Runs work until it succeeds, fails permanently, or has no attempts or time left. Pauses double. Each is
 * randomly up to half shorter or longer, so that processes that failed together do not retry together.
 *
 * @throws the last attempt's error; the signal's reason
 */
export async function retry<T>(work: (attempt: number) => Promise<T>, options: RetryOptions): Promise<T> {
  const { attempts, longestPauseMs = Number.POSITIVE_INFINITY, withinMs, signal, shouldRetry } = options
  const firstPauseMs = options.firstPauseMs * (0.5 + Math.random())
  const deadline = performance.now() + (withinMs ?? Number.POSITIVE_INFINITY)
  let verdict: Verdict = false
  try {
    return await pRetry(
      async (attempt) => {
        try {
          return await work(attempt)
        } catch (error) {
          throw new FailedAttempt('', { cause: error })
        }
      },
      {
        retries: attempts - 1,
        minTimeout: firstPauseMs,
        maxTimeout: longestPauseMs,
        ...(signal && { signal }),
        unref: options.unref ?? false,
        shouldConsumeRetry: async ({ error, attemptNumber }) => {
          verdict = attemptNumber < attempts && (await shouldRetry(error.cause, attemptNumber))
          return typeof verdict === 'boolean'
        },
        shouldRetry: async ({ retriesConsumed }) => {
          const isRequested = typeof verdict === 'number'
          const pauseMs = isRequested
            ? Number(verdict)
            : Math.min(firstPauseMs * 2 ** retriesConsumed, longestPauseMs)
          if (verdict === false || performance.now() + pauseMs > deadline) return false
          // p-retry does not pause if no retry is consumed.
          if (isRequested) await pause(pauseMs, signal)
          return true
        },
      },
    )
  } catch (error) {
    throw error instanceof FailedAttempt ? error.cause : error
  }
}

/** Waits. @throws the signal's reason */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal })
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
}
