import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import mongoose from 'mongoose'
import { createModels, type FileUpload, type Models } from '../../models/index.ts'
import { createChance, startEventRelay } from '../faults/index.ts'
import { showMessage } from '../slack/index.ts'
import type { Workspace } from '../workspace/index.ts'
import { type BotProcess, startBotProcess } from './bot-process.ts'

interface TakeoverOptions {
  readonly workspace: Workspace
  readonly channel: string
  readonly mongodbUri: string
  readonly processes: number
  /** Path of each process's log, by its number. */
  readonly logFile: (process: number) => string
  readonly print: (text: string) => void
  /** Called with the function that ends what was started. */
  readonly onStarted: (end: () => Promise<void>) => void
}

interface Bot {
  readonly number: number
  readonly process: BotProcess
  readonly logFile: string
}

const ROWS = 50_000
const LEASE_SECONDS = 5
const LOOK_EVERY_MS = 50
const RECEIPT_WITHIN_MS = 180_000

/** Several bots on one database; the one that imports a large file is killed halfway. */
export async function playTakeover(options: TakeoverOptions): Promise<boolean> {
  const { workspace, channel, mongodbUri, print: write, onStarted } = options
  const connection = await mongoose.createConnection(mongodbUri, { autoIndex: false }).asPromise()
  onStarted(() => connection.close())
  const models = createModels(connection)
  const bots = await startBots(options)

  write('')
  write(`asha shares fifty-thousand.csv (${ROWS.toLocaleString('en')} rows) in #${channel}`)
  const share = await workspace.share('asha', channel, { name: 'fifty-thousand.csv', bytes: makeFile() })
  const half = await waitForRows(models, ROWS / 2)
  const worker = await findWorker(bots, half.number)
  write(`  After ${rowsOf(half)} rows bot ${worker.number}, which imports it, is killed (kill -9).`)
  worker.process.process.kill('SIGKILL')
  await worker.process.gone
  const killedAt = performance.now()
  const last = await showThread(workspace, share, options)
  write(
    `  Another bot took it over and finished ${((performance.now() - killedAt) / 1000).toFixed(1)} s after the kill.`,
  )
  write('')
  write(indent(last))
  return await checkDatabase(models, write)
}

async function startBots(options: TakeoverOptions): Promise<Bot[]> {
  const { workspace, mongodbUri, processes, print: post, onStarted } = options
  const relay = await startEventRelay(createChance(1))
  onStarted(() => relay.stop())
  const bots: Bot[] = []
  for (let number = 1; number <= processes; number++) {
    const logFile = options.logFile(number)
    const settings = { LEASE_SECONDS: String(LEASE_SECONDS) }
    const bot = await startBotProcess({ workspace, mongodbUri, logFile, settings })
    onStarted(() => bot.stop())
    bots.push({ number, process: bot, logFile })
    void bot.gone.then(() => {
      const others = bots.filter((other) => other.process !== bot)
      relay.setTargets(others.map(({ process }) => process.eventsUrl))
    })
    post(`Bot ${number} is up (process ${bot.process.pid}).`)
  }
  relay.setTargets(bots.map(({ process }) => process.eventsUrl))
  workspace.connect(relay.url)
  return bots
}

function makeFile(): Uint8Array {
  const rows = Array.from(
    { length: ROWS },
    (_, index) => `9820${String(index).padStart(6, '0')},Customer ${index + 1},Pune,${1000 + index}`,
  )
  return Buffer.from(`Phone,Name,City,Loan Amount\n${rows.join('\n')}\n`)
}

const rowsOf = ({ checkpoint }: FileUpload): string => (checkpoint?.counts.rows ?? 0).toLocaleString('en')

async function waitForRows(models: Models, rows: number): Promise<FileUpload> {
  const deadline = Date.now() + RECEIPT_WITHIN_MS
  while (Date.now() < deadline) {
    const upload = await models.fileUploads.collection.findOne<FileUpload>({})
    if (upload && (upload.checkpoint?.counts.rows ?? 0) >= rows) return upload
    await sleep(LOOK_EVERY_MS)
  }
  throw new Error('the file was not half done in time')
}

/** Only the logs show which process works: a lease names a run, not a process. */
async function findWorker(bots: readonly Bot[], upload: number): Promise<Bot> {
  for (const bot of bots) {
    const lines = (await readFile(bot.logFile, 'utf8')).split('\n')
    if (lines.some((line) => line.includes('"upload started"') && line.includes(`"upload":${upload},`)))
      return bot
  }
  throw new Error('no bot reports that it imports the file')
}

/** Prints each new state of the message in the thread until the receipt. */
async function showThread(
  workspace: Workspace,
  share: Parameters<Workspace['thread']>[0],
  { print: log }: TakeoverOptions,
): Promise<string> {
  const receipt = workspace.waitForReceipt(share, { timeoutMs: RECEIPT_WITHIN_MS })
  let answer = ''
  let isOver = false
  receipt
    .finally(() => {
      isOver = true
    })
    .catch(() => {})
  while (!isOver) {
    const text = (await workspace.thread(share))[0]?.text.split('\n')[0] ?? ''
    if (text !== answer && !isOver) log(`    ${text}`)
    answer = text
    await sleep(250)
  }
  return showMessage(await receipt, { nameOf: workspace.personName, timeZone: 'Asia/Kolkata' })
}

const indent = (text: string): string =>
  text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n')

async function checkDatabase(models: Models, phrase: (text: string) => void): Promise<boolean> {
  const rows = await models.uploadRows.collection.countDocuments()
  const created = await models.uploadRows.collection.countDocuments({ outcome: 'created' })
  const customers = await models.customers.collection.countDocuments({ upload_count: 1 })
  phrase('')
  phrase(
    `In the database: ${rows} rows on record, ${created} of them created ${customers} customers, each mentioned once.`,
  )
  return rows === ROWS && created === ROWS && customers === ROWS
}
