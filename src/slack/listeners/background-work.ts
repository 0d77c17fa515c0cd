import { toAppError } from '../../errors.ts'
import type { Log } from '../../uploads/lease/index.ts'

/** Work nobody waits for, because Slack gets its answer at once. */
export interface BackgroundWork {
  /** @param complaint what the log says where the work fails, with what it is `about` */
  readonly run: (complaint: string, work: Promise<void>, about?: object) => void
  /** When all of it is over. Never fails. */
  settled(): Promise<void>
}

export function createBackgroundWork(log: Log): BackgroundWork {
  const underWay = new Set<Promise<void>>()
  return {
    run(complaint, work, about = {}) {
      const watched = work
        .catch((error: unknown) =>
          log.warn({ ...about, code: toAppError(error).code, err: error }, complaint),
        )
        .finally(() => underWay.delete(watched))
      underWay.add(watched)
    },
    async settled() {
      await Promise.allSettled(underWay)
    },
  }
}
