import { hostname } from 'node:os'
import {
  type CliColumn,
  type FileUpload,
  isDuplicateKey,
  type Models,
  updateMatching,
} from '../../../models/index.ts'
import { aroundShare, type CountAhead, countAhead, countAheadOfNew, nameShare } from '../lease/index.ts'
import { queueImport } from './queue-import.ts'
import { forgetPreviewRequest, isPreviewRequested } from './request-preview.ts'

/**
 * A file shared in a channel. The same team, channel, file and time is the same share, however often it is
 * reported.
 */
export interface SlackShare {
  readonly team: string
  readonly channel: string
  readonly user: string
  readonly fileId: string
  readonly sharedAt: Date
  /** `ts` of the message, if known: a share's event does not name it. */
  readonly ts?: string
}

/** A file named on the command line. */
interface CliShare {
  readonly path: string
  readonly user: string
  readonly sharedAt: Date
  /** The phone column: its header, or its position from 1. */
  readonly phoneColumn?: string
  /** The file's encoding. */
  readonly encoding?: string
  /** The sheet of the list: its name, or its tab position from 1. */
  readonly sheet?: string
  /** Targets of single columns. */
  readonly columns?: readonly CliColumn[]
  /** Preview only, then hold. */
  readonly dryRun?: true
  /** Import even if the guard would hold it. */
  readonly anyway?: true
}

export interface QueuedShare {
  readonly upload: FileUpload
  /** False if this share is already known. */
  readonly isNew: boolean
}

export interface UploadQueue {
  /** @throws driver errors */
  queueSlackShare(share: SlackShare): Promise<QueuedShare>
  queueCliShare(share: CliShare): Promise<QueuedShare>
  /**
   * Stores the name and the message of a file that waits; its event contains its id only.
   * @param seen `ts` of the message that shares it, if it is visible, and the reaction that will be added to it. Nothing of
   * them is stored if another upload has that message: its run decides
   * @returns the upload with them; undefined if they were not stored, or known before
   */
  learnShare(
    upload: FileUpload,
    name: string,
    seen?: { readonly ts: string; readonly reaction?: string | undefined },
  ): Promise<FileUpload | undefined>
  /** Number of uploads before this one. */
  countAhead(upload: FileUpload): Promise<number>
  /** The same for an upload that was queued just now. */
  countAheadOfNew(upload: FileUpload, which?: CountAhead): Promise<number>
}

/** Stores shares as queued uploads; the worker runs them. */
export function createUploadQueue({ models }: { models: Models }): UploadQueue {
  const uploads = models.fileUploads.collection

  // Reports of one share wait for each other within this process, so that no number is wasted.
  const beingWritten = new Map<string, Promise<unknown>>()

  async function queueInTurn(share: SlackShare): Promise<QueuedShare> {
    const key = `${share.channel} ${share.fileId}`
    const before = beingWritten.get(key) ?? Promise.resolve()
    const work = before.then(() => queueSlackShare(share))
    const over = work.catch(() => {})
    beingWritten.set(key, over)
    try {
      return await work
    } finally {
      if (beingWritten.get(key) === over) beingWritten.delete(key)
    }
  }

  async function queueSlackShare(share: SlackShare): Promise<QueuedShare> {
    const { team, channel, user, fileId, sharedAt, ts } = share
    const message = ts === undefined ? undefined : nameShare({ channel, fileId, ts })
    const sameFile = {
      'source.kind': 'slack',
      'source.file_id': fileId,
      'source.channel': channel,
      kind: 'import',
      // A file read again is no share.
      reread_of: { $exists: false },
    }
    const [known, preview_wanted] = await Promise.all([
      findSameShare(sameFile, sharedAt, message),
      isPreviewRequested(models, share),
    ])
    if (known) return { upload: known, isNew: false }
    try {
      const source = { kind: 'slack', team, channel, user, file_id: fileId } as const
      const upload = await queueImport(models, {
        source,
        name: fileId,
        sharedAt,
        ...(preview_wanted && { preview_wanted }),
        ...(message !== undefined && { message }),
      })
      if (preview_wanted) await forgetPreviewRequest(models, share)
      return await dropRepeatedShare(sameFile, { upload, isNew: true })
    } catch (error) {
      // Two deliveries at the same time: the unique index accepts one.
      const other = isDuplicateKey(error) ? await findSameShare(sameFile, sharedAt, message) : null
      if (!other) throw error
      return { upload: other, isNew: false }
    }
  }

  /**
   * The uploads of one share, the lowest number first. Two messages are two shares, however close in time; if
   * one message is unknown, the time decides.
   */
  async function findSameShares(
    sameFile: object,
    sharedAt: Date,
    message: string | undefined,
    limit: number,
  ): Promise<FileUpload[]> {
    const near = { shared_at: aroundShare(sharedAt) }
    const isSame = message ? { $or: [{ message }, { message: { $exists: false }, ...near }] } : near
    // One or two: sorted here, which costs less than in the database.
    const same = await uploads.find<FileUpload>({ ...sameFile, ...isSame }).toArray()
    return same.sort((a, b) => a.number - b.number).slice(0, limit)
  }

  async function findSameShare(...share: [object, Date, string | undefined]): Promise<FileUpload | null> {
    const [first] = await findSameShares(...share, 1)
    return first ?? null
  }

  /**
   * The event of a share and the search for missed ones can store it at the same moment, with times that the
   * unique index treats as different. Both look again afterwards and keep the lower number. If one is already
   * running, its message is taken (`claimMessage`).
   */
  async function dropRepeatedShare(sameFile: object, queued: QueuedShare): Promise<QueuedShare> {
    const { upload } = queued
    const [first, second] = await findSameShares(sameFile, upload.shared_at, upload.message, 2)
    const isUntouched = { status: 'queued', started_at: { $exists: false } } as const
    if (first && first.number < upload.number) {
      const { deletedCount } = await uploads.deleteOne({ _id: upload._id, ...isUntouched })
      // Already deleted: the upload with the lower number was first.
      const isGone = deletedCount > 0 || !(await uploads.findOne({ _id: upload._id }))
      return isGone ? { upload: first, isNew: false } : queued
    }
    // Nearly always: nobody else has stored this share.
    if (!second && upload.message === undefined) return queued
    const others = { shared_at: aroundShare(upload.shared_at), number: { $gt: upload.number } }
    if (upload.message === undefined) Object.assign(others, { message: { $exists: false } })
    await uploads.deleteMany({ ...sameFile, ...others, ...isUntouched })
    return queued
  }

  async function queueCliShare(share: CliShare): Promise<QueuedShare> {
    const { path, user, sharedAt, phoneColumn, encoding, sheet, columns } = share
    const name = path.split(/[\\/]/).at(-1) ?? path
    const shown = {
      ...(phoneColumn !== undefined && { phone_column: phoneColumn }),
      ...(sheet !== undefined && { sheet }),
      ...(columns && columns.length > 0 && { columns: [...columns] }),
    }
    const read = encoding === undefined ? {} : { encoding }
    const anyway = share.anyway ? { anyway: share.anyway } : {}
    const source = { kind: 'cli', host: hostname(), path, user, ...shown, ...read, ...anyway } as const
    const wanted = share.dryRun && { preview_wanted: share.dryRun }
    return { upload: await queueImport(models, { source, name, sharedAt, ...wanted }), isNew: true }
  }

  return {
    queueSlackShare: queueInTurn,
    queueCliShare,
    async learnShare({ _id, source }, name, seen) {
      if (source.kind !== 'slack') return undefined
      const unnamed = { _id, 'file.name': source.file_id }
      if (!seen) {
        await uploads.updateOne(unnamed, { $set: { 'file.name': name } })
        return undefined
      }
      const { ts, reaction } = seen
      const message = nameShare({ channel: source.channel, fileId: source.file_id, ts })
      const change = {
        $set: { 'file.name': name, message },
        ...(reaction !== undefined && { $addToSet: { 'receipt.reactions': reaction } }),
      }
      try {
        return (await updateMatching(models.fileUploads, unnamed, change)) ?? undefined
      } catch (error) {
        if (!isDuplicateKey(error)) throw error
        await uploads.updateOne(unnamed, { $set: { 'file.name': name } })
        return undefined
      }
    },
    countAhead: (upload) => countAhead(models, upload),
    countAheadOfNew: (upload, which) => countAheadOfNew(models, upload, which),
  }
}
