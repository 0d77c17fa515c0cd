/**
 * The embedded server's process: PostgreSQL with DocumentDB, and the gateway. As a separate process it does
 * not delay the bot during a large import. It is the only owner of the database server and ends with the bot:
 * when the channel to the parent closes, it shuts down in order.
 */
import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { toAppError } from '../../errors.ts'
import { createEngine, type Gateway, startGateway } from '../gateway/index.ts'
import { locateEngine } from './engine-files.ts'
import { type Postgres, SUPERUSER, startPostgres } from './postgres.ts'
import type { ServerMessage, ServerOrder } from './server-messages.ts'

let postgres: Postgres | undefined
let gateway: Gateway | undefined
let closeEngine: (() => Promise<void>) | undefined
let order: ServerOrder | undefined
let isStopping = false
let starting: Promise<void> | undefined

function post(message: ServerMessage): void {
  if (process.connected) process.send?.(message)
}

const log = (line: string) => post({ type: 'log', line })

async function start(given: ServerOrder): Promise<void> {
  order = given
  try {
    const files = locateEngine(given.engineRoot)
    postgres = await startPostgres({ files, directory: given.directory, isDurable: given.isDurable, log })
    const { socketDirectory, version } = postgres
    const engine = createEngine({ socketDirectory, user: SUPERUSER, log })
    closeEngine = () => engine.close()
    gateway = await startGateway({ engine, engineVersion: version, port: given.port, log })
    void postgres.ended.then(() => {
      if (isStopping) return
      log('The embedded database server ended unexpectedly.')
      void stop(1)
    })
    post({ type: 'ready', port: gateway.port, version, socketDirectory })
  } catch (error) {
    const { code, details, message } = toAppError(error)
    const cause = error instanceof Error ? (error.stack ?? error.message) : String(error)
    post({ type: 'failed', code, details, message, cause })
    await stop(1)
  }
}

/** Milliseconds. A statement whose server is gone may never end, and must not keep this process. */
const CLOSE_MS = 10_000

async function stop(status: number): Promise<void> {
  if (isStopping) return
  isStopping = true
  const closing = async () => {
    await gateway?.stop().catch(() => undefined)
    await closeEngine?.().catch(() => undefined)
  }
  await Promise.race([closing(), sleep(CLOSE_MS)])
  await postgres?.stop().catch(() => undefined)
  if (order && !order.isDurable)
    await rm(order.directory, { recursive: true, force: true }).catch(() => undefined)
  process.exit(status)
}

/** A stop during the start waits for the start: a partly started server has no owner to end it. */
function stopAfterStart(): void {
  void Promise.resolve(starting).then(() => stop(0))
}

process.on('message', (message: ServerOrder | 'stop') => {
  if (message === 'stop') stopAfterStart()
  else starting = start(message)
})
process.on('disconnect', stopAfterStart)
process.on('SIGTERM', stopAfterStart)
// Control-C in a terminal reaches every process of the group: the parent decides when the database stops.
process.on('SIGINT', () => undefined)
