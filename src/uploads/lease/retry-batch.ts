import type { FileUpload, Models } from '../../../models/index.ts'
import { AppError, isTransientFailure } from '../../errors.ts'
import { retry } from '../../retry.ts'
import { assertLeased } from './upload-lease.ts'

/** A leased upload, and the signal to stop. */
export interface LeasedRun {
  readonly models: Models
  readonly upload: FileUpload
  readonly signal: AbortSignal
}

/** Covers short database outages; the worker covers longer ones. */
const BATCH_RETRY = { attempts: 5, firstPauseMs: 150, longestPauseMs: 2_000 } as const

/**
 * Runs repeatable work for a leased upload, with a few retries while the database is unavailable. Every retry
 * first asserts the lease, because another run may have taken the upload during the pause.
 *
 * @throws AppError lease_lost; errors of `work` and of the driver; the signal's reason
 */
export async function retryBatch<T>(
  { models, upload, signal }: LeasedRun,
  work: (isFirstTry: boolean) => Promise<T>,
): Promise<T> {
  return await retry(
    async (attempt) => {
      if (attempt > 1) await assertLeased(models, upload)
      return await work(attempt === 1)
    },
    {
      ...BATCH_RETRY,
      signal,
      shouldRetry: (error) =>
        isTransientFailure(error) && !(error instanceof AppError && error.code === 'lease_lost'),
    },
  )
}
