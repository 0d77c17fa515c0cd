import { type FileUpload, type Models, repeatUpsert, WORKBOOKS_READ_SINCE } from '../../../models/index.ts'
import { aroundShare, nameShare } from '../lease/index.ts'

/** A share as Slack's history reports it. */
export interface FoundShare {
  readonly channel: string
  readonly fileId: string
  readonly user: string
  /** The time of the message that shares the file. */
  readonly sharedAt: Date
  /** The message's `ts`: seconds with six decimals, more precise than a Date. */
  readonly ts: string
  /** `ts` of the thread for the reply. */
  readonly thread: string
  /** A workbook, or an archive that may hold one. Earlier versions did not read them. */
  readonly isWorkbook: boolean
}

/** @throws driver errors */
export interface KnownShares {
  /** The bot joined a channel, perhaps again: files shared there before are not imported. */
  recordEvent(channel: string, at: Date): Promise<void>
  /**
   * From when a channel must be searched. Never before the bot first knew of the channel: that time is
   * stored, from `knownFrom` if there is none yet.
   */
  lookFrom(channel: string, knownFrom: Date): Promise<Date>
  isKnown(share: FoundShare): Promise<boolean>
}

/** Events are late by hours at most, so a search starts this long before the last known share. */
const LOOK_BACK_MS = 24 * 60 * 60_000

/** The stored shares, to compare with those of a channel. */
export function createKnownShares({ models }: { models: Models }): KnownShares {
  const uploads = models.fileUploads.collection

  /** Stored once per channel: files shared before the bot joined are not imported. */
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
    await repeatUpsert(() => models.counters.collection.updateOne(keyOf(channel), update, { upsert: true }))
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

  /** Undefined if no earlier version ever ran on this database. */
  async function workbooksReadSince(): Promise<Date | undefined> {
    const kept = await models.counters.collection.findOne({ _id: WORKBOOKS_READ_SINCE })
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
          // Its message is not known yet and may be this one: the next search decides.
          { ...unnamed, status: { $in: ['queued', 'running'] } },
          { ...unnamed, 'source.thread': thread },
          // An event's time is close to, but not the same as, its message's time.
          { ...unnamed, shared_at: aroundShare(sharedAt) },
        ],
      },
      { projection: { _id: 1 } },
    )
    return known !== null
  }

  return {
    recordEvent: (channel, at) => writeDown(channel, { $max: { value: at.getTime() } }),
    lookFrom,
    isKnown,
  }
}

/**
 * Before the upgrade, a workbook was answered with how to save it as CSV; that CSV may have been shared
 * since.
 */
const sharedBeforeUpgrade = ({ sharedAt }: FoundShare, since: Date | undefined): boolean =>
  since !== undefined && sharedAt < since

const keyOf = (channel: string) => ({ _id: `hears ${channel}` })
