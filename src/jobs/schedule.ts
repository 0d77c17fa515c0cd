import { schedule } from 'node-cron'
import { toAppError } from '../errors.ts'
import type { Log } from '../uploads/lease/index.ts'

/** A job and how often it is done. */
export interface ScheduledJob {
  readonly name: string
  /** As in crontab: minute, hour, day of the month, month, day of the week. */
  readonly cron: string
  /** IANA name of the zone whose clocks these times are on; the machine's own otherwise. */
  readonly timeZone?: string
  run(): Promise<unknown>
}

export interface Schedule {
  start(): void
  stop(): Promise<void>
}

/** Does the jobs at their times, none beside itself. A job that fails is done again at its next time. */
export function createSchedule(jobs: readonly ScheduledJob[], log: Log): Schedule {
  let tasks: ReturnType<typeof schedule>[] = []
  return {
    start() {
      tasks = jobs.map(({ name, cron, timeZone, run }) =>
        schedule(
          cron,
          async () => {
            try {
              await run()
            } catch (error) {
              log.warn({ job: name, code: toAppError(error).code, err: error }, 'job failed')
            }
          },
          { name, noOverlap: true, ...(timeZone && { timezone: timeZone }) },
        ),
      )
    },
    async stop() {
      await Promise.all(tasks.map((task) => task.destroy()))
      tasks = []
    },
  }
}
