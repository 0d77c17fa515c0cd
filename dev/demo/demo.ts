import { fstatSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { defaultCacheDir, startDatabaseServer } from '../../src/database/index.ts'
import { toAppError } from '../../src/errors.ts'
import { makePrivateFolder } from '../../src/private-folder.ts'
import { print } from '../../src/terminal-text.ts'
import { startPage } from '../page/index.ts'
import { refuseNativeBlocks } from '../slack/index.ts'
import { startWorkspace, type Workspace } from '../workspace/index.ts'
import { startBotProcess } from './bot-process.ts'
import { createDemoChat, type DemoChat } from './demo-chat.ts'
import { HELP } from './demo-help.ts'
import { playTakeover } from './demo-processes.ts'
import { playStory } from './demo-story.ts'

const CHANNEL = 'customers'
/** A channel the bot is not in. */
const OTHER_CHANNEL = 'gossip'
const PEOPLE = ['asha', 'ravi', 'meera']
/** Who may export the customers and have one forgotten. */
const ADMIN = 'asha'
/** Milliseconds an open but silent standard input is waited for before the story is told instead. */
const SILENT_INPUT_MS = 3_000

const say = (text: string): void => {
  print(process.stdout, text)
}

/** Something to undo at the end, the last first. */
const endings: (() => Promise<unknown>)[] = []
let isEnding = false
/** What the bots log; kept where the demo failed. */
let logs: string | undefined

async function endAll(): Promise<void> {
  if (isEnding) return
  isEnding = true
  for (const end of endings.reverse()) await end().catch(() => {})
}

async function main(): Promise<number> {
  const { processes, isStaying, isPlain } = readOptions()
  const lines = process.stdin.isTTY ? undefined : readScript()
  const folder = await makePrivateFolder('demo-')
  logs = folder
  const logFile = join(folder, 'bot.log')

  say('Starting a throw-away database, a Slack workspace that exists only here, and the bot …')
  const database = await startDatabaseServer({
    dataDir: null,
    cacheDir: defaultCacheDir(process.env),
    log: (line) => {
      if (!isEnding) say(`  ${line}`)
    },
  })
  endings.push(() => database.stop())
  const workspace = await startWorkspace({ channels: [CHANNEL], otherChannels: [OTHER_CHANNEL] })
  endings.push(() => workspace.stop())
  if (isPlain) workspace.use(refuseNativeBlocks)
  try {
    if (processes > 1) {
      const isRight = await playTakeover({
        workspace,
        channel: CHANNEL,
        mongodbUri: database.uri,
        processes,
        logFile: (number) => join(folder, `bot-${number}.log`),
        say,
        onStarted: (end) => endings.push(end),
      })
      await endAll()
      if (isRight) await rm(folder, { recursive: true, force: true })
      else say(`What the bots logged is in ${folder}`)
      return isRight ? 0 : 1
    }
    const bot = await startBotProcess({
      workspace,
      mongodbUri: database.uri,
      logFile,
      settings: { ADMINS: workspace.userId(ADMIN) },
    })
    endings.push(() => bot.stop())
    workspace.connect(bot.eventsUrl)
    const page = await startPage({ workspace, people: PEOPLE, channels: [CHANNEL, OTHER_CHANNEL] })
    endings.push(() => page.stop())
    introduce(page.url)

    const isPlayed = await playEverything(workspace, database.uri, lines)
    if (isStaying) await stay()
    if (isPlayed) {
      await endAll()
      await rm(folder, { recursive: true, force: true })
      return 0
    }
  } catch (error) {
    say(`The demo could not go on: ${error instanceof Error ? error.message : String(error)}.`)
  }
  say(`What the bot logged is in ${logFile}`)
  return 1
}

interface DemoOptions {
  /** Not the story, but several bots on one database, one of which is killed. */
  readonly processes: number
  /** The channel can be seen in a browser until the demo is interrupted. */
  readonly isStaying: boolean
  /** The workspace does not take Slack's newer blocks. */
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
  say('')
  say(
    `#${CHANNEL} is a channel with asha, ravi, meera and the bot in it. While this runs, see it in a browser:`,
  )
  say(`  ${url}`)
}

/** Until somebody interrupts, which ends the process. */
async function stay(): Promise<void> {
  say('')
  say('The page above stays until you press Ctrl+C.')
  await sleep(2 ** 31 - 1)
}

async function playEverything(
  workspace: Workspace,
  mongodbUri: string,
  script: Promise<string[]> | undefined,
): Promise<boolean> {
  const chat = createDemoChat({ workspace, channel: CHANNEL, say })
  if (script === undefined) return await playTerminal(chat)
  const lines = await script
  return lines.length > 0 ? await playScript(chat, lines) : await playStory(chat, say, mongodbUri)
}

async function playTerminal(chat: DemoChat): Promise<boolean> {
  say('')
  for (const help of HELP) say(`  ${help}`)
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  terminal.on('SIGINT', () => terminal.close())
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
    say('')
    const outcome = await chat.play(line)
    if (outcome === 'quit') break
    if (outcome !== 'done') isPlayed = false
  }
  return isPlayed
}

/** The lines on standard input; none when it is closed, empty, or open with nobody writing. */
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
    // An input that cannot be read holds no script.
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

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, async () => {
    await endAll()
    // Whoever interrupts the demo has no question about it.
    if (logs !== undefined) await rm(logs, { recursive: true, force: true })
    process.exit(signal === 'SIGINT' ? 130 : 143)
  })
}

try {
  process.exitCode = await main()
} catch (thrown) {
  const error = toAppError(thrown)
  say(`${error.message} ${error.next}`)
  process.exitCode = 1
} finally {
  await endAll()
}
// An input that stays open must not keep the demo alive.
process.exit()
