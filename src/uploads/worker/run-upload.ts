import {
  type FileUpload,
  type ForgetCounts,
  type ForgetUpload,
  type Models,
  type SwitchCounts,
  type SwitchUpload,
  toDatabaseError,
  type UndoCounts,
  type UndoUpload,
  type UploadCounts,
} from '../../../models/index.ts'
import { AppError, type ErrorCode } from '../../errors.ts'
import { formatNumber } from '../../locale.ts'
import { retry } from '../../retry.ts'
import { countOutcomes, dropBehindLast, dropUnapplied } from '../apply/index.ts'
import { queueReread } from '../columns/index.ts'
import { runForget } from '../forget/index.ts'
import { type ImportOptions, importFile } from '../import/index.ts'
import {
  type FileSource,
  finishUpload,
  forgetUpload,
  type Log,
  readLeased,
  resetAttempts,
  storeRecordKind,
  throwIfCancelled,
  type UploadListener,
} from '../lease/index.ts'
import { runSwitch } from '../record-kinds/index.ts'
import { rowsOf } from '../rows/index.ts'
import { finishFailedUndo, runUndo } from '../undo/index.ts'

export interface RunDeps {
  readonly models: Models
  /** Where files can be had from, by kind of source. */
  readonly sources: Partial<Record<FileUpload['source']['kind'], FileSource>>
  readonly listener: UploadListener
  readonly options: ImportOptions
  readonly log: Log
  readonly retry: RetryTiming
  /** Deletes a file the bot has made; false where Slack does not let it. Absent where there is no Slack. */
  readonly deleteFile?: (fileId: string) => Promise<boolean>
  /** Deletes a message the bot has posted. @throws AppError slack_unavailable */
  readonly deleteMessage?: (channel: string, ts: string) => Promise<boolean>
  /** Why the database is away, where this process knows more than the driver does. */
  readonly explainOutage?: () => AppError | undefined
  /** Told once when an upload is over, by the run that ended it. */
  readonly onEnded?: (upload: FileUpload, end: UploadEnd) => void
}

/** How an upload ended: what it did as far as it came, and why it went no further. */
export interface UploadEnd {
  readonly counts?: Readonly<UploadCounts | UndoCounts | ForgetCounts | SwitchCounts>
  readonly problem?: AppError
}

/** First and longest pause between tries when something outside is away, in milliseconds. */
export interface RetryTiming {
  readonly retryMs: number
  readonly longestRetryMs: number
}

/** Trouble that belongs to one file and may pass, but must not hold up the files behind it for long. */
const FEW_TRIES: ReadonlySet<ErrorCode> = new Set(['file_unreachable', 'file_truncated'])
const MAX_TRIES = 5
/** Ends that whoever runs the bot should look at. */
const OUR_FAULTS: ReadonlySet<ErrorCode> = new Set(['unexpected', 'database_failed', 'database_refused'])
/** Runs that began and ended without a word or a row written: the file kills whoever reads it. */
const MAX_ATTEMPTS = 5

/**
 * Takes a claimed upload to its end: done, failed with words, or forgotten. Waits out whatever is away (the database,
 * Slack) for as long as it takes; each further try goes on after the checkpoint.
 *
 * @throws the signal's reason when told to stop; AppError lease_lost when another run has taken over
 */
export async function runUpload(deps: RunDeps, upload: FileUpload, signal: AbortSignal): Promise<void> {
  const { log, listener, retry: timing } = deps
  let tries = 0
  await retry(() => runOnce(deps, upload, signal, () => ++tries >= MAX_TRIES), {
    signal,
    attempts: Number.POSITIVE_INFINITY,
    firstPauseMs: timing.retryMs,
    longestPauseMs: timing.longestRetryMs,
    shouldRetry: (error, attempt) => {
      if (!(error instanceof AppError) || !error.isTransient || error.code === 'lease_lost') return false
      log.warn({ upload: upload.number, code: error.code, attempt }, 'upload waits')
      post(deps, upload, () => listener.waiting(upload, explain(deps, error).message))
      post(deps, upload, () => resetAttempts(deps.models, upload))
      return true
    },
  })
}

function explain({ explainOutage }: RunDeps, error: AppError): AppError {
  return (error.code === 'database_unavailable' && explainOutage?.()) || error
}

/** One try from the opening of the file to the last word in the database. */
async function runOnce(
  deps: RunDeps,
  claimed: FileUpload,
  signal: AbortSignal,
  isLastTry: () => boolean,
): Promise<void> {
  const { models, log } = deps
  // As an earlier try left it: with its file's digest and its checkpoint.
  const held = await readLeased(models, claimed).catch(rethrowTranslated)
  const upload = await storeRecordKind(models, held).catch(rethrowTranslated)
  if (!isCancelled(signal)) signal.throwIfAborted()
  try {
    throwIfCancelled(upload)
    const counts = await runLeased(deps, upload, signal)
    if (!counts) return
    log.info({ upload: upload.number, ...counts }, 'upload done')
    deps.onEnded?.(upload, { counts })
  } catch (error) {
    if (signal.aborted && !isCancelled(signal)) throw error
    const problem = toDatabaseError(isCancelled(signal) ? signal.reason : error)
    const isOver = FEW_TRIES.has(problem.code) && isLastTry()
    // Half-way between two kinds of records nobody may go on: what ends a switch is waited out, whatever it is. One
    // that cannot begin is over, or every file would wait behind it for good.
    const isHalfWay = upload.kind === 'switch' && problem.code !== 'switch_needs_values'
    if ((problem.isTransient && !isOver) || isHalfWay) throw problem
    await failUpload(deps, upload, problem)
  }
}

/** Somebody wants it stopped: the run ends with that, and is not left to another. */
function isCancelled({ aborted, reason }: AbortSignal): boolean {
  return aborted && reason instanceof AppError && reason.code === 'cancelled'
}

/** @returns undefined where the upload is not over: it is held, or was no business of the bot */
async function runLeased(
  deps: RunDeps,
  upload: FileUpload,
  signal: AbortSignal,
): Promise<UploadEnd['counts']> {
  switch (upload.kind) {
    case 'import':
      return await importLeased(deps, upload, signal)
    case 'undo':
      return await undoLeased(deps, upload, signal)
    case 'forget':
      return await forgetLeased(deps, upload, signal)
    case 'switch':
      return await switchLeased(deps, upload, signal)
    default:
      return refuseKind(upload)
  }
}

/** A kind that is not handled does not compile. A document without one is of an older process that still runs. */
function refuseKind(upload: never): never {
  throw new AppError('unexpected', {}, new Error(`no such kind of upload: ${(upload as FileUpload).kind}`))
}

async function importLeased(deps: RunDeps, upload: FileUpload, signal: AbortSignal) {
  const { models, options, listener } = deps
  const source = deps.sources[upload.source.kind]
  if (!source)
    throw new AppError('path_unreadable', { path: upload.file.name, reason: 'it is on another machine' })
  if (upload.attempts > MAX_ATTEMPTS) throw new AppError('gave_up', { file: upload.file.name })

  const onProgress = (held: FileUpload, rows: number, bytesRead: number) =>
    post(deps, held, () => listener.progress(held, { rows, bytesRead }))
  const imported = await importFile({ models, source, options, signal, onProgress }, upload)
  if (imported === 'not_for_us') {
    await forgetUpload(models, upload)
    return undefined
  }
  if (imported === 'held') {
    deps.log.info({ upload: upload.number }, 'upload held for a decision')
    return undefined
  }
  await finishUpload(models, imported.upload, { status: 'done', ...imported.result })
  return imported.result.counts
}

async function undoLeased(deps: RunDeps, upload: UndoUpload, signal: AbortSignal) {
  const { models, listener } = deps
  if (upload.attempts > MAX_ATTEMPTS) throw new AppError('gave_up', { file: upload.file.name })
  const onProgress = (held: FileUpload, rows: number) =>
    post(deps, held, () => listener.progress(held, { rows, bytesRead: 0 }))
  // Undone and not to be read again, the file would be gone from the customers.
  if (upload.reread && !upload.checkpoint) await checkFile(deps.sources[upload.source.kind], upload)
  const { counts, kept } = await runUndo({ models, signal, onProgress }, upload)
  const again = await queueReread(models, upload)
  if (again) deps.log.info({ upload: upload.number, again: again.number }, 'file to be read again')
  await finishUpload(models, upload, { status: 'done', undo_counts: counts, undo_kept: kept })
  return counts
}

/** @throws AppError reread_impossible where the file is gone; slack_unavailable */
async function checkFile(source: FileSource | undefined, upload: UndoUpload): Promise<void> {
  try {
    await source?.check?.(upload)
  } catch (error) {
    if (error instanceof AppError && error.isTransient) throw error
    throw new AppError('reread_impossible', { file: upload.file.name }, error)
  }
}

async function forgetLeased(deps: RunDeps, upload: ForgetUpload, signal: AbortSignal) {
  const { models, deleteFile = async () => false, deleteMessage = async () => false } = deps
  if (upload.attempts > MAX_ATTEMPTS) throw new AppError('gave_up', { file: upload.file.name })
  const counts = await runForget({ models, signal, deleteFile, deleteMessage }, upload)
  await finishUpload(models, upload, { status: 'done', forget_counts: counts })
  return counts
}

async function switchLeased(deps: RunDeps, upload: SwitchUpload, signal: AbortSignal) {
  const { models, listener } = deps
  const onProgress = (held: FileUpload, phones: number) =>
    post(deps, held, () => listener.progress(held, { rows: phones, bytesRead: 0 }))
  const counts = await runSwitch({ models, signal, onProgress }, upload)
  await finishUpload(models, upload, { status: 'done', switch_counts: counts })
  return counts
}

async function failUpload(deps: RunDeps, claimed: FileUpload, found: AppError): Promise<void> {
  const { models, log } = deps
  // With the checkpoint it has by now: only the rows behind it can be without customers.
  const upload = await readLeased(models, claimed).catch(rethrowTranslated)
  const applied = await countApplied(models, upload).catch(rethrowTranslated)
  const problem = found.code === 'cancelled' ? await describeCancelled(models, upload) : found
  const { code, message, next } = problem
  const file = nameFile(upload, problem)
  const failed = {
    status: 'failed',
    ...applied,
    problem: { code, message, next },
    ...(file && { file }),
  } as const
  await finishUpload(models, upload, failed).catch(rethrowTranslated)
  const isOurs = OUR_FAULTS.has(code)
  log[isOurs ? 'error' : 'info']({ upload: upload.number, code, err: problem.cause }, 'upload failed')
  deps.onEnded?.(upload, { problem, ...(applied.counts && { counts: applied.counts }) })
}

/** How far it came, now that the rows without customers are taken back. */
async function describeCancelled(models: Models, upload: FileUpload): Promise<AppError> {
  const { file } = upload
  const last = await models.uploadRows.collection
    .findOne<{ line: number }>(rowsOf(upload), { sort: { _id: -1 }, projection: { line: 1 } })
    .catch(rethrowTranslated)
  if (!last) return new AppError('cancelled', { file: file.name })
  const lines = file.lines === undefined ? {} : { lines: formatNumber(Math.max(file.lines, last.line)) }
  return new AppError('cancelled', { file: file.name, line: formatNumber(last.line), ...lines })
}

/** A file that was turned away at the door is known by its id alone; what was wrong with it tells its name. */
function nameFile({ source, file }: FileUpload, { details }: AppError): FileUpload['file'] | undefined {
  const isUnnamed = source.kind === 'slack' && file.name === source.file_id
  return isUnnamed && typeof details.file === 'string' ? { ...file, name: details.file } : undefined
}

/** What an upload that failed had done until then. A forget and a switch are done in whole or not at all. */
async function countApplied(
  models: Models,
  upload: FileUpload,
): Promise<{ readonly counts?: UploadCounts; readonly undo_counts?: UndoCounts }> {
  switch (upload.kind) {
    case 'import':
      await dropUnapplied(models, upload)
      if (upload.cancelled) await dropBehindLast(models, upload)
      return { counts: await countOutcomes(models, upload) }
    case 'undo':
      return { undo_counts: await finishFailedUndo(models, upload) }
    case 'forget':
    case 'switch':
      return {}
    default:
      return refuseKind(upload)
  }
}

function rethrowTranslated(error: unknown): never {
  throw toDatabaseError(error)
}

/** Best effort: an import does not wait for, or fail with, whoever is watching. */
function post({ log }: RunDeps, { number }: FileUpload, print: () => Promise<void>): void {
  print().catch((error: unknown) => log.debug({ upload: number, err: error }, 'progress not posted'))
}
