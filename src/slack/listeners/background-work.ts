import { toAppError } from '../../errors.ts'
import { type Log, runWithoutUpload } from '../../uploads/lease/index.ts'

/** Work that continues after Slack has its acknowledgement. */
export interface BackgroundWork {
  /**
   * Starts the work in its own log context: its lines carry the number of its own upload only.
   * @param complaint log message if the work fails, with `about`
   */
  readonly run: (complaint: string, work: () => Promise<void>, about?: object) => void
  /** Resolves when all work is done. Never fails. */
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
      const watched = runWithoutUpload(() => watch(complaint, work, about)).finally(() =>
        underWay.delete(watched),
      )
      underWay.add(watched)
    },
    async idle() {
      await Promise.allSettled(underWay)
    },
  }
}
