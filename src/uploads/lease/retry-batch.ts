import pRetry from 'p-retry'
import { toDatabaseError } from '../../../models/index.ts'
import { AppError } from '../../errors.ts'

/** Short trouble with the database is waited out here; longer trouble is the worker's business. */
const BATCH_RETRY = { retries: 4, minTimeout: 100, maxTimeout: 2_000, randomize: true } as const

/** Does work that may be repeated, a few times where the database is away for a moment. */
export async function retryBatch<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  return await pRetry(
    async () => {
      try {
        return await work()
      } catch (error) {
        throw toDatabaseError(error)
      }
    },
    {
      ...BATCH_RETRY,
      signal,
      shouldRetry: ({ error }) =>
        error instanceof AppError && error.isTransient && error.code !== 'lease_lost',
    },
  )
}
