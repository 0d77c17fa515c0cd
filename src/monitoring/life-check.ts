import type { AppError } from '../errors.ts'

interface LifeCheckDeps {
  /** Why an embedded database is unavailable now; absent for a configured database. */
  readonly outage?: (() => AppError | undefined) | undefined
  /** True if the queue was looked at recently, or an upload runs. */
  readonly isWorking: () => boolean
  readonly isDatabaseReady: () => Promise<boolean>
  readonly stuckAfterMs: number
  /** Milliseconds of a monotonic clock. */
  readonly now?: () => number
}

/**
 * Decides whether the process can recover by itself. It cannot after its embedded database stopped for good,
 * or if no worker looks at the queue although the database answers. During a database outage it waits: a restart
 * would not end it.
 */
export function createLifeCheck({
  outage,
  isWorking,
  isDatabaseReady,
  stuckAfterMs,
  now = () => performance.now(),
}: LifeCheckDeps): () => Promise<boolean> {
  let stuckSince: number | undefined
  return async () => {
    if (outage?.()?.code === 'database_ended') return false
    if (isWorking() || !(await isDatabaseReady())) {
      stuckSince = undefined
      return true
    }
    stuckSince ??= now()
    return now() - stuckSince < stuckAfterMs
  }
}
