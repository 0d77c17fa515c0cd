import { toAppError } from '../errors.ts'
import type { FoundShare, KnownShares } from '../uploads/known-shares.ts'
import type { Log } from '../uploads/ports.ts'
import type { UploadQueue } from '../uploads/upload-queue.ts'

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
  readonly onShareQueued: () => void
  readonly log: Log
}

export interface CatchUpOptions {
  /** Milliseconds: younger shares are left to their events, which are on their way. */
  readonly graceMs: number
}

/** Looks through the channels once and queues what was missed. @returns how many shares that were */
export type CatchUp = (options: CatchUpOptions) => Promise<number>

const MOST_REMEMBERED = 10_000

/**
 * Finds the shares nobody told the bot of: it was down, an event got lost, the connection was away. They are queued in
 * the order they were made; the queue then puts them where they belong among the others.
 */
export function createCatchUp({ place, known, queue, onShareQueued, log }: CatchUpDeps): CatchUp {
  // What turned out to be none of ours is forgotten by the queue, and must not be looked into at every turn.
  const queued = new Set<string>()
  const keyOf = (share: FoundShare) => `${share.channel} ${share.fileId} ${share.sharedAt.getTime()}`

  async function findMissed(channel: string, { graceMs }: CatchUpOptions): Promise<FoundShare[]> {
    const now = new Date()
    const since = await known.lookFrom(channel, now)
    const missed: FoundShare[] = []
    for (const share of await place.listShares(channel, since)) {
      const age = now.getTime() - share.sharedAt.getTime()
      if (share.sharedAt < since || age < graceMs || queued.has(keyOf(share))) continue
      if (!(await known.isKnown(share))) missed.push(share)
    }
    return missed
  }

  return async (options) => {
    const missed: FoundShare[] = []
    for (const channel of await place.listChannels()) {
      try {
        missed.push(...(await findMissed(channel, options)))
      } catch (error) {
        // The other channels are looked through all the same; this one is at the next turn.
        log.warn({ code: toAppError(error).code, err: error }, 'a channel was not looked through')
      }
    }
    // Two messages of the same millisecond have an order, too; in the queue it becomes that of the numbers.
    missed.sort((a, b) => Number(a.ts) - Number(b.ts))
    let count = 0
    for (const share of missed) {
      const { channel, fileId, user, sharedAt } = share
      const { upload, isNew } = await queue.queueSlackShare({
        team: place.team(),
        channel,
        user,
        fileId,
        sharedAt,
      })
      if (queued.size >= MOST_REMEMBERED) queued.clear()
      queued.add(keyOf(share))
      if (!isNew) continue
      count += 1
      log.info({ upload: upload.number }, 'missed share queued')
    }
    if (count > 0) onShareQueued()
    return count
  }
}
