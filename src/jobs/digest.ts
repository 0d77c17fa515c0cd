import { type DigestPlace, type DigestTime, describeDueDigest, findDue } from '../../commands/digest/index.ts'
import type { Reply } from '../../commands/reply/index.ts'
import { isTransientFailure, toAppError } from '../errors.ts'
import { type ClaimedDigest, DIGEST_KINDS, type DigestKind, type DigestStore } from '../stores/index.ts'
import type { Log } from '../uploads/lease/index.ts'

export interface DigestJobDeps {
  readonly store: DigestStore
  readonly place: DigestPlace
  readonly commandDeps: Parameters<typeof describeDueDigest>[3]
  /** Slack ids. */
  readonly channels: readonly string[]
  readonly times: Readonly<Record<DigestKind, DigestTime | undefined>>
  /** Counts stale customers for the digest, unless a recent count exists. */
  readonly countStale: () => Promise<unknown>
  readonly log: Log
  readonly timing?: Partial<DigestTiming>
}

/** All in milliseconds. */
interface DigestTiming {
  /** How long before its time a digest is scheduled: until then it can be looked up. */
  readonly leadMs: number
  /** This close to its time, a message that is not found may have been posted just now. */
  readonly marginMs: number
  /** Pause before Slack is asked whether it has a message whose call got no answer. */
  readonly pauseMs: number
}

const TIMING: DigestTiming = { leadMs: 180_000, marginMs: 30_000, pauseMs: 2_000 }
const MAX_TRIES = 3

/**
 * Creates the due digests. Called every minute by every process.
 *
 * Posted messages cannot be read without a right to read the channel, but scheduled ones can be listed. So a
 * digest is scheduled some minutes before its time. After a crash or a lost answer, the next run asks Slack
 * whether it is scheduled. If that is only possible after its time, the digest counts as posted: a duplicate
 * is worse than a missing one, which `/uploads digest` still shows.
 */
export function createDigestJob(deps: DigestJobDeps): (now?: Date) => Promise<void> {
  const { store, place, log } = deps
  const timing = { ...TIMING, ...deps.timing }

  return async (now = new Date()) => {
    for (const channel of deps.channels) {
      for (const kind of DIGEST_KINDS) {
        const time = deps.times[kind]
        if (!time) continue
        try {
          await makeDue(kind, time, channel, now)
        } catch (error) {
          // Other digests go on; this one is retried in the next run.
          log.warn({ digest: kind, code: toAppError(error).code, err: error }, 'digest waits')
        }
      }
    }
  }

  async function makeDue(kind: DigestKind, time: DigestTime, channel: string, now: Date): Promise<void> {
    const { timeZone } = deps.commandDeps
    const soon = findDue(kind, time, new Date(now.getTime() + timing.leadMs), timeZone)
    // Not before the period ends, however soon after it the digest is due.
    const due = soon.period.until > now ? findDue(kind, time, now, timeZone) : soon
    const digest = await store.claim({ kind, channel, ...due })
    if (!digest) return
    const known = digest.post_at && (await checkScheduled(digest, digest.post_at))
    if (known) return await finish(digest, known)
    await deps.countStale()
    const period = { from: digest.from, until: digest.until }
    const reply = await describeDueDigest(kind, period, now, deps.commandDeps)
    await handOver(digest, reply)
  }

  type Outcome = Parameters<DigestStore['finish']>[1]

  /** The result of an earlier try; undefined if it certainly failed. */
  async function checkScheduled({ channel }: ClaimedDigest, postAt: Date): Promise<Outcome | undefined> {
    const id = await place.find(channel, postAt)
    if (id !== undefined) return { state: 'handed_over', message: id }
    const isPast = Date.now() > postAt.getTime() - timing.marginMs
    return isPast ? { state: 'handed_over', why: 'Slack did not say whether it has it' } : undefined
  }

  async function handOver(digest: ClaimedDigest, reply: Reply): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      const postAt = momentFor(digest)
      // Also checks that Slack is reachable: a call without an answer would leave the result unknown.
      await place.find(digest.channel, postAt)
      if (!(await store.intend(digest, postAt))) return
      try {
        const answer = await place.handOver(digest.channel, reply, postAt)
        return await finish(
          digest,
          'id' in answer
            ? { state: 'handed_over', message: answer.id }
            : { state: 'left_out', why: answer.refused },
        )
      } catch (error) {
        if (tries >= MAX_TRIES || !isTransientFailure(error)) throw error
        await new Promise((resolve) => {
          setTimeout(resolve, timing.pauseMs)
        })
        const known = await checkScheduled(digest, postAt)
        if (known) return await finish(digest, known)
      }
    }
  }

  /**
   * Its time, or as soon as possible. Daily digests get even seconds, weekly ones odd ones, to distinguish
   * them.
   */
  function momentFor({ kind, due_at }: ClaimedDigest): Date {
    const earliest = Math.max(due_at.getTime(), Date.now() + timing.leadMs)
    const second = Math.ceil(earliest / 1000)
    const isOdd = second % 2 === 1
    return new Date((isOdd === (kind === 'weekly') ? second : second + 1) * 1000)
  }

  async function finish(digest: ClaimedDigest, outcome: Outcome): Promise<void> {
    const isOurs = await store.finish(digest, outcome)
    const about = { digest: digest.kind, channel: digest.channel }
    if (!isOurs) {
      // Another process has taken it over and schedules its own.
      if (outcome.message !== undefined) await place.cancel(digest.channel, outcome.message)
      log.warn(about, 'digest taken over by another process')
    } else if (outcome.why === undefined) log.info(about, 'digest handed over')
    else
      log.warn(
        { ...about, why: outcome.why },
        outcome.state === 'left_out' ? 'digest left out' : 'digest not known to be posted',
      )
  }
}
