import { setTimeout as sleep } from 'node:timers/promises'
import { renderPlain } from '../../commands/plain/index.ts'
import { describeExamples, describeHeld, describeReceipt } from '../../commands/receipts/index.ts'
import {
  type CliColumn,
  createModels,
  type FileUpload,
  type Models,
  type UploadRow,
} from '../../models/index.ts'
import { type FieldCatalogue, loadFields, readRuleWord, readTargetWord } from '../customers/fields/index.ts'
import { formatPhone } from '../customers/phones/index.ts'
import { type OpenDatabase, openDatabase } from '../database/index.ts'
import { nameEncoding } from '../encoding-names.ts'
import { AppError, formatError } from '../errors.ts'
import { describeWritten, findReadings, type WrittenList } from '../lists/index.ts'
import { prepareDatabase } from '../migrations/index.ts'
import type { CoreConfig } from '../settings/index.ts'
import { print } from '../terminal/index.ts'
import { explainReason } from '../uploads/guard/index.ts'
import {
  createPathSource,
  findOtherPhones,
  importOptionsOf,
  sizeOf,
  writeFailedRows,
} from '../uploads/import/index.ts'
import { emptyCounts, findProblems } from '../uploads/results/index.ts'
import { createUploadQueue, createUploadWorker, type UploadWorker } from '../uploads/worker/index.ts'
import { createTerminalListener, createTerminalLog, readPatiently } from './progress/index.ts'

interface ImportRequest {
  readonly config: CoreConfig
  readonly cacheDir: string
  /** Absolute. */
  readonly path: string
  readonly user: string
  readonly json: boolean
  /** The phone column: its header, or its position from 1. */
  readonly phoneColumn?: string
  /** Targets of single columns: `Heading=field`. */
  readonly map?: readonly string[]
  /** Rules of single columns for known customers: `Heading=rule`. */
  readonly rule?: readonly string[]
  /** The file's text encoding, if its bytes prove none. */
  readonly encoding?: string
  /** The sheet of a workbook: its name, or its tab position from 1. */
  readonly sheet?: string
  /** Shows what the import would do, and stores nothing. */
  readonly dryRun?: boolean
  /** Imports the file even if the guard would hold it. */
  readonly anyway?: boolean
  /** Absolute path for the rows to correct. */
  readonly failedRows?: string
  readonly stdout: NodeJS.WritableStream
  readonly stderr: NodeJS.WriteStream
  readonly signal: AbortSignal
}

/** Maximum of problems in a JSON answer; `upload_rows` has all of them. */
const MAX_PROBLEMS_JSON = 10_000
const MAX_PROBLEMS_TEXT = 20
const LOOK_MS = 50

/**
 * Imports a file as if it had been shared, in this process, and prints the receipt.
 * @returns the exit status: 0 imported, 1 rejected or interrupted
 * @throws AppError path_unreadable, unknown_target, unknown_rule, database_… before anything was queued
 */
export async function runImport(request: ImportRequest): Promise<number> {
  const { config, cacheDir, path, stderr, signal } = request
  await sizeOf(path)
  const catalogue = await loadFields(config.fieldsFile)
  const columns = readColumns(request, catalogue)
  const database = await openDatabase({ ...config, cacheDir, isWorker: true, join: true }, (line) =>
    print(stderr, line),
  )
  try {
    const models = createModels(database.connection)
    const log = createTerminalLog(stderr)
    await prepareDatabase(models, log)
    const { upload } = await createUploadQueue({ models }).queueCliShare({
      path,
      user: request.user,
      sharedAt: new Date(),
      ...(request.phoneColumn !== undefined && { phoneColumn: request.phoneColumn }),
      columns,
      ...(request.encoding !== undefined && { encoding: request.encoding }),
      ...(request.sheet !== undefined && { sheet: request.sheet }),
      ...(request.dryRun && { dryRun: true }),
      ...(request.anyway && { anyway: true }),
    })
    const listener = createTerminalListener(stderr)
    const worker = createUploadWorker({
      models,
      sources: { cli: createPathSource() },
      listener,
      options: importOptionsOf(config, catalogue),
      log,
      explainOutage: database.outage,
      onEnded: (ended, { problem }) => {
        const isEarlier = ended.source.kind === 'cli' && !ended._id.equals(upload._id)
        if (isEarlier) print(stderr, describeEarlier(ended, problem))
      },
    })
    const finished = await workOn(worker, database, () =>
      waitUntilFinished(models, upload, listener, signal),
    ).finally(listener.close)
    if (request.dryRun) await forgetDryRun(models, upload)
    if (finished?.preview && request.dryRun) return showPreview(request, finished, catalogue)
    if (!finished) {
      print(stderr, `Stopped. Upload #${upload.number} continues at the next import on this machine.`)
      return 1
    }
    return await report(request, models, finished, catalogue)
  } finally {
    await database.close()
  }
}

/** What this run did for imports that an earlier run began. */
function describeEarlier({ number, kind, file }: FileUpload, problem: AppError | undefined): string {
  if (problem) return `Upload #${number}: ${problem.message} ${problem.next}`
  return kind === 'undo'
    ? `Upload #${number} took back the first rows of ${file.name}.`
    : `Upload #${number}, which began earlier, is done: ${file.name}.`
}

/** @throws AppError unknown_target, unknown_rule */
function readColumns({ map = [], rule = [] }: ImportRequest, catalogue: FieldCatalogue): CliColumn[] {
  const split = (text: string) => {
    const at = text.lastIndexOf('=')
    return [text.slice(0, at).trim(), text.slice(at + 1).trim()] as const
  }
  const mapped = map.map((text): CliColumn => {
    const [heading, word] = split(text)
    const answer = readTargetWord(word, catalogue)
    if (!answer) throw new AppError('unknown_target', { wanted: `"${word}"` })
    return { heading, ...answer }
  })
  const ruled = rule.map((text): CliColumn => {
    const [heading, word] = split(text)
    const output = readRuleWord(word)
    if (!output) throw new AppError('unknown_rule', { wanted: `"${word}"` })
    return { heading, rule: output }
  })
  return [...mapped, ...ruled]
}

/**
 * Runs the worker while `work` is awaited. @throws AppError database_ended: the embedded database stopped for
 * good
 */
async function workOn<T>(
  worker: UploadWorker,
  { givenUp }: OpenDatabase,
  wait: () => Promise<T>,
): Promise<T> {
  worker.start()
  try {
    return await Promise.race([wait(), givenUp.then((error) => Promise.reject(error))])
  } finally {
    await worker.stop()
  }
}

async function waitUntilFinished(
  models: Models,
  { _id }: FileUpload,
  listener: ReturnType<typeof createTerminalListener>,
  signal: AbortSignal,
): Promise<FileUpload | undefined> {
  while (!signal.aborted) {
    const look = () => models.fileUploads.collection.findOne<FileUpload>({ _id })
    const upload = await readPatiently(look, signal)
    if (upload?.finished_at || upload?.status === 'held') return upload
    if (upload?.status === 'queued') await readPatiently(() => listener.stillQueued(models, upload), signal)
    await sleep(LOOK_MS, undefined, { signal }).catch(() => {})
  }
  return undefined
}

/** A dry run leaves no upload behind. */
async function forgetDryRun(models: Models, { _id }: FileUpload): Promise<void> {
  await models.fileUploads.collection.deleteOne({ _id, preview_wanted: true })
}

function showPreview(
  { config: { timeZone }, json, stdout }: ImportRequest,
  upload: FileUpload,
  catalogue: FieldCatalogue,
): number {
  const { preview, hold } = upload
  if (json) {
    const { counts, fields, problems } = preview ?? {}
    const looksWrong = (hold?.reasons ?? []).map(explainReason)
    print(stdout, JSON.stringify({ dry_run: true, ...counts, fields, problems, looks_wrong: looksWrong }))
    return 0
  }
  print(stdout, renderPlain(describeHeld(upload, catalogue), { timeZone }))
  if (preview && preview.fields.length > 0)
    print(stdout, renderPlain(describeExamples(upload, catalogue), { timeZone }))
  return 0
}

async function report(
  request: ImportRequest,
  models: Models,
  upload: FileUpload,
  catalogue: FieldCatalogue,
): Promise<number> {
  const { config, json, failedRows, stdout, stderr } = request
  const limit = json ? MAX_PROBLEMS_JSON : MAX_PROBLEMS_TEXT
  const problems = await findProblems(models, upload._id, limit)
  const isHandedBack = failedRows !== undefined && (upload.counts?.invalid ?? 0) > 0
  const written = isHandedBack ? await handBack(models, upload, failedRows, config) : undefined
  if (json) {
    print(stdout, JSON.stringify(toJson(upload, problems)))
    for (const note of upload.notes ?? []) print(stderr, note)
  }
  if (upload.problem) {
    print(stderr, formatError(upload.problem))
    if (upload.problem.code === 'encoding_unclear') await showReadings(request)
    if (upload.problem.code === 'reading_changed') await showOtherPhones(request, models, upload, catalogue)
    return 1
  }
  if (!json) {
    const receipt = describeReceipt(upload, problems, catalogue, { maxProblems: MAX_PROBLEMS_TEXT })
    print(stdout, renderPlain(receipt, { timeZone: config.timeZone }))
  }
  if (written) {
    print(stderr, `The rows to correct were written to ${failedRows}`)
    for (const sentence of describeWritten(written)) print(stderr, sentence)
  }
  return 0
}

/** The same lines in each likely encoding, for the person who chooses. They are not stored. */
async function showReadings({ config, path, stderr }: ImportRequest): Promise<void> {
  for (const { encoding, lines } of await findReadings(path, config)) {
    print(stderr, `${nameEncoding(encoding)}: --encoding ${encoding}`)
    for (const { line, text } of lines) print(stderr, `  line ${line}: ${text.trim()}`)
  }
}

/** Reads up to three rows in both readings, for the person who chooses. Nothing is stored. */
async function showOtherPhones(
  { config, signal, stderr }: ImportRequest,
  models: Models,
  upload: FileUpload,
  catalogue: FieldCatalogue,
): Promise<void> {
  const show = (phone: string | null): string => (phone === null ? 'no phone' : formatPhone(phone))
  for (const { line, phones } of await findOtherPhones(
    models,
    upload,
    importOptionsOf(config, catalogue),
    signal,
  ))
    print(stderr, `  line ${line}: before ${show(phones[0])}, now ${show(phones[1])}`)
}

/** @throws AppError path_unwritable: the import itself is done */
async function handBack(
  models: Models,
  upload: FileUpload,
  path: string,
  { dateOrder }: CoreConfig,
): Promise<WrittenList> {
  try {
    const named = /\.(csv|xlsx)$/i.exec(path)?.[1]?.toLowerCase()
    const format = named === 'csv' || named === 'xlsx' ? ({ format: named } as const) : {}
    return await writeFailedRows(models, upload, path, { dateOrder, ...format })
  } catch (error) {
    const reason = String(Reflect.get(error as object, 'code') ?? 'unknown')
    throw new AppError('path_unwritable', { path, reason, upload: upload.number }, error)
  }
}

/**
 * Programs read this: the keys are always the same, whatever the result. The reason of a failure is on
 * standard error.
 */
function toJson(upload: FileUpload, problems: readonly UploadRow[]): object {
  const { rows, created, updated, unchanged, duplicate, invalid, blank } = upload.counts ?? emptyCounts()
  const { started_at, finished_at } = upload
  return {
    upload: upload.number,
    status: upload.status,
    rows,
    created,
    updated,
    unchanged,
    duplicate,
    invalid,
    blank,
    problems: problems.flatMap(({ line, problem }) => (problem ? [{ line, ...problem }] : [])),
    seconds: started_at && finished_at ? (finished_at.getTime() - started_at.getTime()) / 1000 : 0,
  }
}
