/** `npm run test:fuzz` plays this many times as many stories as `npm test`. */
const TIMES = Number(process.env.FUZZ_TIMES ?? 1)

/**
 * Run options of a property whose cases are whole stories in a database. @param few enough to find the bugs
 * it was written for
 */
export const storyRuns = (few: number) => ({ numRuns: few * TIMES, endOnFailure: true })

/** @param ms timeout of the runs of `npm test` */
export const storyTimeout = (ms: number): number => ms * TIMES
