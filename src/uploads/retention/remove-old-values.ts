import type { FileUpload, Models, SentFile } from '../../../models/index.ts'
import type { Log } from '../lease/index.ts'
import {
  CLAIM_MS,
  type ClaimedUpload,
  RETENTION_CLAIM,
  type StripOptions,
  stripUpload,
} from './strip-upload.ts'

export interface RemoveOldValuesOptions extends StripOptions {
  /** Values of files shared longer ago than this go. */
  readonly days: number
  readonly log: Pick<Log, 'info'>
}

const DAY_MS = 86_400_000

/**
 * Takes the values out of the rows of old files: what the cells held, and what fields were and became. Which file
 * changed which field of whom, when and by whom, and every count stay. Files are done oldest first, in batches, each
 * by one process; one that broke off is gone on with. Files the bot handed out with such values are deleted.
 *
 * @returns how many files and rows that were
 * @throws AppError slack_unavailable; whatever the driver throws: the next turn goes on
 */
export async function removeOldValues(
  options: RemoveOldValuesOptions,
  now: Date,
): Promise<{ readonly files: number; readonly rows: number }> {
  const { models, log, signal } = options
  const done = { files: 0, rows: 0 }
  const postponed: FileUpload['_id'][] = []
  while (!signal?.aborted) {
    const upload = await claimNext(options, now, postponed)
    if (!upload) break
    if (await areValuesNeeded(models, upload)) {
      // An undo or a switch that was asked for goes first; this file is looked at again at the next turn.
      await models.fileUploads.collection.updateOne({ _id: upload._id }, { $unset: { retention: '' } })
      postponed.push(upload._id)
      continue
    }
    const rows = await stripUpload(options, upload)
    done.rows += rows.count
    if (!rows.isComplete) continue
    done.files += 1
    log.info({ upload: upload.number, rows: rows.count }, 'old values removed')
  }
  await deleteSentFiles(options, now)
  return done
}

/** Comparisons and the like that were sent to one person. */
async function deleteSentFiles(
  { models, days, deleteFile, signal }: RemoveOldValuesOptions,
  now: Date,
): Promise<void> {
  const { collection } = models.sentFiles
  const old = collection.find<SentFile>({ sent_at: { $lt: daysBefore(days, now) } })
  for await (const { _id } of old) {
    if (signal?.aborted) return
    if (await deleteFile(_id)) await collection.deleteOne({ _id: _id as never })
  }
}

const daysBefore = (days: number, now: Date): Date => new Date(now.getTime() - days * DAY_MS)

/** From here on the file cannot be undone any more: that is decided before the first value goes. */
async function claimNext(
  { models, days, claimMs = CLAIM_MS }: RemoveOldValuesOptions,
  now: Date,
  postponed: readonly FileUpload['_id'][],
): Promise<ClaimedUpload | null> {
  const old = {
    shared_at: { $lt: daysBefore(days, now) },
    status: { $in: ['done', 'failed', 'undone'] },
    'retention.done_at': { $exists: false },
    _id: { $nin: [...postponed] },
  }
  const claimed = await RETENTION_CLAIM.take(models.fileUploads, old, {
    ms: claimMs,
    set: {
      'retention.began_at': { $ifNull: ['$retention.began_at', '$$NOW'] },
      'retention.line': { $ifNull: ['$retention.line', 0] },
    },
    sort: { shared_at: 1 },
  })
  return claimed as ClaimedUpload | null
}

async function areValuesNeeded(models: Models, upload: FileUpload): Promise<boolean> {
  const file = upload.kind === 'undo' ? upload.undo_of.file : upload._id
  const open = await models.fileUploads.collection.findOne(
    { $or: [{ 'undo_of.file': file, 'undo_of.open': true }, { 'switch_of.open': true }] },
    { projection: { _id: 1 } },
  )
  return open !== null
}

/**
 * Whether the values of any row were removed, or are being removed. What a record is can then no longer be switched:
 * records are told apart, and put together, from what the files said.
 */
export async function hasRemovedValues({ fileUploads }: Models): Promise<boolean> {
  const found = await fileUploads.collection.findOne(
    { retention: { $exists: true } },
    { projection: { _id: 1 } },
  )
  return found !== null
}
