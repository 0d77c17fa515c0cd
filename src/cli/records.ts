import { userInfo } from 'node:os'
import { parseArgs } from 'node:util'
import { RECORD_KIND_WORDS } from '../../commands/record-kind-words.ts'
import { RECORD_KINDS, type RecordKind } from '../../models/index.ts'
import { loadCoreConfig } from '../config.ts'
import { defaultCacheDir } from '../database/start-server.ts'
import { loadEnvFile } from '../env-file.ts'
import { toAppError } from '../errors.ts'
import { runRecords } from './run-records.ts'

const CHOICES = RECORD_KINDS.map((kind) => RECORD_KIND_WORDS[kind].word)

const USAGE = `Usage: npm run records [-- ${CHOICES.join(' | ')}] [options]

Says what a record of the customers is, and what it can be; or switches to another choice: shows what
that would do and asks. Files that are shared meanwhile wait. A switch that is interrupted goes on with
the next bot, or when the same is typed again.

  --yes    do not ask
  --json   print one JSON object on standard output and nothing else there
  --help   print this

Exit status: 0 shown or switched, 1 not switched, 2 wrong usage.
`

interface Arguments {
  readonly to?: RecordKind
  readonly yes: boolean
  readonly json: boolean
}

function parse(args: string[]): Arguments | 'help' | undefined {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        yes: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    if (values.help) return 'help'
    const { yes, json } = values
    const [word, ...rest] = positionals
    if (word === undefined) return { yes, json }
    const to = RECORD_KINDS.find((kind) => RECORD_KIND_WORDS[kind].word === word.toLowerCase())
    return to && rest.length === 0 ? { to, yes, json } : undefined
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
    return await runRecords({
      config: loadCoreConfig(process.env),
      cacheDir: defaultCacheDir(process.env),
      user: userInfo().username,
      ...args,
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
      signal: stopping.signal,
    })
  } catch (thrown) {
    const error = toAppError(thrown)
    process.stderr.write(`${error.code}: ${error.message} ${error.next}\n`)
    if (error.code === 'unexpected') process.stderr.write(`${String(error.cause)}\n`)
    return 1
  }
}

process.exitCode = await main()
