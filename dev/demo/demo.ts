import { fstatSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { defaultCacheDir, describeDownload, startDatabaseServer } from '../../src/database/index.ts'
import { AppError, toAppError } from '../../src/errors.ts'
import { makePrivateFolder } from '../../src/private-files/index.ts'
import { answerHelp, print } from '../../src/terminal/index.ts'
import { startPage } from '../page/index.ts'
import { refuseNativeBlocks } from '../slack/index.ts'
import { startWorkspace, type Workspace } from '../workspace/index.ts'
import { startBotProcess } from './bot-process.ts'
import { chooseMode } from './choose-mode.ts'
import { createDemoChat, type DemoChat } from './demo-chat.ts'
import { HELP } from './demo-help.ts'
import { playTakeover } from './demo-processes.ts'
import { playStory } from './demo-story.ts'
import { prepareEnding } from './end-in-time.ts'
import { wrapText } from './wrap-text.ts'

const CHANNEL = 'customers'
/** A channel without the bot. */
const OTHER_CHANNEL = 'gossip'
const PEOPLE = ['asha', 'ravi', 'meera']
/** The person who may export and forget customers. */
const ADMIN = 'asha'
/** Milliseconds to wait for an open but silent standard input before the story starts. */
const SILENT_INPUT_MS = 3_000

const USAGE = `Usage: npm run demo [-- options]

Starts a throw-away database, an emulated Slack workspace and the bot, and asks what to show. A script on standard input is
typed into the channel; with empty input three days of a team are told.

  --stay         keep the page in the browser open after the story or the script
  --processes N  run N bots (1 to 8), and end one of them during an import
  --plain        emulate a workspace without Slack's newer blocks
`

let isInterrupted = false
/** npm and tsx forward Ctrl+C, so one key press arrives several times. */
const PASSED_ON_WITHIN_MS = 500
let interruptedAt = 0

const write = (text: string): void => {
  if (isInterrupted) return
  const { columns } = process.stdout
  print(process.stdout, columns ? wrapText(text, columns) : text)
}

const ending = prepareEnding()
const interrupted = new AbortController()

async function interrupt(code: number): Promise<void> {
  const isPassedOn = Date.now() - interruptedAt < PASSED_ON_WITHIN_MS
  if (isPassedOn) return
  // A second Control-C ends the demo at once.
  if (isInterrupted) process.exit(code)
  isInterrupted = true
  interruptedAt = Date.now()
  interrupted.abort(new AppError('stopping'))
  await ending.runInTime()
  process.exit(code)
}

async function main(): Promise<number> {
  answerHelp(USAGE)
  const { processes, isStaying, isPlain } = readOptions()
  const isRequested = process.stdin.isTTY && process.stdout.isTTY && processes === 1 && !isStaying
  const lines = process.stdin.isTTY ? undefined : readScript()
  const folder = await makePrivateFolder('demo')
  const logFile = join(folder, 'bot.log')

  const mode = isRequested
    ? await chooseMode({
        input: process.stdin,
        output: process.stdout,
        onInterrupt: () => void interrupt(130),
      })
    : undefined
  write('Starting a throw-away database, a Slack workspace that exists only here, and the bot …')
  const cacheDir = defaultCacheDir(process.env)
  const download = await describeDownload(cacheDir)
  if (download !== undefined) write(`  ${download}`)
  // Nothing is started after an interrupt: its data would be left.
  interrupted.signal.throwIfAborted()
  const starting = startDatabaseServer({
    dataDir: null,
    cacheDir,
    signal: interrupted.signal,
    log: (line) => {
      if (!ending.isBegun) write(`  ${line}`)
    },
  })
  ending.add(async () => (await starting).stop())
  const database = await starting
  interrupted.signal.throwIfAborted()
  const workspace = await startWorkspace({ channels: [CHANNEL], otherChannels: [OTHER_CHANNEL] })
  ending.add(() => workspace.stop())
  if (isPlain) workspace.use(refuseNativeBlocks)
  try {
    if (processes > 1) {
      const isRight = await playTakeover({
        workspace,
        channel: CHANNEL,
        mongodbUri: database.uri,
        processes,
        logFile: (number) => join(folder, `bot-${number}.log`),
        print: write,
        onStarted: ending.add,
      })
      await ending.run()
      if (isRight) await rm(folder, { recursive: true, force: true })
      else write(`What the bots logged is in ${folder}`)
      return isRight ? 0 : 1
    }
    const bot = await startBotProcess({
      workspace,
      mongodbUri: database.uri,
      logFile,
      settings: { ADMINS: workspace.userId(ADMIN) },
    })
    ending.add(() => bot.stop())
    workspace.connect(bot.eventsUrl)
    const page = await startPage({ workspace, people: PEOPLE, channels: [CHANNEL, OTHER_CHANNEL] })
    ending.add(() => page.stop())
    introduce(page.url)

    if (mode === 'browser') await stay('Drop a CSV or Excel list into the channel there. It ends')
    const isPlayed = await playEverything(workspace, database.uri, mode === 'watch' ? [] : await lines)
    if (isStaying) await stay('The page above ends')
    if (isPlayed) {
      await ending.run()
      await rm(folder, { recursive: true, force: true })
      return 0
    }
  } catch (error) {
    write(`The demo could not go on: ${error instanceof Error ? error.message : String(error)}.`)
  }
  write(`What the bot logged is in ${logFile}`)
  return 1
}

interface DemoOptions {
  /** Not the story, but several bots on one database, one of which is killed. */
  readonly processes: number
  /** The channel stays visible in a browser until the demo is interrupted. */
  readonly isStaying: boolean
  /** The workspace does not accept Slack's newer blocks. */
  readonly isPlain: boolean
}

function readOptions(): DemoOptions {
  const { values } = parseArgs({
    options: { processes: { type: 'string' }, stay: { type: 'boolean' }, plain: { type: 'boolean' } },
    strict: false,
  })
  return {
    processes: Math.min(8, Math.max(1, Number(values.processes) || 1)),
    isStaying: values.stay === true,
    isPlain: values.plain === true,
  }
}

function introduce(url: string): void {
  write('')
  write(
    `#${CHANNEL} is a channel with asha, ravi, meera and the bot in it. While this runs, see it in a browser:`,
  )
  write(`  ${url}`)
}

/** Waits for an interrupt, which ends the process. */
async function stay(what: string): Promise<void> {
  write('')
  write(`${what} when you press Ctrl+C.`)
  await sleep(2 ** 31 - 1)
}

async function playEverything(
  workspace: Workspace,
  mongodbUri: string,
  lines: readonly string[] | undefined,
): Promise<boolean> {
  const chat = createDemoChat({ workspace, channel: CHANNEL, print: write })
  if (lines === undefined) return await playTerminal(chat)
  return lines.length > 0 ? await playScript(chat, lines) : await playStory(chat, write, mongodbUri)
}

async function playTerminal(chat: DemoChat): Promise<boolean> {
  write('')
  for (const help of HELP) write(`  ${help}`)
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  terminal.on('SIGINT', () => void interrupt(130))
  const ask = () => {
    terminal.setPrompt(`\n${chat.person}> `)
    terminal.prompt()
  }
  ask()
  for await (const line of terminal) {
    if ((await chat.play(line)) === 'quit') break
    ask()
  }
  terminal.close()
  return true
}

async function playScript(chat: DemoChat, lines: readonly string[]): Promise<boolean> {
  let isPlayed = true
  for (const line of lines) {
    write('')
    const outcome = await chat.play(line)
    if (outcome === 'quit') break
    if (outcome !== 'done') isPlayed = false
  }
  return isPlayed
}

/** The lines of standard input; none if it is closed, empty, or open without a writer. */
async function readScript(): Promise<string[]> {
  if (isNothing()) return []
  const lines: string[] = []
  const reader = createInterface({ input: process.stdin })
  const silence = setTimeout(() => {
    reader.close()
    process.stdin.destroy()
  }, SILENT_INPUT_MS)
  reader.on('line', () => clearTimeout(silence))
  try {
    for await (const line of reader) {
      if (line.trim() !== '') lines.push(line)
    }
  } catch {
    // An unreadable input has no script.
  }
  clearTimeout(silence)
  return lines
}

/** Neither a file nor a pipe nor a socket: /dev/null, or closed. */
function isNothing(): boolean {
  try {
    const input = fstatSync(0)
    return !(input.isFile() || input.isFIFO() || input.isSocket())
  } catch {
    return true
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => void interrupt(signal === 'SIGINT' ? 130 : 143))

try {
  process.exitCode = await main()
} catch (thrown) {
  const error = toAppError(thrown)
  write(`${error.message} ${error.next}`)
  process.exitCode = 1
}
// The interrupt ends the process: failures it causes are not printed.
if (isInterrupted) await new Promise<never>(() => undefined)
await ending.run()
// An open input must not keep the demo alive.
process.exit()
