import { AppError, toAppError } from '../errors.ts'
import { pause, retry } from '../retry.ts'
import type { LookTurn, LookTurns } from '../stores/index.ts'
import type { Log } from '../uploads/lease/index.ts'
import type { FoundShare, KnownShares } from '../uploads/queries/index.ts'
import type { UploadQueue } from '../uploads/worker/index.ts'

/** The place shares are made in, asked afterwards. */
export interface SharePlace {
  readonly team: () => string
  /** Channels the bot is in. */
  listChannels(): Promise<string[]>
  /** Shares in these channels that may be the bot's business, in any order. */
  listShares(channels: ReadonlySet<string>, since: Date): Promise<FoundShare[]>
}

export interface CatchUpDeps {
  readonly place: SharePlace
  readonly known: KnownShares
  /** One process looks at a time. */
  readonly turns: LookTurns
  readonly queue: Pick<UploadQueue, 'queueSlackShare'>
  /** From when on this process hears of shares: what is shared in its channels after that is ours to import. */
  readonly listensSince: () => Date
  readonly onShareQueued: () => void
  readonly log: Log
}

export interface CatchUpOptions {
  /** Milliseconds: younger shares are left to their events, which are on their way. */
  readonly graceMs: number
  /** Milliseconds: nobody looks where another process looked as far as that ago. At the start everybody has to be sure. */
  readonly freshMs?: number
}

/**
 * Looks through all channels once and queues what was missed, unless another process has done so.
 * @returns how many shares that were
 * @throws AppError what kept it from looking
 */
export type CatchUp = (options: CatchUpOptions) => Promise<number>

const MAX_REMEMBERED = 10_000
/** Slack writes its own time on a share, ours on the start: the clocks of two machines may differ by this much. */
const CLOCKS_DIFFER_MS = 5_000
/** Events, and what Slack lists, come late by hours at most: so far an earlier look is looked behind. */
const LATE_MS = 24 * 60 * 60_000
/** How often it is asked whether another process is through. */
const ASK_EVERY_MS = 1_000

/**
 * Finds the shares nobody told the bot of: it was down, an event got lost, the connection was away. They are queued in
 * the order they were made; the queue then puts them where they belong among the others.
 */
export function createCatchUp(deps: CatchUpDeps): CatchUp {
  const { place, known, turns, queue, listensSince, onShareQueued, log } = deps
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

  /** From when on each channel has to be looked through. */
  async function listSince(): Promise<Map<string, Date>> {
    const since = new Map<string, Date>()
    for (const [channel, from] of await listChannels())
      since.set(channel, await known.lookFrom(channel, from))
    return since
  }

  async function findMissed(
    foundUntil: Date | undefined,
    { graceMs }: CatchUpOptions,
  ): Promise<FoundShare[]> {
    const now = new Date()
    const since = await listSince()
    if (since.size === 0) return []
    const earliest = Math.min(...[...since.values()].map(Number))
    const from = Math.max(earliest, foundUntil ? foundUntil.getTime() - LATE_MS : earliest)
    const missed: FoundShare[] = []
    for (const share of await place.listShares(new Set(since.keys()), new Date(from))) {
      const age = now.getTime() - share.sharedAt.getTime()
      const isOld = share.sharedAt < (since.get(share.channel) ?? now)
      if (isOld || age < graceMs || queued.has(keyOf(share))) continue
      if (!(await known.isKnown(share))) missed.push(share)
    }
    // Two messages of the same millisecond have an order, too; in the queue it becomes that of the numbers.
    return missed.sort((a, b) => Number(a.ts) - Number(b.ts))
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

  async function look(turn: LookTurn, options: CatchUpOptions): Promise<number> {
    const foundUntil = new Date(Date.now() - options.graceMs)
    let count = 0
    try {
      for (const share of await findMissed(turn.foundUntil, options)) if (await queueMissed(share)) count += 1
    } catch (error) {
      await turn.release().catch(() => undefined)
      throw error
    } finally {
      if (count > 0) onShareQueued()
    }
    await turn.finish(foundUntil)
    return count
  }

  return async (options) => {
    const { graceMs, freshMs } = options
    const until = new Date(Date.now() - graceMs - (freshMs ?? 0))
    for (;;) {
      const turn = await turns.take(until)
      if (turn === 'found') return 0
      if (turn !== 'taken') return await look(turn, options)
      if (freshMs !== undefined) return 0
      await pause(ASK_EVERY_MS)
    }
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
