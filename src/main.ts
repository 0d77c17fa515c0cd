import { setTimeout as sleep } from 'node:timers/promises'
import { buildApp } from './app.ts'
import { loadConfig } from './config.ts'
import { formatForConsole } from './console-message.ts'
import { loadFields } from './customers/fields/index.ts'
import { defaultCacheDir, openDatabase } from './database/index.ts'
import { loadEnvFile } from './env-file.ts'
import { toAppError } from './errors.ts'
import { createLog } from './log.ts'
import { print } from './terminal-text.ts'
import { fieldsOfSubject } from './uploads/lease/index.ts'

const STOP_WITHIN_MS = 6_000
/** To leave a server is a matter of moments; the embedded one is ended, its data flushed. */
const LEAVE_WITHIN_MS = 2_000
const END_WITHIN_MS = 10_000

async function main(): Promise<void> {
  loadEnvFile()
  const config = loadConfig(process.env)
  const log = createLog(config.logLevel, { context: fieldsOfSubject })
  const catalogue = await loadFields(config.fieldsFile)
  const database = await openDatabase({ ...config, cacheDir: defaultCacheDir(process.env) }, (line) =>
    log.info({}, line),
  )
  const app = buildApp({ config, connection: database.connection, log, catalogue })

  let isStopping = false
  async function stop(signal: NodeJS.Signals): Promise<void> {
    if (isStopping) return
    isStopping = true
    log.info({ signal }, 'stopping')
    const started = performance.now()
    // A connection nobody answers on must not hold the process: what it held, another takes over.
    await Promise.race([app.stop(), sleep(STOP_WITHIN_MS)])
    const closeMs = database.engine === 'external' ? LEAVE_WITHIN_MS : END_WITHIN_MS
    await Promise.race([database.close(), sleep(closeMs)])
    log.info({ ms: Math.round(performance.now() - started) }, 'stopped')
    process.exit(0)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)

  try {
    await app.start()
  } catch (error) {
    // Told to stop while starting: what fails now fails because of that.
    if (isStopping) return
    await database.close()
    throw error
  }
}

try {
  await main()
} catch (thrown) {
  // Whoever starts the bot reads this: one message, not a stack trace.
  print(process.stderr, formatForConsole(toAppError(thrown)))
  process.exitCode = 1
}
