import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { defaultCacheDir, startDatabaseServer } from '../src/database/start-server.ts'
import { answerHelp } from '../src/terminal/index.ts'
import { align } from './align.ts'
import { type Answer, type Contender, startContender, type Task } from './contender-pool.ts'
import { type Case, writeDayFile } from './invented-customers.ts'
import { readServerTimes } from './processor-time.ts'

const USAGE = `Usage: npm run bench:lists -- [--rows N] [--steps compare,export,undo,undo_older] [--small N] [--load import|raw] [--json]

Measures what is done with whole lists: comparing two of them, exporting all customers, undoing an upload. Each is done
with a tenth of the rows first, so that the growth is seen. The database server is its own.

  --rows N        rows of each list (100000)
  --small N       rows of the lists it is compared with (a tenth of --rows; 0 leaves them out)
  --steps A,B,…   what is measured (all of them); undo: the last list and then the first; undo_older: the first
                  list, while the second counts for the same customers
  --load raw      lists are written by the raw driver, which is faster; compare and export only (import)
  --json          print one JSON object on standard output and nothing else there
`

const STEPS = ['compare', 'export', 'undo', 'undo_older'] as const
type Step = (typeof STEPS)[number]

interface Options {
  readonly rows: number
  readonly small: number
  readonly steps: ReadonlySet<Step>
  readonly isRaw: boolean
  readonly json: boolean
}

/** One measured task for one row count. */
interface ListFigure {
  readonly what: string
  readonly rows: number
  readonly seconds: number
  /** Processor time of the bot's process; the database has its own. */
  readonly processor_seconds: number
  /** Of the database server; absent if the system does not report it. */
  readonly database_seconds?: number
  readonly peak_mb: number
  /** Ratio to the import of the list that is undone. */
  readonly vs_import?: number
}

/** The engine's planner learns about newly filled collections within this time (docs/performance.md). */
const PAUSE_MS = 8_000
const MIN_ROWS = 1_000

function parse(args: string[]): Options | undefined {
  try {
    const { values } = parseArgs({
      args,
      options: {
        rows: { type: 'string', default: '100000' },
        small: { type: 'string' },
        steps: { type: 'string', default: STEPS.join(',') },
        load: { type: 'string', default: 'import' },
        json: { type: 'boolean', default: false },
      },
    })
    const rows = Number(values.rows)
    const small = values.small === undefined ? Math.floor(rows / 10) : Number(values.small)
    const steps = values.steps.split(',').map((name) => STEPS.find((step) => step === name))
    const isRaw = values.load === 'raw'
    if (!Number.isInteger(rows) || rows < MIN_ROWS || !Number.isInteger(small) || small < 0) return undefined
    if (steps.includes(undefined) || (!isRaw && values.load !== 'import')) return undefined
    const known = new Set(steps.filter((step) => step !== undefined))
    if (isRaw && (known.has('undo') || known.has('undo_older'))) return undefined
    return { rows, small, steps: known, isRaw, json: values.json }
  } catch {
    return undefined
  }
}

interface Run {
  readonly uri: string
  readonly folder: string
  readonly rows: number
  readonly figures: ListFigure[]
  readonly log: (line: string) => void
}

async function work(
  { uri, folder, rows }: Run,
  contender: Contender,
  task: Pick<Task, 'kind' | 'number' | 'numbers'> & { readonly day?: Case; readonly database: string },
): Promise<Answer> {
  const { database, day = 'first_load', ...rest } = task
  const url = new URL(uri)
  url.pathname = `/lists_${database}_${rows}`
  return await contender.run({ ...rest, uri: url.href, day, rows, path: join(folder, `${day}_${rows}`) })
}

type TimedAnswer = Answer & { readonly databaseSeconds?: number }

/** Runs a task in its own process, so that its memory is measured alone. */
async function alone(run: Run, task: Parameters<typeof work>[2]): Promise<TimedAnswer> {
  const contender = startContender()
  try {
    const pids = new Set([contender.pid])
    const before = readServerTimes(pids)
    const answer = await work(run, contender, task)
    const after = readServerTimes(pids)
    if (!before || !after) return answer
    const databaseSeconds = after.gateway + after.engine - before.gateway - before.engine
    return { ...answer, databaseSeconds }
  } finally {
    await contender.end()
  }
}

function note(run: Run, what: string, answer: TimedAnswer, importSeconds?: number): void {
  const { seconds, processorSeconds, databaseSeconds, peakMb } = answer
  const figure = {
    what,
    rows: run.rows,
    seconds: round(seconds, 2),
    processor_seconds: round(processorSeconds, 2),
    ...(databaseSeconds !== undefined && { database_seconds: round(databaseSeconds, 2) }),
    peak_mb: round(peakMb, 1),
    ...(importSeconds !== undefined && { vs_import: round(seconds / importSeconds, 2) }),
  }
  run.figures.push(figure)
  run.log(`${run.rows.toLocaleString('en-US')} rows, ${what}: ${figure.seconds} s, ${figure.peak_mb} MB`)
}

/** Imports the first list and the list of a usual day after it. @returns the seconds of each */
async function importBoth(run: Run, database: string): Promise<{ readonly [day in Case]?: number }> {
  const seconds: { [day in Case]?: number } = {}
  for (const day of ['first_load', 'typical_day'] as const) {
    const answer = await alone(run, { kind: 'ours', day, database })
    note(run, `import, ${day}`, answer)
    seconds[day] = answer.seconds
    await sleep(PAUSE_MS)
  }
  return seconds
}

async function measureSize(run: Run, { steps, isRaw }: Options): Promise<void> {
  for (const day of ['first_load', 'typical_day'] as const)
    await writeDayFile(join(run.folder, `${day}_${run.rows}`), day, run.rows)
  const reads = (['compare', 'export'] as const).filter((step) => steps.has(step))
  if (reads.length > 0 || steps.has('undo_older')) {
    const database = 'older'
    let seconds: { readonly [day in Case]?: number } = {}
    if (isRaw) note(run, 'raw load', await alone(run, { kind: 'load_lists', database }))
    else seconds = await importBoth(run, database)
    if (isRaw) await sleep(PAUSE_MS)
    if (steps.has('compare'))
      note(run, 'compare', await alone(run, { kind: 'compare', numbers: [2, 1], database }))
    if (steps.has('export')) note(run, 'export', await alone(run, { kind: 'export', database }))
    if (steps.has('undo_older')) {
      note(run, 'forecast of an older one', await alone(run, { kind: 'forecast', number: 1, database }))
      note(run, 'undo, older', await alone(run, { kind: 'undo', number: 1, database }), seconds.first_load)
    }
    await alone(run, { kind: 'drop', database })
  }
  if (steps.has('undo')) {
    const database = 'newest'
    const seconds = await importBoth(run, database)
    note(run, 'undo, newest', await alone(run, { kind: 'undo', number: 2, database }), seconds.typical_day)
    note(run, 'undo, then', await alone(run, { kind: 'undo', number: 1, database }), seconds.first_load)
    await alone(run, { kind: 'drop', database })
  }
}

async function main(): Promise<number> {
  answerHelp(USAGE)
  const options = parse(process.argv.slice(2))
  if (!options) {
    process.stderr.write(USAGE)
    return 2
  }
  const log = (line: string) => process.stderr.write(`${line}\n`)
  const folder = await mkdtemp(join(tmpdir(), 'customer-uploads-bench-'))
  const server = await startDatabaseServer({ dataDir: null, cacheDir: defaultCacheDir(process.env), log })
  const figures: ListFigure[] = []
  try {
    for (const rows of [options.small, options.rows])
      if (rows > 0) await measureSize({ uri: server.uri, folder, rows, figures, log }, options)
    const engine = [server.engine, server.version].filter((part) => part !== null).join(' ')
    process.stdout.write(`${options.json ? JSON.stringify({ engine, figures }) : toTable(engine, figures)}\n`)
    return 0
  } finally {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Beside the time a row takes its processor time, in microseconds. Growth: seconds a row with the more rows over those with the fewer. */
function toTable(engine: string, figures: readonly ListFigure[]): string {
  const head = ['', 'rows', 's', 'µs a row', 'own', 'database', 'peak MB', 'growth', '+ MB', '× its import']
  const rows = figures.map((figure) => {
    const { what, seconds, processor_seconds, database_seconds, peak_mb, vs_import } = figure
    const perRow = (some: number) => ((some / figure.rows) * 1e6).toFixed(0)
    const small = figures.find((one) => one.what === what && one.rows < figure.rows)
    const growth = small && seconds / figure.rows / (small.seconds / small.rows)
    return [
      what,
      figure.rows.toLocaleString('en-US'),
      seconds.toFixed(1),
      perRow(seconds),
      perRow(processor_seconds),
      database_seconds === undefined ? '' : perRow(database_seconds),
      peak_mb.toFixed(0),
      growth?.toFixed(2) ?? '',
      small ? (peak_mb - small.peak_mb).toFixed(0) : '',
      vs_import?.toFixed(2) ?? '',
    ]
  })
  return [`${engine}:`, '', ...align([head, ...rows])].join('\n')
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}

process.exitCode = await main()
