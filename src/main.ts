import { setTimeout as sleep } from 'node:timers/promises'
import { buildApp } from './app.ts'
import { loadFields } from './customers/fields/index.ts'
import { defaultCacheDir, openDatabase } from './database/index.ts'
import { toAppError } from './errors.ts'
import { createLog } from './monitoring/index.ts'
import { loadConfig, loadEnvFile, SETTING_NAMES } from './settings/index.ts'
import { answerHelp, formatForConsole, print } from './terminal/index.ts'
import { fieldsOfSubject } from './uploads/lease/index.ts'

const STOP_WITHIN_MS = 6_000
/** Time limit to leave a server; an embedded one is stopped with its data flushed. */
const LEAVE_WITHIN_MS = 2_000
const END_WITHIN_MS = 10_000

const USAGE = `Usage: npm start

Runs the bot until it is told to stop. Its settings are in .env; .env.example describes them.
`

async function main(): Promise<void> {
  answerHelp(USAGE)
  const unknown = loadEnvFile(process.env, SETTING_NAMES)
  const config = loadConfig(process.env)
  const log = createLog(config.logLevel, { context: fieldsOfSubject })
  for (const sentence of unknown) log.warn({}, sentence)
  const catalogue = await loadFields(config.fieldsFile)
  const cacheDir = defaultCacheDir(process.env)
  const database = await openDatabase({ ...config, cacheDir, isWorker: true }, (line) => log.info({}, line))
  const { connection, outage } = database
  const app = buildApp({ config, connection, log, catalogue, outage })

  let isStopping = false
  async function stop(signal: NodeJS.Signals | 'database_ended', status = 0): Promise<void> {
    if (isStopping) return
    isStopping = true
    log.info({ signal }, 'stopping')
    const started = performance.now()
    // A connection without answers must not block the exit: another process takes over its work.
    await Promise.race([app.stop(), sleep(STOP_WITHIN_MS)])
    const closeMs = database.engine === 'external' ? LEAVE_WITHIN_MS : END_WITHIN_MS
    await Promise.race([database.close(), sleep(closeMs)])
    log.info({ ms: Math.round(performance.now() - started) }, 'stopped')
    process.exit(status)
  }
  process.on('SIGTERM', () => stop('SIGTERM'))
  process.on('SIGINT', () => stop('SIGINT'))
  // The cause may be gone after the restart, as after a reboot of the machine.
  void database.givenUp.then((error) => {
    log.error({ code: error.code }, 'embedded database given up')
    print(process.stderr, formatForConsole(error))
    return stop('database_ended', 1)
  })

  try {
    await app.start()
  } catch (error) {
    // The start was cancelled by a stop, which explains this failure.
    if (isStopping) return
    await database.close()
    throw error
  }
}

try {
  await main()
} catch (thrown) {
  // The operator reads this: one message, no stack trace.
  print(process.stderr, formatForConsole(toAppError(thrown)))
  process.exitCode = 1
}
