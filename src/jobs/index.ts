/**
 * Work that a clock starts: missed shares, digests, stale counts. One file knows node-cron.
 */
export { createCatchUp, insistOnCatchUp } from './catch-up.ts'
export { createCountStale } from './count-stale.ts'
export { createDigestJob } from './digest.ts'
export { createSchedule } from './schedule.ts'
