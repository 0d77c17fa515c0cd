import { setTimeout as sleep } from 'node:timers/promises'
import { type BotProcess, startBotProcess } from '../../dev/demo/bot-process.ts'
import type { EventRelay } from '../../dev/faults/event-relay.ts'
import { startTcpProxy, type TcpProxy } from '../../dev/faults/tcp-proxy.ts'
import type { Workspace } from '../../dev/workspace/workspace.ts'

/** A bot's process with its own database connection, and a supervisor that restarts it. */
export interface BotPlace {
  readonly name: string
  readonly line: TcpProxy
  /** SIGKILL; restarted after `restMs`. */
  kill(restMs: number): Promise<void>
  /** SIGTERM, like a deployment. Resolves with its duration, and whether it was killed meanwhile. */
  deploy(
    restMs: number,
  ): Promise<{ readonly ms: number; readonly code: number | null; readonly wasKilled: boolean }>
  /** SIGSTOP and later SIGCONT, like a suspended machine that still believes in its claims. */
  sleepFor(ms: number): Promise<void>
  /** True if the process runs and is not suspended. */
  isUp(): boolean
}

export interface BotPool {
  readonly places: readonly BotPlace[]
  waitUntilUp(timeoutMs: number): Promise<void>
  /** Starts that failed because the database was unavailable: the supervisor retries. */
  failedStarts(): number
  /** Processes that ended unexpectedly. */
  readonly deaths: readonly string[]
  stop(): Promise<void>
}

interface BotPoolOptions {
  readonly count: number
  readonly workspace: Workspace
  readonly relay: EventRelay
  readonly mongodbUri: string
  readonly logFile: (name: string) => string
  readonly settings: Readonly<Record<string, string>>
}

const RESTART_AFTER_FAILURE_MS = 500

export async function startBotPool(options: BotPoolOptions): Promise<BotPool> {
  const { workspace, relay, mongodbUri } = options
  const address = new URL(mongodbUri.replace('mongodb://', 'http://'))
  const target = { host: address.hostname, port: Number(address.port) }
  const running = new Map<string, BotProcess>()
  const shown = new WeakSet<BotProcess>()
  const deaths: string[] = []
  let failedStarts = 0
  let isOver = false

  const showTargets = () => relay.setTargets([...running.values()].map(({ eventsUrl }) => eventsUrl))

  async function keepRunning(name: string, line: TcpProxy): Promise<void> {
    while (!isOver) {
      try {
        const bot = await startBotProcess({
          workspace,
          mongodbUri: mongodbUri.replace(`:${address.port}`, `:${line.port}`),
          logFile: options.logFile(name),
          settings: options.settings,
        })
        running.set(name, bot)
        showTargets()
        await bot.gone
        running.delete(name)
        showTargets()
        if (!shown.has(bot) && !isOver) deaths.push(`${name} (exit code ${bot.process.exitCode})`)
      } catch {
        failedStarts += 1
        await sleep(RESTART_AFTER_FAILURE_MS)
      }
      await (rests.get(name) ?? Promise.resolve())
    }
  }

  const rests = new Map<string, Promise<void>>()
  const supervisors: Promise<void>[] = []
  const places: BotPlace[] = []
  for (let index = 1; index <= options.count; index++) {
    const name = `bot ${index}`
    const line = await startTcpProxy(target)
    supervisors.push(keepRunning(name, line))
    let isAsleep = false
    places.push({
      name,
      line,
      isUp: () => running.has(name) && !isAsleep,
      async kill(restMs) {
        const bot = running.get(name)
        if (!bot) return
        shown.add(bot)
        rests.set(name, sleep(restMs))
        bot.process.kill('SIGKILL')
        await bot.gone
      },
      async deploy(restMs) {
        const bot = running.get(name)
        if (!bot) return { ms: 0, code: 0, wasKilled: false }
        shown.add(bot)
        rests.set(name, sleep(restMs))
        const started = performance.now()
        bot.process.kill('SIGTERM')
        await bot.gone
        const wasKilled = bot.process.signalCode === 'SIGKILL'
        return { ms: performance.now() - started, code: bot.process.exitCode, wasKilled }
      },
      async sleepFor(ms) {
        const bot = running.get(name)
        if (!bot) return
        isAsleep = true
        bot.process.kill('SIGSTOP')
        await sleep(ms)
        bot.process.kill('SIGCONT')
        isAsleep = false
      },
    })
  }

  return {
    places,
    deaths,
    failedStarts: () => failedStarts,
    async waitUntilUp(timeoutMs) {
      const deadline = Date.now() + timeoutMs
      while (running.size < options.count) {
        if (Date.now() > deadline) throw new Error(`only ${running.size} of ${options.count} bots came up`)
        await sleep(100)
      }
    },
    async stop() {
      isOver = true
      for (const bot of running.values()) bot.process.kill('SIGCONT')
      await Promise.all([...running.values()].map((bot) => bot.stop()))
      await Promise.all(supervisors)
      for (const { line } of places) await line.stop()
    },
  }
}
