import type { FileUpload, Models, SentFile } from '../../../models/index.ts'
import type { Log } from '../lease/index.ts'
import {
  CLAIM_MS,
  type ClaimedUpload,
  RETENTION_CLAIM,
  type StripOptions,
  stripUpload,
} from './strip-upload.ts'

interface RemoveOldValuesOptions extends StripOptions {
  /** Values of files shared more than this many days ago are deleted. */
  readonly days: number
  readonly log: Pick<Log, 'info'>
}

const DAY_MS = 86_400_000

/**
 * Deletes the values of old files' rows: cells, and field values before and after. Counts stay, and so does
 * which file changed which field of which customer, when and by whom. Files are processed oldest first, in
 * batches, each by one process; an interrupted one is continued. The bot's own files with such values are
 * deleted from Slack.
 *
 * @returns the number of files and rows
 * @throws AppError slack_unavailable; driver errors; the next run continues
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
      // A queued undo or switch goes first; the next run checks this file again.
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

/** Comparisons and other files sent to one person. */
async function deleteSentFiles(
  { models, days, deleteFile, signal }: RemoveOldValuesOptions,
  now: Date,
): Promise<void> {
  const { collection } = models.sentFiles
  const old = collection.find<SentFile>({ sent_at: { $lt: daysBefore(days, now) } })
  for await (const { _id } of old) {
    if (signal?.aborted) return
    if (await deleteFile(_id)) await collection.deleteOne({ _id: _id })
  }
}

const daysBefore = (days: number, now: Date): Date => new Date(now.getTime() - days * DAY_MS)

/** After this claim the file can't be undone, which must be certain before the first value is deleted. */
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
 * True if the values of any row were or are being deleted. Then the record kind can't be switched, because
 * records are split and merged from those values.
 */
export async function hasRemovedValues({ fileUploads }: Models): Promise<boolean> {
  const found = await fileUploads.collection.findOne(
    { retention: { $exists: true } },
    { projection: { _id: 1 } },
  )
  return found !== null
}
