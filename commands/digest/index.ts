/** /uploads digest and the scheduled digest: calendar, place, text. */

export { buildDigestPage, describeDueDigest, runDigest } from './digest.ts'
export { type DigestTime, findDue, spanBefore } from './digest-calendar.ts'
export type { DigestPlace } from './digest-place.ts'
