import { isTransientFailure, toAppError } from '../errors.ts'
import { pause, retry } from '../retry.ts'
import type { LookTurn, LookTurns } from '../stores/index.ts'
import type { Log } from '../uploads/lease/index.ts'
import type { FoundShare, KnownShares } from '../uploads/queries/index.ts'
import type { UploadQueue } from '../uploads/worker/index.ts'

/** Where shares are made, for searching them afterwards. */
export interface SharePlace {
  readonly team: () => string
  /** The bot's channels. */
  listChannels(): Promise<string[]>
  /** Shares in these channels that may be importable, in any order. */
  listShares(channels: ReadonlySet<string>, since: Date): Promise<FoundShare[]>
}

interface CatchUpDeps {
  readonly place: SharePlace
  readonly known: KnownShares
  /** One process searches at a time. */
  readonly turns: LookTurns
  readonly queue: Pick<UploadQueue, 'queueSlackShare'>
  /** Since when this process receives events: later shares in its channels are imported. */
  readonly listensSince: () => Date
  readonly onShareQueued: () => void
  readonly log: Log
}

interface CatchUpOptions {
  /** Milliseconds: the events of younger shares are still on their way. */
  readonly graceMs: number
  /** Milliseconds: no search if another process searched up to then. The search at start always runs. */
  readonly freshMs?: number
}

/**
 * Searches all channels once and queues missed shares, unless another process has done so.
 * @returns the number of queued shares
 * @throws AppError the failure of the search
 */
export type CatchUp = (options: CatchUpOptions) => Promise<number>

const MAX_REMEMBERED = 10_000
/** A share has Slack's time, the start has this machine's: their clocks may differ by this much. */
const CLOCKS_DIFFER_MS = 5_000
/**
 * Events and Slack's lists are late by hours at most, so each search starts this long before the last one.
 */
const LATE_MS = 24 * 60 * 60_000
/** Pause between checks whether another process has finished. */
const ASK_EVERY_MS = 1_000

/**
 * Finds shares without an event: the bot was down, an event was lost, the connection was interrupted. They
 * are queued in share order; the queue sorts them among the others.
 */
export function createCatchUp(deps: CatchUpDeps): CatchUp {
  const { place, known, turns, queue, listensSince, onShareQueued, log } = deps
  // Shares that are not imported are deleted from the queue; they must not be checked again in every search.
  const queued = new Set<string>()
  const keyOf = (share: FoundShare) => `${share.channel} ${share.fileId} ${share.sharedAt.getTime()}`

  // By channel. The bot is in those of the first list since it started; it joined the others later.
  let knownFrom: Map<string, Date> | undefined

  async function listChannels(): Promise<Map<string, Date>> {
    const channels = await place.listChannels()
    const newFrom =
      knownFrom === undefined ? new Date(listensSince().getTime() - CLOCKS_DIFFER_MS) : new Date()
    knownFrom = new Map(channels.map((channel) => [channel, knownFrom?.get(channel) ?? newFrom]))
    return knownFrom
  }

  /** From when each channel must be searched. */
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
    // Messages of the same millisecond are ordered by `ts`; in the queue their numbers keep the order.
    return missed.sort((a, b) => Number(a.ts) - Number(b.ts))
  }

  /** @returns true if the share was unknown until now */
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
/** With doubling pauses, about as long as until the next scheduled search. */
const MAX_ATTEMPTS = 7

interface InsistOptions extends CatchUpOptions {
  readonly signal: AbortSignal
  readonly log: Log
  readonly firstPauseMs?: number
}

/** Retries a failed search soon. Never fails: the scheduled search finds the rest. */
export async function insistOnCatchUp(catchUp: CatchUp, options: InsistOptions): Promise<void> {
  const { graceMs, signal, log, firstPauseMs = FIRST_PAUSE_MS } = options
  try {
    await retry(() => catchUp({ graceMs }), {
      signal,
      attempts: MAX_ATTEMPTS,
      firstPauseMs,
      longestPauseMs: LONGEST_PAUSE_MS,
      shouldRetry: isTransientFailure,
    })
  } catch (error) {
    if (!signal.aborted)
      log.warn({ code: toAppError(error).code, err: error }, 'search for missed shares failed')
  }
}
