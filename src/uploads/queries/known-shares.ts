import {
  type FileUpload,
  isDuplicateKey,
  type Models,
  toDatabaseError,
  WORKBOOKS_READ_SINCE,
} from '../../../models/index.ts'
import { aroundShare, nameShare } from '../lease/index.ts'

/** A share as the place it was made in tells it afterwards. */
export interface FoundShare {
  readonly channel: string
  readonly fileId: string
  readonly user: string
  /** When the message that shares the file was written. */
  readonly sharedAt: Date
  /** The same as the place says it, finer than a Date can hold: seconds with six decimals. */
  readonly ts: string
  /** Where an answer to it belongs. */
  readonly thread: string
  /** A workbook, or an archive that may hold one. Earlier versions did not read them. */
  readonly isWorkbook: boolean
}

/** @throws AppError database_unavailable, database_failed */
export interface KnownShares {
  /** The bot came into a channel, perhaps once more: what was shared there before is nobody's request. */
  recordEvent(channel: string, at: Date): Promise<void>
  /**
   * From when on a channel has to be looked through. Never before the bot first knew of the channel: that moment is
   * kept, and `knownFrom` is taken for it where there is none yet.
   */
  lookFrom(channel: string, knownFrom: Date): Promise<Date>
  isKnown(share: FoundShare): Promise<boolean>
}

/** Events come late by hours at most: further back than this before the last known share nothing is looked for. */
const LOOK_BACK_MS = 24 * 60 * 60_000

/** What the database knows of shares, against which a channel is compared. */
export function createKnownShares({ models }: { models: Models }): KnownShares {
  const uploads = models.fileUploads.collection

  /** Written down once per channel: what was shared before the bot came is nobody's request to import it. */
  async function listensSince(channel: string, knownFrom: Date): Promise<Date> {
    const first = await uploads.findOne<FileUpload>(
      { 'source.kind': 'slack', 'source.channel': channel },
      { sort: { shared_at: 1 }, projection: { shared_at: 1 } },
    )
    const begin = Math.min(first?.shared_at.getTime() ?? knownFrom.getTime(), knownFrom.getTime())
    await writeDown(channel, { $setOnInsert: { value: begin } })
    const kept = await models.counters.collection.findOne(keyOf(channel))
    return new Date(Number(kept?.value ?? begin))
  }

  async function writeDown(channel: string, update: Record<string, { value: number }>): Promise<void> {
    const write = () => models.counters.collection.updateOne(keyOf(channel), update, { upsert: true })
    try {
      await write()
    } catch (error) {
      // Two processes come to know of a channel at once.
      if (!isDuplicateKey(error)) throw error
      await write()
    }
  }

  async function lookFrom(channel: string, knownFrom: Date): Promise<Date> {
    const since = await listensSince(channel, knownFrom)
    const last = await uploads.findOne<FileUpload>(
      { 'source.kind': 'slack', 'source.channel': channel },
      { sort: { shared_at: -1 }, projection: { shared_at: 1 } },
    )
    const lastEventAt = Math.min((last?.shared_at ?? since).getTime(), Date.now())
    return new Date(Math.max(since.getTime(), lastEventAt - LOOK_BACK_MS))
  }

  /** Undefined where no earlier version ever ran on this database. */
  async function workbooksReadSince(): Promise<Date | undefined> {
    const kept = await models.counters.collection.findOne({ _id: WORKBOOKS_READ_SINCE as never })
    return kept ? new Date(Number(kept.value)) : undefined
  }

  async function isKnown(share: FoundShare): Promise<boolean> {
    if (share.isWorkbook && sharedBeforeUpgrade(share, await workbooksReadSince())) return true
    const { channel, fileId, sharedAt, thread } = share
    const unnamed = { message: { $exists: false } }
    const known = await uploads.findOne(
      {
        'source.kind': 'slack',
        'source.file_id': fileId,
        'source.channel': channel,
        kind: 'import',
        reread_of: { $exists: false },
        $or: [
          { message: nameShare(share) },
          // Nobody has asked yet which message it is of, perhaps this one: then the next look tells.
          { ...unnamed, status: { $in: ['queued', 'running'] } },
          { ...unnamed, 'source.thread': thread },
          // The time an event names is not the time of the message it is about, but close to it.
          { ...unnamed, shared_at: aroundShare(sharedAt) },
        ],
      },
      { projection: { _id: 1 } },
    )
    return known !== null
  }

  return {
    recordEvent: (channel, at) =>
      writeDown(channel, { $max: { value: at.getTime() } }).catch(rethrowTranslated),
    lookFrom: (channel, knownFrom) => lookFrom(channel, knownFrom).catch(rethrowTranslated),
    isKnown: (share) => isKnown(share).catch(rethrowTranslated),
  }
}

/** A workbook of before the upgrade was answered with how to make a CSV of it: its list may have come by now. */
const sharedBeforeUpgrade = ({ sharedAt }: FoundShare, since: Date | undefined): boolean =>
  since !== undefined && sharedAt < since

const keyOf = (channel: string) => ({ _id: `hears ${channel}` as never })

function rethrowTranslated(error: unknown): never {
  throw toDatabaseError(error)
}
