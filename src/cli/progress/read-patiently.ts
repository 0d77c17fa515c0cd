import { isTransientFailure } from '../../errors.ts'
import { retry } from '../../retry.ts'

const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 5_000

/**
 * Reads from the database and retries while it is unavailable, as the worker does.
 * @returns undefined when interrupted
 * @throws permanent errors
 */
export async function readPatiently<T>(read: () => Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  try {
    return await retry(read, {
      attempts: Number.POSITIVE_INFINITY,
      firstPauseMs: FIRST_PAUSE_MS,
      longestPauseMs: LONGEST_PAUSE_MS,
      signal,
      shouldRetry: isTransientFailure,
    })
  } catch (error) {
    if (signal.aborted) return undefined
    throw error
  }
}
