/** Scheduled work: missed shares, digests, stale counts. Only one file imports node-cron. */
export { createCatchUp, insistOnCatchUp } from './catch-up.ts'
export { createCountStale } from './count-stale.ts'
export { createDigestJob } from './digest.ts'
export { createSchedule } from './schedule.ts'
