import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { backUpDatabase } from '../database/index.ts'
import { AppError } from '../errors.ts'
import { print } from '../terminal/index.ts'
import { formatDateTime } from './restore/index.ts'
import { runEntry } from './run-entry.ts'

const USAGE = `Usage: npm run backup -- <directory> [options]

Copies the embedded database into a directory that is not there yet, also while the bot runs. The
directory is readable by this account alone. It holds customers and their history, no settings.

  --json     print only one JSON object on standard output
  --help     print this help
  --version  print the version

Exit status: 0 backed up, 1 not backed up, 2 wrong usage.
`

interface Arguments {
  readonly target: string
  readonly json: boolean
}

function parse(args: string[]): Arguments | 'help' | undefined {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  const [target] = positionals
  if (!target || positionals.length !== 1) return undefined
  return { target: resolve(target), json: values.json }
}

await runEntry<Arguments>({
  usage: USAGE,
  parse,
  async run({ target, json }, { config, cacheDir, stdout, stderr }) {
    if (config.mongodbUri !== undefined)
      throw new AppError('backup_refused', { reason: 'MONGODB_URI is set: use mongodump for that server' })
    const log = (line: string) => print(stderr, line)
    const { version, taken_at } = await backUpDatabase({ dataDir: config.dataDir, cacheDir, target, log })
    if (json) print(stdout, JSON.stringify({ backup: target, version, taken_at }))
    else print(stdout, `The backup of ${formatDateTime(taken_at, config.timeZone)} is in ${target}.`)
    return 0
  },
})
