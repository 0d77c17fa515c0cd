import type {
  FileUpload,
  ForgetCounts,
  ForgetUpload,
  ImportUpload,
  Models,
  SwitchCounts,
  SwitchUpload,
  UndoCounts,
  UndoUpload,
  UploadCounts,
} from '../../../models/index.ts'
import { AppError, type ErrorCode, toAppError } from '../../errors.ts'
import { formatNumber } from '../../locale.ts'
import { retry } from '../../retry.ts'
import { dropBehindLast, dropUnapplied } from '../apply/index.ts'
import { queueReread, queueRestart } from '../columns/index.ts'
import { runForget } from '../forget/index.ts'
import { type ImportOptions, importFile, type LostReading } from '../import/index.ts'
import {
  type FetchedFile,
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
import { countOutcomes } from '../results/index.ts'
import { rowsOf } from '../rows/index.ts'
import { finishFailedUndo, runUndo } from '../undo/index.ts'

export interface RunDeps {
  readonly models: Models
  /** The file sources by kind. */
  readonly sources: Partial<Record<FileUpload['source']['kind'], FileSource>>
  readonly listener: UploadListener
  readonly options: ImportOptions
  readonly log: Log
  readonly retry: RetryTiming
  /** Fetches the next file while the last rows of this one are written. */
  readonly nextFile?: {
    take(upload: FileUpload, run: AbortSignal): Promise<FetchedFile | undefined>
    /** The last row was read. */
    fetch(): void
  }
  /** Deletes a file of the bot; false if Slack refuses. Absent without Slack. */
  readonly deleteFile?: (fileId: string) => Promise<boolean>
  /** Why the database is unavailable, if this process knows more than the driver. */
  readonly deleteMessage?: (channel: string, ts: string) => Promise<boolean>
  readonly explainOutage?: () => AppError | undefined
  /** Claims the receipt of an import in the write that ends it. */
  readonly receipts?: {
    claimFields(
      upload: FileUpload,
      status: FileUpload['status'],
    ): Readonly<Record<string, unknown>> | undefined
    keep(upload: FileUpload): void
  }
  /** Called once when an upload ends, by the run that ended it. */
  readonly onEnded?: (upload: FileUpload, end: UploadEnd) => void
}

/** How an upload ended: what it did, and why it stopped. */
interface UploadEnd {
  readonly counts?: Readonly<UploadCounts | UndoCounts | ForgetCounts | SwitchCounts>
  readonly problem?: AppError
}

/** First and longest pause between retries during an outage, in milliseconds. */
export interface RetryTiming {
  readonly retryMs: number
  readonly longestRetryMs: number
}

/** Errors of one file that may pass, but must not block the files behind it for long. */
const FEW_TRIES: ReadonlySet<ErrorCode> = new Set(['file_unreachable', 'file_truncated'])
const MAX_TRIES = 5
/** Errors that the operator should look at. */
const OUR_FAULTS: ReadonlySet<ErrorCode> = new Set(['unexpected', 'database_failed', 'database_refused'])
const ELSEWHERE = 'it is on another machine'
/** Maximum of runs that end without any progress: the file crashes its readers. */
const MAX_ATTEMPTS = 5

/**
 * Runs a claimed upload to its end: done, failed with a message, or dropped. Waits out any outage (the
 * database, Slack); each retry continues after the checkpoint.
 *
 * @throws the signal's reason; AppError lease_lost if another run has taken over
 */
export async function runUpload(deps: RunDeps, upload: FileUpload, signal: AbortSignal): Promise<void> {
  const { log, listener, retry: timing } = deps
  let tries = 0
  const isLastTry = () => ++tries >= MAX_TRIES
  // As an earlier try left it, with its digest and checkpoint. The claim has just returned it to the first try.
  const read = async (attempt: number) => (attempt === 1 ? upload : await readLeased(deps.models, upload))
  await retry(async (attempt) => runOnce(deps, await read(attempt), signal, isLastTry), {
    signal,
    attempts: Number.POSITIVE_INFINITY,
    firstPauseMs: timing.retryMs,
    longestPauseMs: timing.longestRetryMs,
    shouldRetry: (thrown, attempt) => {
      const error = toAppError(thrown)
      if (signal.aborted || !error.isTransient || error.code === 'lease_lost') return false
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

/** One try, from opening the file to the stored result. */
async function runOnce(
  deps: RunDeps,
  upload: FileUpload,
  signal: AbortSignal,
  isLastTry: () => boolean,
): Promise<void> {
  const { log } = deps
  if (!isCancelled(signal)) signal.throwIfAborted()
  try {
    throwIfCancelled(upload)
    const counts = await runLeased(deps, upload, signal)
    if (!counts) return
    log.info({ upload: upload.number, ...counts }, 'upload done')
    deps.onEnded?.(upload, { counts })
  } catch (error) {
    if (signal.aborted && !isCancelled(signal)) throw error
    const problem = toAppError(isCancelled(signal) ? signal.reason : error)
    const isOver = FEW_TRIES.has(problem.code) && isLastTry()
    // Halfway through a switch nothing else may run, so any error of a switch is waited out. A switch that
    // cannot begin fails, because every file would wait behind it forever.
    const isHalfWay = upload.kind === 'switch' && problem.code !== 'switch_needs_values'
    if ((problem.isTransient && !isOver) || isHalfWay) throw problem
    await failUpload(deps, upload, problem).catch(async (thrown: unknown) => {
      const late = toAppError(thrown)
      if (late.code !== 'cancelled') throw thrown
      await failUpload(deps, upload, late)
    })
  }
}

/** A person cancelled it: the run ends the upload instead of leaving it to another run. */
function isCancelled({ aborted, reason }: AbortSignal): boolean {
  return aborted && reason instanceof AppError && reason.code === 'cancelled'
}

/** @returns undefined if the upload has not ended: it is held or dropped */
async function runLeased(
  deps: RunDeps,
  upload: FileUpload,
  signal: AbortSignal,
): Promise<UploadEnd['counts']> {
  const { models } = deps
  switch (upload.kind) {
    case 'import':
      return await importLeased(deps, upload, signal)
    case 'undo':
      return await undoLeased(deps, await storeRecordKind(models, upload), signal)
    case 'forget':
      return await forgetLeased(deps, await storeRecordKind(models, upload), signal)
    case 'switch':
      return await switchLeased(deps, await storeRecordKind(models, upload), signal)
    default:
      return refuseKind(upload)
  }
}

/** An unhandled kind does not compile. A document without a kind is from an older process that still runs. */
function refuseKind(upload: never): never {
  throw new AppError('unexpected', {}, new Error(`no such kind of upload: ${(upload as FileUpload).kind}`))
}

async function importLeased(deps: RunDeps, upload: ImportUpload, signal: AbortSignal) {
  const { models, options, listener } = deps
  const source = deps.sources[upload.source.kind]
  if (!source) throw new AppError('path_unreadable', { path: upload.file.name, reason: ELSEWHERE })
  if (upload.attempts > MAX_ATTEMPTS) throw new AppError('gave_up', { file: upload.file.name })

  const onProgress = (leased: FileUpload, rows: number, bytesRead: number) =>
    post(deps, leased, () => listener.progress(leased, { rows, bytesRead }))
  const { nextFile } = deps
  // While the file is opened. Its error is thrown where it is awaited.
  const stored = storeRecordKind(models, upload)
  stored.catch(() => {})
  const fetched = await nextFile?.take(upload, signal)
  const onRead = nextFile && (() => nextFile.fetch())
  const imported = await importFile(
    { models, source, options, signal, onProgress, fetched, onRead },
    upload,
    stored,
  )
  if (imported === 'not_for_us') {
    await forgetUpload(models, upload)
    return undefined
  }
  if (imported === 'held') {
    deps.log.info({ upload: upload.number }, 'upload held for a decision')
    return undefined
  }
  if ('kind' in imported) throw await restart(deps, upload, imported)
  const claim = deps.receipts?.claimFields(imported.upload, 'done')
  const ended = await finishUpload(models, imported.upload, { status: 'done', ...imported.result }, claim)
  if (claim) deps.receipts?.keep(ended)
  return imported.result.counts
}

/**
 * The version before began this import, and this one cannot continue it: its rows are taken back, and the file
 * is read again from its first row.
 * @returns the error that ends this upload
 */
async function restart({ models, log }: RunDeps, upload: FileUpload, { carried }: LostReading) {
  const { number, file } = upload
  const undo = await queueRestart(models, upload, carried)
  if (!undo) return new AppError('reading_lost', { file: file.name })
  log.info({ upload: number, undo: undo.number }, 'file to be read again from its first row')
  const isShown = undo.restart?.preview_wanted === true
  return new AppError('reading_restarted', { file: file.name, ...(isShown && { preview: number }) })
}

async function undoLeased(deps: RunDeps, upload: UndoUpload, signal: AbortSignal) {
  const { models, listener } = deps
  if (upload.attempts > MAX_ATTEMPTS) throw new AppError('gave_up', { file: upload.file.name })
  const onProgress = (leased: FileUpload, rows: number) =>
    post(deps, leased, () => listener.progress(leased, { rows, bytesRead: 0 }))
  const begun = upload.restart && (await readFileOf(models, upload))
  // A person stopped the import in its last moment: its rows stay until that person undoes them.
  if (begun?.cancelled) {
    await forgetUpload(models, upload)
    return undefined
  }
  // If the undone file could not be read again, its data would be lost.
  if (upload.reread && !upload.checkpoint) await checkFile(deps, upload, begun)
  const { counts, kept } = await runUndo({ models, signal, onProgress }, upload)
  const again = await queueReread(models, upload)
  if (again) deps.log.info({ upload: upload.number, again: again.number }, 'file to be read again')
  await finishUpload(models, upload, { status: 'done', undo_counts: counts, undo_kept: kept })
  return counts
}

const readFileOf = async ({ fileUploads }: Models, { undo_of }: UndoUpload) =>
  (await fileUploads.collection.findOne<FileUpload>({ _id: undo_of.file })) ?? undefined

/**
 * @param begun the import to be read again, if the bot itself undoes it
 * @throws AppError reread_impossible if the file is gone; slack_unavailable
 */
async function checkFile(
  { sources }: RunDeps,
  undo: UndoUpload,
  begun: FileUpload | undefined,
): Promise<void> {
  const source = sources[undo.source.kind]
  const file = undo.file.name
  try {
    if (!source?.canOpen(undo)) throw new AppError('path_unreadable', { path: file, reason: ELSEWHERE })
    await source.check?.(begun ?? undo)
  } catch (error) {
    if (error instanceof AppError && error.isTransient) throw error
    throw new AppError('reread_impossible', { file, ...(begun && { begun: begun.number }) }, error)
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
  const onProgress = (leased: FileUpload, phones: number) =>
    post(deps, leased, () => listener.progress(leased, { rows: phones, bytesRead: 0 }))
  const counts = await runSwitch({ models, signal, onProgress }, upload)
  await finishUpload(models, upload, { status: 'done', switch_counts: counts })
  return counts
}

/** @throws AppError lease_lost; cancelled if a person stopped an import that would be read again */
async function failUpload(deps: RunDeps, claimed: FileUpload, found: AppError): Promise<void> {
  const { models, log } = deps
  // With the current checkpoint: only rows after it can lack customers.
  const upload = await readLeased(models, claimed)
  const applied = await countApplied(models, upload)
  const problem = found.code === 'cancelled' ? await describeCancelled(models, upload) : found
  const { code, message, next } = problem
  const file = nameFile(upload, problem)
  const failed = {
    status: 'failed',
    ...applied,
    problem: { code, message, next },
    ...(file && { file }),
  } as const
  await finishUpload(models, upload, failed)
  const about = { upload: upload.number, code, err: problem.cause }
  if (OUR_FAULTS.has(code)) log.error(about, 'upload failed')
  else if (isUnseen(deps, upload)) log.warn(about, `upload failed, and nobody saw it: ${ELSEWHERE}`)
  else log.info(about, 'upload failed')
  deps.onEnded?.(upload, { problem, ...(applied.counts && { counts: applied.counts }) })
}

/** True if no thread and no terminal shows how the upload ends: its command line was on another machine. */
function isUnseen({ sources }: RunDeps, upload: FileUpload): boolean {
  return upload.source.kind === 'cli' && sources.cli?.canOpen(upload) !== true
}

/** How far the import came, after rows without customers are deleted. */
async function describeCancelled(models: Models, upload: FileUpload): Promise<AppError> {
  const { file } = upload
  const last = await models.uploadRows.collection.findOne<{ line: number }>(rowsOf(upload), {
    sort: { _id: -1 },
    projection: { line: 1 },
  })
  if (!last) return new AppError('cancelled', { file: file.name })
  const lines = file.lines === undefined ? {} : { lines: formatNumber(Math.max(file.lines, last.line)) }
  return new AppError('cancelled', { file: file.name, line: formatNumber(last.line), ...lines })
}

/** A rejected file is known only by its id; its error has its name. */
function nameFile({ source, file }: FileUpload, { details }: AppError): FileUpload['file'] | undefined {
  const isUnnamed = source.kind === 'slack' && file.name === source.file_id
  return isUnnamed && typeof details.file === 'string' ? { ...file, name: details.file } : undefined
}

/** What a failed upload had done. A forget and a switch run completely or not at all. */
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

/** Best effort: an import neither waits for listeners nor fails with them. */
function post({ log }: RunDeps, { number }: FileUpload, print: () => Promise<void>): void {
  print().catch((error: unknown) => log.debug({ upload: number, err: error }, 'progress not posted'))
}
