import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import mongoose from 'mongoose'
import { type BotProcess, startBotProcess } from '../dev/demo/bot-process.ts'
import { startWorkspace, type Workspace } from '../dev/workspace/index.ts'
import { createModels, type FileUpload } from '../models/index.ts'
import { defaultCacheDir, startDatabaseServer } from '../src/database/index.ts'
import { answerHelp } from '../src/terminal/index.ts'
import { align } from './align.ts'
import { readProcessSeconds, readServerTimes } from './processor-time.ts'

/**
 * Many small files in one channel, shared at once, imported by several bots: from the first share to the last
 * receipt in its thread. `npm run bench:files`, with the emulated Slack's rate limits off or on.
 */
answerHelp(`Usage: npm run bench:files [-- options]

  --files N    files shared (1000)
  --rows N     rows per file (20)
  --bots N     bot processes (3)
  --limits     with the rate limits of the emulated Slack; off by default
  --json       one JSON object instead of text
`)
const SHARES_AT_ONCE = 20
const LOOK_EVERY_MS = 200
const LOOK_AT_LEAST_MS = 3_000
/** Shorter than a file can take. */
const LOOK_PER_FILE_MS = 20
const END_WITHIN_MS = 1_800_000
const CHANNEL = 'customers'

const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '1000' },
    rows: { type: 'string', default: '20' },
    bots: { type: 'string', default: '3' },
    limits: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})

interface FilesResult {
  readonly machine: string
  readonly engine: string
  readonly files: number
  readonly rows: number
  readonly bots: number
  readonly limits: boolean
  readonly seconds: number
  /** Milliseconds of processor time per file, by process; the emulated Slack runs in this program. */
  readonly processor: Readonly<Record<'bots' | 'gateway' | 'engine' | 'slack', number>>
  /** Calls per file, and how many of them were rate limited in all, by method. */
  readonly calls: Readonly<Record<string, { readonly per_file: number; readonly limited: number }>>
}

async function run(): Promise<FilesResult> {
  const [files, rows, count] = [Number(values.files), Number(values.rows), Number(values.bots)]
  const ends: (() => Promise<unknown>)[] = []
  const log = (text: string) => process.stderr.write(`${text}\n`)
  try {
    const folder = await mkdtemp(join(tmpdir(), 'customer-uploads-files-'))
    ends.push(() => rm(folder, { recursive: true, force: true, maxRetries: 20 }))
    const server = await startDatabaseServer({
      dataDir: null,
      uri: process.env.TEST_MONGODB_URI,
      cacheDir: defaultCacheDir(process.env),
      log,
    })
    ends.push(() => server.stop())
    const workspace = await startWorkspace({
      channels: [CHANNEL],
      ...(values.limits ? {} : { rateLimits: false }),
    })
    ends.push(() => workspace.stop())
    const bots = await startBots(workspace, server.uri, { count, folder, ends })
    log(`${bots.length} bots are up; ${files} files of ${rows} rows`)
    const connection = await mongoose.createConnection(server.uri, { autoIndex: false }).asPromise()
    ends.push(() => connection.close())
    const uploads = createModels(connection).fileUploads.collection

    const before = readTimes(bots)
    const started = performance.now()
    await shareAll(workspace, bots, { files, rows })
    const isPosted = { status: 'done', 'receipt.due': false, 'receipt.posted_at': { $exists: true } }
    for (;;) {
      const posted = await uploads.countDocuments(isPosted)
      if (posted === files) break
      const seconds = Math.round((performance.now() - started) / 1000)
      const failed = await uploads.findOne<FileUpload>({ status: { $in: ['failed', 'held'] } })
      if (failed) throw new Error(`#${failed.number} is ${failed.status}: ${failed.problem?.message}`)
      if (seconds * 1000 > END_WITHIN_MS) throw new Error(`${posted} of ${files} receipts after ${seconds} s`)
      // Each look reads all that are posted: few looks while many files are left.
      await sleep(Math.min(Math.max((files - posted) * LOOK_PER_FILE_MS, LOOK_EVERY_MS), LOOK_AT_LEAST_MS))
    }
    const seconds = Math.round((performance.now() - started) / 100) / 10
    const after = readTimes(bots)
    const perFile = (of: keyof typeof after) => Math.round(((after[of] - before[of]) / files) * 10_000) / 10
    const calls = [...workspace.callCounts].map(([method, { calls: made, limited }]) => [
      method,
      { per_file: Math.round((made / files) * 100) / 100, limited },
    ])
    return {
      machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
      engine: `${server.engine} ${server.version ?? ''}`.trim(),
      files,
      rows,
      bots: count,
      limits: values.limits,
      seconds,
      processor: {
        bots: perFile('bots'),
        gateway: perFile('gateway'),
        engine: perFile('engine'),
        slack: perFile('slack'),
      },
      calls: Object.fromEntries(calls) as FilesResult['calls'],
    }
  } finally {
    for (const end of ends.reverse()) await end()
  }
}

/** Processor seconds so far, by process. */
function readTimes(bots: readonly BotProcess[]) {
  const pids = bots.map(({ process: bot }) => bot.pid)
  const { user, system } = process.cpuUsage()
  return {
    bots: pids.map(readProcessSeconds).reduce((total, one) => total + one, 0),
    ...(readServerTimes(new Set(pids)) ?? { gateway: 0, engine: 0 }),
    slack: (user + system) / 1e6,
  }
}

async function startBots(
  workspace: Workspace,
  mongodbUri: string,
  {
    count,
    folder,
    ends,
  }: { readonly count: number; readonly folder: string; readonly ends: (() => Promise<unknown>)[] },
): Promise<BotProcess[]> {
  const bots: BotProcess[] = []
  for (let number = 1; number <= count; number++) {
    const bot = await startBotProcess({
      workspace,
      mongodbUri,
      logFile: join(folder, `bot-${number}.log`),
      settings: { LOG_LEVEL: 'info' },
    })
    ends.push(() => bot.stop())
    bots.push(bot)
  }
  return bots
}

/** Each share's event goes to another bot, as behind a load balancer. */
async function shareAll(
  workspace: Workspace,
  bots: readonly BotProcess[],
  { files, rows }: { readonly files: number; readonly rows: number },
): Promise<void> {
  const numbers = Array.from({ length: files }, (_, index) => index)
  const shareNext = async (): Promise<void> => {
    for (let at = numbers.shift(); at !== undefined; at = numbers.shift()) {
      workspace.connect(bots[at % bots.length]?.eventsUrl ?? '')
      await workspace.share('asha', CHANNEL, { name: `list-${at + 1}.csv`, bytes: makeFile(at, rows) })
    }
  }
  await Promise.all(Array.from({ length: SHARES_AT_ONCE }, shareNext))
}

/** Customers of their own, so that every file creates all of its rows. */
function makeFile(file: number, rows: number): Uint8Array {
  const lines = Array.from({ length: rows }, (_, index) => {
    const customer = file * rows + index
    return `98${String(customer).padStart(8, '0')},Customer ${customer},Pune,${1000 + index}`
  })
  return Buffer.from(`Phone,Name,City,Loan Amount\n${lines.join('\n')}\n`)
}

function describeFiles(result: FilesResult): string {
  const { files, rows, bots, seconds, limits, calls, engine, processor } = result
  const table = Object.entries(calls).map(([method, one]) => [
    method,
    String(one.per_file),
    String(one.limited),
  ])
  return [
    `${engine}, ${files.toLocaleString('en-US')} files of ${rows} rows, ${bots} bots, rate limits ${limits ? 'on' : 'off'}:`,
    `${seconds} s from the first share to the last receipt (${Math.round((seconds / files) * 1000)} ms per file)`,
    `Processor time per file: bots ${processor.bots} ms, gateway ${processor.gateway}, engine ${processor.engine}, emulated Slack ${processor.slack}.`,
    '',
    ...align([['method', 'calls per file', 'limited'], ...table]),
  ].join('\n')
}

const result = await run()
console.log(values.json ? JSON.stringify(result) : describeFiles(result))
