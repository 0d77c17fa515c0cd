import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { SETTINGS } from '../../src/settings/index.ts'
import type { Workspace } from '../workspace/index.ts'

export interface BotProcess {
  /** The bot's address for Slack's requests. */
  readonly eventsUrl: string
  readonly process: ChildProcess
  /** Resolves when the process has ended. */
  readonly gone: Promise<void>
  stop(): Promise<void>
}

interface BotProcessOptions {
  readonly workspace: Workspace
  readonly mongodbUri: string
  /** The bot's log. */
  readonly logFile: string
  /** Further settings, as in .env.example. */
  readonly settings?: Readonly<Record<string, string>>
}

const V8_FLAGS = ['--max-old-space-size=1024', '--max-semi-space-size=16']
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** Sources need the TypeScript loader; compiled ones run as with `npm start`. */
const PROGRAM = import.meta.url.endsWith('.ts')
  ? ['--import', 'tsx', '--import', './dev/demo/die-with-parent.ts', 'src/main.ts']
  : [...V8_FLAGS, '--import', './dev/demo/die-with-parent.js', 'src/main.js']
const READY_WITHIN_MS = 60_000
const STOP_WITHIN_MS = 10_000

/** Settings of the user's own bot, which a temporary one must never see; empty means not set. */
const NOT_INHERITED = Object.values(SETTINGS).flatMap((group) => Object.keys(group))

/** The environment of a process with these settings and none of the user's own bot. */
export function withoutSettings(settings: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { ...process.env, ...Object.fromEntries(NOT_INHERITED.map((name) => [name, ''])), ...settings }
}

/** Starts the real bot as a separate process on a free port, and waits until it listens. */
export async function startBotProcess(options: BotProcessOptions): Promise<BotProcess> {
  const { workspace, mongodbUri, logFile } = options
  const child = spawn(process.execPath, PROGRAM, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: withoutSettings({
      SLACK_BOT_TOKEN: workspace.token,
      SLACK_SIGNING_SECRET: workspace.signingSecret,
      SLACK_API_URL: workspace.apiUrl,
      MONGODB_URI: mongodbUri,
      PORT: '0',
      DEFAULT_REGION: 'IN',
      TIME_ZONE: 'Asia/Kolkata',
      LOG_LEVEL: 'debug',
      ...options.settings,
    }),
  })
  // Ctrl+C reaches the whole process group; the parent stops the bot in order.
  const gone = once(child, 'exit').then(() => undefined)
  const log = createWriteStream(logFile, { flags: 'a' })
  child.stderr?.pipe(log, { end: false })
  const port = new Promise<number>((resolve) => {
    createInterface({ input: child.stdout ?? process.stdin }).on('line', (line) => {
      log.write(`${line}\n`)
      const listening = /"port":(\d+).*"listening to Slack"/.exec(line)?.[1]
      if (listening !== undefined) resolve(Number(listening))
    })
  })

  const bot = {
    process: child,
    gone,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      const cut = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS)
      await gone
      clearTimeout(cut)
    },
  }
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, reject) => {
    const error = new Error(`the bot was not ready within ${READY_WITHIN_MS / 1000} s`)
    timer = setTimeout(() => reject(error), READY_WITHIN_MS)
  })
  try {
    const listening = await Promise.race([
      port,
      tooLate,
      gone.then(() => Promise.reject(new Error('the bot ended before it listened'))),
    ])
    return { ...bot, eventsUrl: `http://127.0.0.1:${listening}/slack/events` }
  } catch (error) {
    await bot.stop()
    throw error
  } finally {
    clearTimeout(timer)
  }
}
