#!/usr/bin/env node
import { parseArgs } from 'node:util'
import { defaultCacheDir, startDatabaseServer } from '../database/index.ts'
import { toAppError } from '../errors.ts'
import { formatForConsole, print, readVersion } from '../terminal/index.ts'

/**
 * `npm run mongo`: the embedded database server alone. Standard output has its URI only; everything else goes
 * to standard error. Exit status 0 after an interrupt, 1 if it cannot start, 2 for wrong usage.
 */
const USAGE = `Usage: npm run mongo -- [--data DIR] [--port PORT]

Starts the embedded database alone, prints its URI and stays until interrupted.

  --data DIR    where its data is; ./data unless given
  --port PORT   a fixed port; any free one unless given
  --help        print this help
  --version     print the version

Exit status: 0 interrupted, 1 it cannot start, 2 wrong usage.`

interface Options {
  readonly dataDir: string
  readonly port: number
}

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help') || args.includes('--version')) {
    print(process.stdout, args.includes('--help') ? USAGE : readVersion())
    return 0
  }
  const options = readOptions(args)
  if (typeof options === 'string') {
    print(process.stderr, `${options}\n${USAGE}`)
    return 2
  }
  const interrupted = new Promise<void>((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  const keepAlive = setInterval(() => undefined, 2 ** 30)
  try {
    const server = await startDatabaseServer({
      ...options,
      cacheDir: defaultCacheDir(process.env),
      log: (line) => print(process.stderr, line),
    })
    print(process.stdout, server.uri)
    await interrupted
    await server.stop()
    return 0
  } catch (error) {
    print(process.stderr, formatForConsole(toAppError(error)))
    return 1
  } finally {
    clearInterval(keepAlive)
  }
}

/** The options, or an error text. */
function readOptions(args: readonly string[]): Options | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { data: { type: 'string', default: './data' }, port: { type: 'string', default: '0' } },
    })
    const port = Number(values.port)
    if (values.data === '') return 'The data directory must not be empty.'
    if (!Number.isInteger(port) || port < 0 || port > 65_535) return `"${values.port}" is not a port.`
    return { dataDir: values.data, port }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

process.exitCode = await main(process.argv.slice(2))
