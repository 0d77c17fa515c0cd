import { AppError, toAppError } from '../errors.ts'
import { retry } from '../retry.ts'
import type { Log } from '../uploads/lease/index.ts'
import type { FoundShare, KnownShares } from '../uploads/queries/index.ts'
import type { UploadQueue } from '../uploads/worker/index.ts'

/** The place shares are made in, asked afterwards. */
export interface SharePlace {
  readonly team: () => string
  /** Channels the bot is in. */
  listChannels(): Promise<string[]>
  /** Shares in a channel that may be the bot's business, in any order. */
  listShares(channel: string, since: Date): Promise<FoundShare[]>
}

export interface CatchUpDeps {
  readonly place: SharePlace
  readonly known: KnownShares
  readonly queue: Pick<UploadQueue, 'queueSlackShare'>
  /** From when on this process hears of shares: what is shared in its channels after that is ours to import. */
  readonly listensSince: () => Date
  readonly onShareQueued: () => void
  readonly log: Log
}

export interface CatchUpOptions {
  /** Milliseconds: younger shares are left to their events, which are on their way. */
  readonly graceMs: number
}

/**
 * Looks through the channels once and queues what was missed.
 * @returns how many shares that were
 * @throws AppError what kept it from looking everywhere and may pass, after everything that was found is queued
 */
export type CatchUp = (options: CatchUpOptions) => Promise<number>

const MAX_REMEMBERED = 10_000
/** Slack writes its own time on a share, ours on the start: the clocks of two machines may differ by this much. */
const CLOCKS_DIFFER_MS = 5_000

/**
 * Finds the shares nobody told the bot of: it was down, an event got lost, the connection was away. They are queued in
 * the order they were made; the queue then puts them where they belong among the others.
 */
export function createCatchUp(deps: CatchUpDeps): CatchUp {
  const { place, known, queue, listensSince, onShareQueued, log } = deps
  // What turned out to be none of ours is forgotten by the queue, and must not be looked into at every turn.
  const queued = new Set<string>()
  const keyOf = (share: FoundShare) => `${share.channel} ${share.fileId} ${share.sharedAt.getTime()}`

  // By channel. The bot is in those of the first list for as long as it listens, and came into the others since.
  let knownFrom: Map<string, Date> | undefined

  async function listChannels(): Promise<Map<string, Date>> {
    const channels = await place.listChannels()
    const newFrom =
      knownFrom === undefined ? new Date(listensSince().getTime() - CLOCKS_DIFFER_MS) : new Date()
    knownFrom = new Map(channels.map((channel) => [channel, knownFrom?.get(channel) ?? newFrom]))
    return knownFrom
  }

  async function findMissed(channel: string, from: Date, { graceMs }: CatchUpOptions): Promise<FoundShare[]> {
    const now = new Date()
    const since = await known.lookFrom(channel, from)
    const missed: FoundShare[] = []
    for (const share of await place.listShares(channel, since)) {
      const age = now.getTime() - share.sharedAt.getTime()
      if (share.sharedAt < since || age < graceMs || queued.has(keyOf(share))) continue
      if (!(await known.isKnown(share))) missed.push(share)
    }
    return missed
  }

  /** @returns whether nobody had told of it until now */
  async function queueMissed(share: FoundShare): Promise<boolean> {
    const { channel, fileId, user, sharedAt, ts } = share
    const { upload, isNew } = await queue.queueSlackShare({
      team: place.team(),
      channel,
      user,
      fileId,
      sharedAt,
      ts,
    })
    if (queued.size >= MAX_REMEMBERED) queued.clear()
    queued.add(keyOf(share))
    if (isNew) log.info({ upload: upload.number }, 'missed share queued')
    return isNew
  }

  return async (options) => {
    const missed: FoundShare[] = []
    let passing: AppError | undefined
    for (const [channel, from] of await listChannels()) {
      try {
        missed.push(...(await findMissed(channel, from, options)))
      } catch (thrown) {
        // The other channels are looked through all the same; this one is at the next turn.
        const error = toAppError(thrown)
        log.warn({ code: error.code, err: error }, 'channel not searched for missed shares')
        if (error.isTransient) passing ??= error
      }
    }
    // Two messages of the same millisecond have an order, too; in the queue it becomes that of the numbers.
    missed.sort((a, b) => Number(a.ts) - Number(b.ts))
    let count = 0
    for (const share of missed) if (await queueMissed(share)) count += 1
    if (count > 0) onShareQueued()
    if (passing) throw passing
    return count
  }
}

const FIRST_PAUSE_MS = 3_000
const LONGEST_PAUSE_MS = 60_000
/** With the pauses doubling that is about as long as the schedule takes to come round. */
const MAX_ATTEMPTS = 7

export interface InsistOptions extends CatchUpOptions {
  readonly signal: AbortSignal
  readonly log: Log
  readonly firstPauseMs?: number
}

/** Looks again soon where something was in the way. Never fails: what is not found now is found by the clock. */
export async function insistOnCatchUp(catchUp: CatchUp, options: InsistOptions): Promise<void> {
  const { graceMs, signal, log, firstPauseMs = FIRST_PAUSE_MS } = options
  try {
    await retry(() => catchUp({ graceMs }), {
      signal,
      attempts: MAX_ATTEMPTS,
      firstPauseMs,
      longestPauseMs: LONGEST_PAUSE_MS,
      shouldRetry: (error) => error instanceof AppError && error.isTransient,
    })
  } catch (error) {
    if (!signal.aborted)
      log.warn({ code: toAppError(error).code, err: error }, 'search for missed shares failed')
  }
}
