import { setTimeout as sleep } from 'node:timers/promises'
import pRetry from 'p-retry'

export interface RetryOptions {
  /** Including the first; may be infinite. */
  readonly attempts: number
  /** Pauses begin about here and double. All times are in milliseconds. */
  readonly firstPauseMs: number
  readonly longestPauseMs?: number
  /** No pause ends later than this after the first attempt began. */
  readonly withinMs?: number
  readonly signal?: AbortSignal
  /** A pause does not keep the process alive. */
  readonly unref?: boolean
  /** Whether the failure may pass. A number is the pause that the other side asks for, instead of ours. */
  readonly shouldRetry: (error: unknown, attempt: number) => Verdict | Promise<Verdict>
}

type Verdict = boolean | number

/** p-retry wants an Error, and gives up at a TypeError: it sees this one instead of what was thrown. */
class FailedAttempt extends Error {}

/**
 * Does work until it succeeds, fails for good, or runs out of attempts or time. Pauses between attempts double; each
 * call shortens or lengthens its pauses by up to half, so that processes that failed together do not retry together.
 *
 * @throws what the last attempt threw; the signal's reason
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
          // p-retry itself does not pause where no retry is consumed.
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
