import { stat } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { runCustomer } from '../commands/customer/customer.ts'
import type { CommandDeps } from '../commands/reply/command.ts'
import type { FileUpload, Models } from '../models/index.ts'
import { readFileBytes } from '../src/lists/index.ts'
import { loadCoreConfig } from '../src/settings/index.ts'
import { importOptionsOf } from '../src/uploads/import/import-options.ts'
import type { FileSource, UploadListener } from '../src/uploads/lease/ports.ts'
import { queueUndo } from '../src/uploads/undo/undo-request.ts'
import { createUploadQueue } from '../src/uploads/worker/upload-queue.ts'
import { createUploadWorker } from '../src/uploads/worker/upload-worker.ts'
import { inventCustomer } from './invented-customers.ts'
import { type LongestTurn, watchTurns } from './turn-watch.ts'

interface Imported {
  /** From the share to the receipt. */
  readonly seconds: number
  readonly counts: FileUpload['counts']
  readonly longestTurn: LongestTurn
  /** Milliseconds of each `/customer` during the import; empty if none was sent. */
  readonly lookups: readonly number[]
}

interface ImportOrder {
  readonly path: string
  readonly sharedAt: Date
  /** Send `/customer` ten times a second during the import, for one of this many customers. */
  readonly lookupsAmong?: number
}

/** Default settings, except for the maximum file size. */
const CONFIG = loadCoreConfig({ MAX_ROWS: '100000000', MAX_FILE_MB: '100000' })
export const IMPORT_OPTIONS = importOptionsOf(CONFIG)

let shares = 0
const LOOKUP_EVERY_MS = 100
const silent = { debug() {}, info() {}, warn() {}, error() {} }

/**
 * Imports a file from end to end: a share is queued, a worker takes it, rows and customers are written, the
 * receipt is due.
 */
export async function importShare(models: Models, order: ImportOrder): Promise<Imported> {
  const bytes = (await stat(order.path)).size
  const open = async () => ({ name: 'bench.csv', bytes, stream: readFileBytes(order.path) })
  return await timeUpload(models, { lookupsAmong: order.lookupsAmong ?? 0, open }, async () => {
    await createUploadQueue({ models }).queueSlackShare({
      team: 'T1',
      channel: 'C1',
      user: 'U1',
      // Another file than before, also for two shares of one time.
      fileId: `F${++shares}`,
      sharedAt: order.sharedAt,
    })
  })
}

/** Runs a whole undo, from the request to the receipt. */
export async function undoUpload(models: Models, number: number): Promise<Imported> {
  const open = async () => {
    throw new Error('An undo opens no file.')
  }
  return await timeUpload(models, { lookupsAmong: 0, open }, async () => {
    const queued = await queueUndo(models, number, { ...ASKER, now: new Date(), admins: new Set() })
    if (queued.kind !== 'queued') throw new Error(`#${number} cannot be undone: ${queued.kind}`)
  })
}

const ASKER = { team: 'T1', channel: 'C1', user: 'U1' } as const

interface Work {
  readonly lookupsAmong: number
  readonly open: FileSource['open']
}

async function timeUpload(
  models: Models,
  { lookupsAmong, open }: Work,
  queue: () => Promise<void>,
): Promise<Imported> {
  let finish: (upload: FileUpload) => void = () => {}
  const receipt = new Promise<FileUpload>((resolve) => {
    finish = resolve
  })
  const worker = createUploadWorker({
    models,
    sources: { slack: { canOpen: () => true, open } },
    listener: createListener((upload) => finish(upload)),
    options: IMPORT_OPTIONS,
    log: { ...silent, error: (fields, message) => console.error(message, fields) },
  })
  worker.start()
  const turns = watchTurns()
  const ending = new AbortController()
  const started = performance.now()
  const asked = askMeanwhile(models, lookupsAmong, ending.signal)
  await queue()
  worker.wake()
  const upload = await receipt
  const seconds = (performance.now() - started) / 1000
  const longestTurn = turns.stop()
  ending.abort()
  const lookups = await asked
  await worker.stop()
  if (upload.status === 'held')
    throw new Error(`The upload is held: ${JSON.stringify(upload.hold ?? upload.question)}`)
  if (upload.problem) throw new Error(`The upload failed: ${upload.problem.message}`)
  return { seconds, counts: upload.counts, longestTurn, lookups }
}

/** A silent listener; loosely typed so that new events do not break it. */
function createListener(finished: (upload: FileUpload) => void): UploadListener {
  const nothing = async () => {}
  return {
    queued: nothing,
    progress: nothing,
    waiting: nothing,
    // Nobody answers: the benchmark must end instead of waiting.
    asked: async (upload) => finished(upload),
    finished: async (upload) => finished(upload),
  }
}

/** The dependencies of commands with default settings. */
export function commandDepsOf(models: Models): CommandDeps {
  const { defaultRegion, timeZone, dateOrder } = CONFIG
  return { models, catalogue: IMPORT_OPTIONS.catalogue, defaultRegion, timeZone, dateOrder }
}

async function askMeanwhile(models: Models, customers: number, signal: AbortSignal): Promise<number[]> {
  const times: number[] = []
  const deps = commandDepsOf(models)
  for (let asked = 0; customers > 0 && !signal.aborted; asked++) {
    const { phone } = inventCustomer((asked * 7919) % customers)
    const started = performance.now()
    await runCustomer(
      { text: phone, team: 'T1', channel: 'C1', user: 'U1', channels: new Set(['C1']), now: new Date() },
      deps,
    )
    times.push(performance.now() - started)
    await sleep(LOOKUP_EVERY_MS, undefined, { signal }).catch(() => {})
  }
  return times
}
