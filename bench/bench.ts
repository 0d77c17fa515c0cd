import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { defaultCacheDir, startDatabaseServer } from '../src/database/start-server.ts'
import { answerHelp } from '../src/terminal/index.ts'
import { compareResults, parseResult } from './compare-results.ts'
import { measure } from './measure.ts'
import { describeResult, toResult } from './report.ts'

const USAGE = `Usage: npm run bench -- [--rows N] [--rounds N] [--growth N,N,…] [--json] [--compare FILE]

Measures an import against writing one row after the other and against the raw driver with and without history, on a
database server of its own.

  --rows N        rows of each file (100000)
  --rounds N      rounds in turn, of which the medians count (3)
  --growth N,N,…  rows of the growth runs (10000,100000,1000000 as far as ten times --rows)
  --json          print one JSON object on standard output and nothing else there
  --compare FILE  ratios to the last line of FILE, which --json wrote on the same machine; on standard error
`

const SMALLEST = 10_000
const GROWTH = [SMALLEST, 100_000, 1_000_000]

interface Options {
  readonly rows: number
  readonly rounds: number
  readonly growth: readonly number[]
  readonly json: boolean
  readonly compare: string | undefined
}

function parse(args: string[]): Options | undefined {
  try {
    const { values } = parseArgs({
      args,
      options: {
        rows: { type: 'string', default: '100000' },
        rounds: { type: 'string', default: '3' },
        growth: { type: 'string' },
        json: { type: 'boolean', default: false },
        compare: { type: 'string' },
      },
    })
    const rows = toCount(values.rows)
    const growth = values.growth?.split(',').map(toCount) ?? growthOf(rows)
    return { rows, rounds: toCount(values.rounds), growth, json: values.json, compare: values.compare }
  } catch {
    return undefined
  }
}

/** Fewer growth runs for a short benchmark. */
function growthOf(rows: number): number[] {
  return rows < SMALLEST ? [rows] : GROWTH.filter((point) => point <= rows * 10)
}

function toCount(text: string): number {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1) throw new Error(`"${text}" is no number of anything.`)
  return count
}

async function main(): Promise<number> {
  answerHelp(USAGE)
  const options = parse(process.argv.slice(2))
  if (!options) {
    process.stderr.write(USAGE)
    return 2
  }
  const log = (line: string) => process.stderr.write(`${line}\n`)
  // Before the long run, so that an unreadable file fails at once.
  const earlier =
    options.compare === undefined ? undefined : parseResult(await readFile(options.compare, 'utf8'))
  const folder = await mkdtemp(join(tmpdir(), 'customer-uploads-bench-'))
  const server = await startDatabaseServer({ dataDir: null, cacheDir: defaultCacheDir(process.env), log })
  try {
    const settings = { ...options, uri: server.uri, folder, log }
    const measured = await measure(settings)
    const engine = [server.engine, server.version].filter((part) => part !== null).join(' ')
    const result = toResult(engine, settings, measured)
    process.stdout.write(`${options.json ? JSON.stringify(result) : describeResult(result, measured)}\n`)
    if (earlier) for (const line of compareResults(result, earlier)) log(line)
    return 0
  } finally {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

process.exitCode = await main()
