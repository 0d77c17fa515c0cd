import { createInterface } from 'node:readline/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { renderPlain } from '../../../commands/plain/index.ts'
import { describeSwitchReceipt, RECORD_KIND_WORDS } from '../../../commands/receipts/index.ts'
import {
  createModels,
  type FileUpload,
  type Models,
  type RecordKind,
  type SwitchUpload,
} from '../../../models/index.ts'
import { openDatabase } from '../../database/index.ts'
import { prepareDatabase } from '../../migrations/index.ts'
import type { CoreConfig } from '../../settings/index.ts'
import { print } from '../../terminal/index.ts'
import { importOptionsOf } from '../../uploads/import/index.ts'
import { findOpenSwitch, forecastSwitch, queueSwitch } from '../../uploads/record-kinds/index.ts'
import { readRecords } from '../../uploads/rows/index.ts'
import { createUploadWorker } from '../../uploads/worker/index.ts'
import { createSwitchListener, createTerminalLog, readPatiently } from '../progress/index.ts'
import { describeChoices, describeSwitch } from './describe-records.ts'

interface RecordsRequest {
  readonly config: CoreConfig
  readonly cacheDir: string
  readonly user: string
  /** Undefined: only show the current kind. */
  readonly to?: RecordKind
  /** Do not ask for confirmation. */
  readonly yes: boolean
  readonly json: boolean
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WritableStream
  readonly stderr: NodeJS.WriteStream
  readonly signal: AbortSignal
}

const LOOK_MS = 100
/** A switch whose process died is taken over when its lease expires; before that, another process owns it. */
const NEVER = Number.POSITIVE_INFINITY

/**
 * Shows the record kind, or switches it.
 * @returns the exit status: 0 shown or switched, 1 not switched
 * @throws AppError database_…
 */
export async function runRecords(request: RecordsRequest): Promise<number> {
  const { config, cacheDir, stdout, stderr, to, json } = request
  const database = await openDatabase({ ...config, cacheDir, join: true }, (line) => print(stderr, line))
  try {
    const models = createModels(database.connection)
    await prepareDatabase(models, createTerminalLog(stderr))
    const { kind, since, switches } = await readRecords(models)
    const open = await findOpenSwitch(models)
    if (to === undefined) {
      const records = await models.customers.collection.countDocuments()
      const state = { kind, since, switches, records, switching: open?.switch_of.to }
      print(stdout, json ? JSON.stringify(state) : describeChoices(state).trimEnd())
      return 0
    }
    if (open) return await goOn(request, models, open, to)
    if (to === kind) {
      const words = `Nothing to do. The record kind is already ${RECORD_KIND_WORDS[to].name}.`
      print(stdout, json ? JSON.stringify({ switched: false, kind }) : words)
      return 0
    }
    return await switchTo(request, models, to)
  } finally {
    await database.close()
  }
}

/** An open switch is finished, whichever process began it. */
async function goOn(
  request: RecordsRequest,
  models: Models,
  open: SwitchUpload,
  to: RecordKind,
): Promise<number> {
  const asked = open.switch_of.to
  print(
    request.stderr,
    `A switch to ${RECORD_KIND_WORDS[asked].name} (#${open.number}) is in progress. It continues now.`,
  )
  const status = await carryOut(request, models, open)
  if (status === 0 && asked !== to) print(request.stderr, 'Run the command again for the switch you want.')
  return asked === to ? status : 1
}

async function switchTo(request: RecordsRequest, models: Models, to: RecordKind): Promise<number> {
  const { json, stdout, stderr, signal, user } = request
  const listener = createSwitchListener(stderr)
  const total = await models.customers.collection.estimatedDocumentCount()
  const forecast = await forecastSwitch(
    models,
    to,
    (phones) => listener.looked(phones, total),
    signal,
  ).finally(listener.close)
  const { kind: from } = await readRecords(models)
  if (!json) print(stdout, describeSwitch(from, to, forecast).trimEnd())
  const isSure = await ask(request)
  if (isSure !== true) {
    if (json) print(stdout, JSON.stringify({ switched: false, kind: from, would: forecast.counts }))
    print(stderr, isSure === false ? 'Nothing was changed.' : 'Nothing was changed. To switch, add --yes.')
    return 1
  }
  const name = `switch to ${RECORD_KIND_WORDS[to].name}`
  return await carryOut(request, models, await queueSwitch(models, to, { user, name, now: new Date() }))
}

/** @returns undefined if nobody can be asked */
async function ask({ yes, json, stdin, stderr, signal }: RecordsRequest): Promise<boolean | undefined> {
  if (yes) return true
  if (json || !stdin.isTTY) return undefined
  const terminal = createInterface({ input: stdin, output: stderr })
  try {
    const answer = await terminal.question('Switch now? (y/N) ', { signal })
    return /^y(es)?$/i.test(answer.trim())
  } catch {
    return false
  } finally {
    terminal.close()
  }
}

/** Runs the switch in this process, or waits for the process that does. */
async function carryOut(request: RecordsRequest, models: Models, upload: FileUpload): Promise<number> {
  const { config, json, stdout, stderr, signal } = request
  const listener = createSwitchListener(stderr)
  const worker = createUploadWorker({
    models,
    // No file sources: waiting files are left to the bot.
    sources: {},
    listener,
    options: importOptionsOf(config),
    log: createTerminalLog(stderr),
    timing: { abandonMs: NEVER },
  })
  worker.start()
  const finished = await waitUntilFinished(models, upload, listener, signal)
  await worker.stop()
  listener.close()
  if (!finished) {
    print(
      stderr,
      `Stopped. The switch (#${upload.number}) goes on where it was with the next bot, or when you type this again.`,
    )
    return 1
  }
  const { switch_of, switch_counts, problem } = finished
  if (problem) {
    if (json) print(stdout, JSON.stringify({ switched: false, problem: problem.code }))
    print(stderr, `Nothing was changed. ${problem.message} ${problem.next}`)
    return 1
  }
  if (json) print(stdout, JSON.stringify({ switched: true, kind: switch_of.to, ...switch_counts }))
  else print(stdout, renderPlain(describeSwitchReceipt(finished)))
  return 0
}

async function waitUntilFinished(
  models: Models,
  { _id }: FileUpload,
  listener: ReturnType<typeof createSwitchListener>,
  signal: AbortSignal,
): Promise<SwitchUpload | undefined> {
  while (!signal.aborted) {
    const look = () => models.fileUploads.collection.findOne<SwitchUpload>({ _id })
    const upload = await readPatiently(look, signal)
    if (upload?.finished_at) return upload
    if (upload?.status === 'queued') await readPatiently(() => listener.stillQueued(models, upload), signal)
    await sleep(LOOK_MS, undefined, { signal }).catch(() => {})
  }
  return undefined
}
