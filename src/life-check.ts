import type { AppError } from './errors.ts'

interface LifeCheckDeps {
  /** Why an embedded database is away at the moment; absent where it is somebody else's. */
  readonly outage?: (() => AppError | undefined) | undefined
  /** Whether the queue was looked at lately, or an upload runs. */
  readonly isWorking: () => boolean
  readonly isDatabaseReady: () => Promise<boolean>
  readonly stuckAfterMs: number
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number
}

/**
 * Whether the process can get well by itself. It cannot when its embedded database was given up, nor when nothing looks
 * at the queue although the database answers. A database that is away is waited for: a restart would not bring it back.
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
