import { schedule } from 'node-cron'
import { toAppError } from '../errors.ts'
import type { Log } from '../uploads/lease/index.ts'

/** A job and its schedule. */
interface ScheduledJob {
  readonly name: string
  /** Crontab format: minute, hour, day of the month, month, day of the week. */
  readonly cron: string
  /** IANA name of the time zone of these times; the machine's by default. */
  readonly timeZone?: string
  run(): Promise<unknown>
}

interface Schedule {
  start(): void
  stop(): Promise<void>
}

/** Runs the jobs at their times, never two runs of one job. A failed job runs again at its next time. */
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
