import { toAppError } from '../../errors.ts'
import { type Log, runForSomebody } from '../../uploads/lease/index.ts'

/** Work nobody waits for, because Slack gets its answer at once. */
export interface BackgroundWork {
  /**
   * Starts the work in a log context of its own: its lines name the upload it turns out to be about, and no other.
   * @param complaint what the log says where the work fails, with what it is `about`
   */
  readonly run: (complaint: string, work: () => Promise<void>, about?: object) => void
  /** When all of it is over. Never fails. */
  idle(): Promise<void>
}

export function createBackgroundWork(log: Log): BackgroundWork {
  const underWay = new Set<Promise<void>>()

  async function watch(complaint: string, work: () => Promise<void>, about: object): Promise<void> {
    try {
      await work()
    } catch (error) {
      log.warn({ ...about, code: toAppError(error).code, err: error }, complaint)
    }
  }

  return {
    run(complaint, work, about = {}) {
      const watched = runForSomebody(() => watch(complaint, work, about)).finally(() =>
        underWay.delete(watched),
      )
      underWay.add(watched)
    },
    async idle() {
      await Promise.allSettled(underWay)
    },
  }
}
