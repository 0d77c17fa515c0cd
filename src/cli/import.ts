import { userInfo } from 'node:os'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { loadCoreConfig } from '../config.ts'
import { defaultCacheDir } from '../database/start-server.ts'
import { loadEnvFile } from '../env-file.ts'
import { formatError, toAppError } from '../errors.ts'
import { runImport } from './run-import.ts'

const USAGE = `Usage: npm run import -- <file.csv> [options]

Imports a CSV file into the customers, as if it had been shared in Slack, and prints the receipt.

  --phone-column <name or number>  the column with the phone numbers, where the header does not tell;
                                   numbers count from 1
  --failed-rows <path>             write the rows that could not be used there, with what is wrong,
                                   to be corrected and imported again
  --dry-run                        show what the import would do, with examples, and write nothing
  --anyway                         import also a file that looks like the wrong one
  --json                           print one JSON object on standard output and nothing else there
  --help                           print this

Exit status: 0 imported or shown, 1 refused, 2 wrong usage.
`

interface Arguments {
  readonly path: string
  readonly json: boolean
  readonly dryRun: boolean
  readonly anyway: boolean
  readonly phoneColumn?: string
  readonly failedRows?: string
}

function parse(args: string[]): Arguments | 'help' | undefined {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        'dry-run': { type: 'boolean', default: false },
        anyway: { type: 'boolean', default: false },
        'phone-column': { type: 'string' },
        'failed-rows': { type: 'string' },
      },
    })
    if (values.help) return 'help'
    const [path] = positionals
    if (path === undefined || positionals.length !== 1) return undefined
    const { json, anyway, 'dry-run': dryRun, 'phone-column': phoneColumn, 'failed-rows': failedRows } = values
    if (phoneColumn?.trim() === '' || failedRows === '') return undefined
    // Written over, the file would be gone before its rows are corrected.
    if (failedRows !== undefined && resolve(failedRows) === resolve(path)) return undefined
    return {
      path,
      json,
      dryRun,
      anyway,
      ...(phoneColumn !== undefined && { phoneColumn }),
      ...(failedRows !== undefined && { failedRows }),
    }
  } catch {
    return undefined
  }
}

async function main(): Promise<number> {
  const args = parse(process.argv.slice(2))
  if (args === 'help') {
    process.stdout.write(USAGE)
    return 0
  }
  if (!args) {
    process.stderr.write(USAGE)
    return 2
  }
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())
  try {
    loadEnvFile()
    return await runImport({
      config: loadCoreConfig(process.env),
      cacheDir: defaultCacheDir(process.env),
      path: resolve(args.path),
      user: userInfo().username,
      json: args.json,
      dryRun: args.dryRun,
      anyway: args.anyway,
      ...(args.phoneColumn !== undefined && { phoneColumn: args.phoneColumn }),
      ...(args.failedRows !== undefined && { failedRows: resolve(args.failedRows) }),
      stdout: process.stdout,
      stderr: process.stderr,
      signal: stopping.signal,
    })
  } catch (thrown) {
    const error = toAppError(thrown)
    process.stderr.write(`${formatError(error)}\n`)
    if (error.code === 'unexpected') process.stderr.write(`${String(error.cause)}\n`)
    return 1
  }
}

process.exitCode = await main()
