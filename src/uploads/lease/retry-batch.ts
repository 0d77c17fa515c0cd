import { type FileUpload, type Models, toDatabaseError } from '../../../models/index.ts'
import { AppError } from '../../errors.ts'
import { retry } from '../../retry.ts'
import { assertLeased } from './upload-lease.ts'

/** An upload whose lease this process holds, and the signal to stop. */
export interface LeasedRun {
  readonly models: Models
  readonly upload: FileUpload
  readonly signal: AbortSignal
}

/** Short database outages are waited out here; the worker waits out longer ones. */
const BATCH_RETRY = { attempts: 5, firstPauseMs: 150, longestPauseMs: 2_000 } as const

/**
 * Does repeatable work for a leased upload, and retries it a few times while the database is unavailable. Every retry
 * first asserts the lease: another run may have taken the upload during the pause.
 *
 * @throws AppError lease_lost, database_unavailable, database_failed; what `work` throws; the signal's reason
 */
export async function retryBatch<T>(
  { models, upload, signal }: LeasedRun,
  work: (isFirstTry: boolean) => Promise<T>,
): Promise<T> {
  return await retry(
    async (attempt) => {
      try {
        if (attempt > 1) await assertLeased(models, upload)
        return await work(attempt === 1)
      } catch (error) {
        throw toDatabaseError(error)
      }
    },
    {
      ...BATCH_RETRY,
      signal,
      shouldRetry: (error) => error instanceof AppError && error.isTransient && error.code !== 'lease_lost',
    },
  )
}
