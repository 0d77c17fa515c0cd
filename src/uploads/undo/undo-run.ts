import {
  type FileUpload,
  isDuplicateKey,
  type Models,
  UNDO_OUTCOMES,
  type UndoCounts,
  type UndoKept,
  type UndoOutcome,
  type UndoRow,
  type UndoUpload,
} from '../../../models/index.ts'
import { AppError } from '../../errors.ts'
import { openTimeline } from '../history/index.ts'
import { assertLeased, confirmRead, type LeasedRun, retryBatch, saveCheckpoint } from '../lease/index.ts'
import { removeWordsOfDeleted } from '../names/index.ts'
import { emptyCounts } from '../results/index.ts'
import { hasRemovedValues } from '../retention/index.ts'
import { rowsBehind, rowsBetween, rowsOf } from '../rows/index.ts'
import { restoreWords } from './restore-words.ts'
import { planUndo, readNextRows, type UndoSubject } from './select-undo-rows.ts'
import { findUnwritten, writeUndone } from './undo-write.ts'

interface UndoContext {
  readonly models: Models
  readonly signal: AbortSignal
  readonly onProgress: (upload: FileUpload, customers: number) => void
}

/** Maximum of not undone customers that the receipt names. */
const MAX_KEPT = 10
/** How often a batch is planned again when something else keeps changing its customers. */
const MAX_ROUNDS = 5

/**
 * Undoes or restores a file, from its first customer or after an earlier run's checkpoint. As in imports,
 * rows are recorded first, under ids that depend on undo and line only; customers are written from these
 * rows.
 *
 * @param undo leased by this run
 * @returns the counts of the stored rows
 * @throws AppError undo_overtaken if the file changed after the undo was requested
 */
export async function runUndo(
  { models, signal, onProgress }: UndoContext,
  undo: UndoUpload,
): Promise<{ readonly counts: UndoCounts; readonly kept: UndoKept[] }> {
  const run = { models, upload: undo, signal }
  const subject = await openSubject(models, undo)
  // The retention policy began to delete its values after the request.
  if (subject.file.retention) throw new AppError('values_removed', { file: subject.file.file.name })
  if (!isStillDue(subject)) throw new AppError('undo_overtaken', { file: subject.file.file.name })
  let checkpoint = undo.checkpoint ?? { line: 0, counts: emptyCounts() }
  const prepare = (line: number) => ignoreRejection(prepareBatch(models, subject, line))
  let ahead = prepare(checkpoint.line)
  try {
    for (;;) {
      signal.throwIfAborted()
      const batch = await retryBatch(run, (isFirstTry) => (isFirstTry ? ahead : prepare(checkpoint.line)))
      const last = batch.firsts.at(-1)
      if (!last) break
      // The next batch is read and planned while this one is written: no customer is in two batches.
      ahead = prepare(last.line)
      const written = await retryBatch(run, async (isFirstTry) =>
        writePrepared(run, subject, isFirstTry ? batch : await prepare(checkpoint.line)),
      )
      const counts = { ...checkpoint.counts, rows: checkpoint.counts.rows + written.length }
      checkpoint = { line: last.line, counts }
      await saveCheckpoint(models, undo, checkpoint)
      onProgress(undo, counts.rows)
    }
  } finally {
    await Promise.allSettled([ahead])
  }
  await updateStatuses(models, subject)
  return { counts: await countUndone(models, undo), kept: await findKept(models, undo) }
}

/**
 * After a failed undo: deletes the rows whose customer was not written.
 * @returns the counts of what was done
 */
export async function finishFailedUndo(models: Models, undo: FileUpload): Promise<UndoCounts> {
  await assertLeased(models, undo)
  const { collection } = models.uploadRows
  const rows = await collection.find<UndoRow>(rowsBehind(undo, undo.checkpoint?.line ?? 0)).toArray()
  const open = await findUnwritten(models, rows)
  if (open.length > 0)
    await collection.deleteMany({ upload: undo._id, _id: { $in: open.map(({ _id }) => _id) } })
  const deleted = new Set(open.map(({ line }) => line))
  await removeWordsOfDeleted(models, undo, {
    after: undo.checkpoint?.line ?? 0,
    kept: new Set(rows.flatMap(({ line }) => (deleted.has(line) ? [] : [line]))),
    own: open.flatMap(({ search = [] }) => search),
  })
  return await countUndone(models, undo)
}

/** Counts what the undo would do, without writes. */
export async function forecastUndo(
  models: Models,
  undo: UndoSubject['undo'],
  file: FileUpload,
  onCounted: (customers: number) => Promise<void> = async () => {},
): Promise<UndoCounts> {
  const timeline = await openTimeline(models)
  await timeline.learn([file._id, undo._id])
  const counts = emptyUndoCounts()
  const read = (line: number) => ignoreRejection(readNextRows(models, { file, timeline }, line))
  let planning: Promise<readonly UndoRow[]> = Promise.resolve([])
  const count = async () => {
    for (const { outcome } of await planning) {
      counts.rows++
      counts[outcome]++
    }
    await onCounted(counts.rows)
  }
  for (let ahead = read(0); ; ) {
    const firsts = await ahead
    const last = firsts.at(-1)
    if (!last) break
    ahead = read(last.line)
    // The database finds the customers of this batch while the previous one is decided.
    const next = ignoreRejection(planUndo(models, { undo, file, timeline }, firsts))
    await count()
    planning = next
  }
  await count()
  return counts
}

/** Finds the first customers with something not undone, in file order. */
async function findKept(models: Models, undo: FileUpload): Promise<UndoKept[]> {
  const rows = await models.uploadRows.collection
    .find<UndoRow>({ ...rowsOf(undo), outcome: 'kept' })
    .sort({ _id: 1 })
    .limit(MAX_KEPT)
    .toArray()
  return rows.flatMap(({ line, kept }) => (kept ? [{ line, ...kept }] : []))
}

function emptyUndoCounts(): UndoCounts {
  return { rows: 0, restored: 0, removed: 0, kept: 0 }
}

async function openSubject(models: Models, undo: UndoUpload): Promise<UndoSubject> {
  const file = await models.fileUploads.collection.findOne<FileUpload>({ _id: undo.undo_of.file })
  if (!file) throw new AppError('undo_overtaken', { file: undo.file.name })
  const timeline = await openTimeline(models)
  await timeline.learn([file._id, undo._id])
  return { undo, file, timeline }
}

/** Also true if an earlier run had reached the last step. */
function isStillDue({ undo: { _id, undo_of }, file }: UndoSubject): boolean {
  const isOurs = file.undone_by?.upload.equals(_id) === true
  if (undo_of.action === 'take_back') return isOurs || file.status === 'done' || file.status === 'failed'
  return file.status !== 'undone' || file.undone_by?.upload.equals(undo_of.upload) === true
}

/** The next customers of the file with their undo plans. Nothing is written yet. */
interface PreparedBatch {
  readonly firsts: Parameters<typeof planUndo>[2]
  /** Rows recorded by an earlier run, which are used unchanged. */
  readonly known: readonly UndoRow[]
  readonly planned: readonly UndoRow[]
}

async function prepareBatch(models: Models, subject: UndoSubject, afterLine: number): Promise<PreparedBatch> {
  const firsts = await readNextRows(models, subject, afterLine)
  const [first, last] = [firsts[0], firsts.at(-1)]
  if (!first || !last) return { firsts, known: [], planned: [] }
  const lines = rowsBetween(subject.undo, first.line, last.line)
  const known = await models.uploadRows.collection.find<UndoRow>(lines).toArray()
  const done = new Set(known.map(({ line }) => line))
  const open = firsts.filter(({ line }) => !done.has(line))
  return { firsts, known, planned: await planUndo(models, subject, open) }
}

/** Prevents an unhandledRejection; callers still get the error when they await. */
function ignoreRejection<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}

async function writePrepared(
  { models, upload }: LeasedRun,
  subject: UndoSubject,
  { firsts, known, planned }: PreparedBatch,
): Promise<readonly UndoRow[]> {
  const isStripped = await hasRemovedValues(models)
  const withWords = async (rows: readonly UndoRow[]) =>
    isStripped ? await restoreWords(models, subject.undo, firsts[0]?.line ?? 0, rows) : rows
  const recorded = await recordUndone(models, { known, planned: await withWords(planned) })
  let open = await writeUndone(models, recorded)
  for (let round = 1; open.length > 0; round++) {
    if (round === MAX_ROUNDS) throw new AppError('database_failed', {}, new Error('customers keep changing'))
    // A run whose lease expired must not plan again: another run may have written since.
    await assertLeased(models, upload)
    // Something outside the bot wrote in between; its values stay, so these rows are planned again.
    const lines = new Set(open.map(({ line }) => line))
    const replanned = await withWords(
      await planUndo(
        models,
        subject,
        firsts.filter(({ line }) => lines.has(line)),
      ),
    )
    await models.uploadRows.collection.bulkWrite(
      replanned.map((row) => ({
        replaceOne: {
          // `upload` and `line` beside the id: a cluster may shard the rows by them (docs/operations.md).
          filter: { _id: row._id, upload: row.upload, line: row.line },
          replacement: row,
          upsert: true,
        },
      })),
      { ordered: false },
    )
    open = await writeUndone(models, replanned, { isPlannedNow: true })
  }
  return recorded
}

/** Returns the undo's rows as stored; rows of an earlier run are kept. */
async function recordUndone(
  models: Models,
  { known, planned }: Omit<PreparedBatch, 'firsts'>,
): Promise<UndoRow[]> {
  await confirmRead(
    models.uploadRows.collection,
    known.map(({ _id, upload, line }) => ({ filter: { _id, upload, line }, same: { line } })),
  )
  try {
    if (planned.length > 0) await models.uploadRows.collection.insertMany([...planned], { ordered: false })
  } catch (error) {
    // Another run recorded them in the meantime: this one has lost its lease.
    if (isDuplicateKey(error)) throw new AppError('lease_lost', {}, error)
    throw error
  }
  return [...known, ...planned].sort((a, b) => a.line - b.line)
}

/** Sets the status of each affected upload. Safe to repeat. */
async function updateStatuses(models: Models, { undo, file }: UndoSubject): Promise<void> {
  const { undo_of } = undo
  const uploads = models.fileUploads.collection
  // A process that is posting the earlier state must not mark this one as posted.
  const endPosting = { $unset: 'receipt.claimed_until' }
  const markUndone = (_id: FileUpload['_id']) =>
    uploads.updateOne({ _id, 'undone_by.upload': { $ne: undo._id } }, [
      {
        $set: {
          status: 'undone',
          undone_by: { upload: undo._id, number: undo.number },
          'receipt.due': { $eq: ['$source.kind', 'slack'] },
        },
      },
      endPosting,
    ])
  const markValid = (_id: FileUpload['_id']) =>
    uploads.updateOne({ _id, status: 'undone' }, [
      {
        $set: {
          status: { $cond: [{ $eq: [{ $type: '$problem' }, 'missing'] }, 'done', 'failed'] },
          'receipt.due': { $eq: ['$source.kind', 'slack'] },
        },
      },
      { $unset: 'undone_by' },
      endPosting,
    ])

  if (!undo_of.upload.equals(file._id)) {
    await markUndone(undo_of.upload)
    const undone = await uploads.findOne<FileUpload>({ _id: undo_of.upload })
    if (undone?.kind === 'undo') await markValid(undone.undo_of.upload)
  }
  if (undo_of.action === 'take_back') await markUndone(file._id)
  else await markValid(file._id)
}

async function countUndone(models: Models, undo: FileUpload): Promise<UndoCounts> {
  const groups = await models.uploadRows.collection
    .aggregate<{ _id: UndoOutcome; n: number }>([
      { $match: { ...rowsOf(undo), outcome: { $in: [...UNDO_OUTCOMES] } } },
      { $group: { _id: '$outcome', n: { $sum: 1 } } },
    ])
    .toArray()
  const counts = emptyUndoCounts()
  for (const { _id, n } of groups) {
    counts[_id] += n
    counts.rows += n
  }
  return counts
}
