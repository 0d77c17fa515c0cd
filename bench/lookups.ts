import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { COMMANDS } from '../commands/index.ts'
import { createModels, ensureIndexes, type Models } from '../models/index.ts'
import { connectDatabase } from '../src/database/connect.ts'
import { defaultCacheDir, startDatabaseServer } from '../src/database/start-server.ts'
import { answerHelp } from '../src/terminal/index.ts'
import { inventCustomer } from './invented-customers.ts'
import { type LookupScale, loadHistory } from './load-lookups.ts'
import { commandDepsOf } from './ours.ts'
import { median, quantile } from './statistics.ts'

const USAGE = `Usage: npm run bench:lookups -- [--customers N] [--rows N] [--times N] [--data DIR] [--json]

Loads customers and their history through the raw driver into a database of its own, then measures what people wait for.

  --customers N   customers (50000)
  --rows N        rows of history (500000)
  --times N       how often each is asked (200)
  --data DIR      keep the database there; where it is loaded already, only ask
  --json          print one JSON object on standard output and nothing else there
`

/** A customer in the first and every later list. */
type Asked = ReturnType<typeof inventCustomer>

interface Lookup {
  /** Name in the table. */
  readonly name: string
  readonly command: '/customer' | '/uploads'
  readonly text: (asked: Asked, uploads: number) => string
}

/** The measured commands; add a line for a new one. */
const LOOKUPS: readonly Lookup[] = [
  { name: '/customer by phone', command: '/customer', text: ({ phone }) => phone },
  {
    name: '/customer by name prefix',
    command: '/customer',
    text: ({ values }) => values.full_name.slice(0, -2),
  },
  {
    name: '/customer by two beginnings',
    command: '/customer',
    text: ({ values }) => values.full_name.replace(/(\S{3})\S*/g, '$1'),
  },
  {
    name: '/customer by name and city',
    command: '/customer',
    text: ({ values }) => `${values.full_name} ${values.city}`,
  },
  { name: '/customer by city', command: '/customer', text: ({ values }) => `in ${values.city}` },
  { name: '/customer by state', command: '/customer', text: ({ values }) => `in ${values.state}` },
  {
    name: '/customer by e-mail domain and name',
    command: '/customer',
    text: ({ values }) => `@example.com ${values.full_name}`,
  },
  { name: '/customer by last 5 digits', command: '/customer', text: ({ phone }) => phone.slice(-5) },
  {
    name: '/customer by last 4 digits and name',
    command: '/customer',
    text: ({ phone, values }) => `${phone.slice(-4)} ${values.full_name.split(' ')[0]}`,
  },
  {
    name: '/customer by phone and name',
    command: '/customer',
    text: ({ phone, values }) => `${phone.slice(3)} ${values.full_name.split(' ')[0]}`,
  },
  { name: '/customer by first digits', command: '/customer', text: ({ phone }) => `${phone.slice(3, 9)}*` },
  { name: '/customer by phone in stars', command: '/customer', text: ({ phone }) => `*${phone.slice(3)}*` },
  { name: '/customer by e-mail domain', command: '/customer', text: () => '@example.com' },
  {
    name: '/customer by name with a wrong letter',
    command: '/customer',
    text: ({ values }) => values.full_name.replace(/(\S)(\S)(\S*)$/, '$2$1$3'),
  },
  {
    name: '/customer by city with a wrong letter',
    command: '/customer',
    text: ({ values }) => `in ${values.city.replace(/(\S)(\S)$/, '$2$1')}`,
  },
  { name: '/customer, found nobody', command: '/customer', text: () => 'zzqx wwyk vvjh' },
  {
    name: '/customer by phone with a digit less',
    command: '/customer',
    text: ({ phone }) => phone.slice(3, -1),
  },
  {
    name: '/customer, three at once',
    command: '/customer',
    text: ({ phone, values }) => `${phone}, ${values.loan_id}, ${values.email}`,
  },
  { name: '/customer by e-mail', command: '/customer', text: ({ values }) => values.email },
  { name: '/customer by loan ID', command: '/customer', text: ({ values }) => values.loan_id },
  { name: '/customer history', command: '/customer', text: ({ phone }) => `history ${phone}` },
  { name: '/customer on a day', command: '/customer', text: ({ phone }) => `${phone} on 2026-01-04` },
  { name: '/uploads recent', command: '/uploads', text: () => 'recent' },
  { name: '/uploads last 7 days', command: '/uploads', text: () => 'last 7 days' },
  { name: '/uploads who uploaded', command: '/uploads', text: () => 'who uploaded this year' },
  { name: '/uploads show by file name', command: '/uploads', text: (_, uploads) => `show list-${uploads}` },
  { name: '/uploads count by city', command: '/uploads', text: () => 'count by city' },
  { name: '/uploads count without e-mail', command: '/uploads', text: () => 'count without e-mail' },
  { name: '/uploads count of amounts', command: '/uploads', text: () => 'count loan over 50000' },
  { name: '/uploads count in no city', command: '/uploads', text: () => 'count wwykvvjh' },
  { name: '/uploads show, a short list', command: '/uploads', text: (_, uploads) => `show ${uploads}` },
  { name: '/uploads show, a long list', command: '/uploads', text: () => 'show 2' },
  {
    name: '/uploads compare, short lists',
    command: '/uploads',
    text: (_, uploads) => `compare ${uploads} ${uploads - 1}`,
  },
  { name: '/uploads compare, long lists', command: '/uploads', text: () => 'compare 3 2' },
]

interface Measured {
  readonly name: string
  /** Milliseconds until the first visible reply: the result or a progress message. */
  readonly p50_ms: number
  readonly p95_ms: number
  /** Median milliseconds until the whole reply, if a progress message comes first. */
  readonly whole_ms?: number
  readonly asked: number
}

/** The engine's planner gets statistics of new collections within this time (docs/performance.md). */
const PAUSE_MS = 15_000
/** A slow command is repeated for at most this long, but runs at least once. */
const LONGEST_MS = 30_000

async function measure(models: Models, lookup: Lookup, scale: LookupScale, uploads: number, times: number) {
  const command = COMMANDS.find(({ name }) => name === lookup.command)
  if (!command) throw new Error(`There is no ${lookup.command}.`)
  const deps = commandDepsOf(models)
  const waited: number[] = []
  const whole: number[] = []
  let total = 0
  for (let turn = 0; turn < times; turn++) {
    const text = lookup.text(inventCustomer((turn * 7919) % scale.customers), uploads)
    const started = performance.now()
    let first: number | undefined
    const post = async () => {
      first ??= performance.now() - started
    }
    await command.run(
      { text, team: 'T1', channel: 'C1', user: 'U1', channels: new Set(['C1']), now: new Date(), post },
      deps,
    )
    const ms = performance.now() - started
    waited.push(first ?? ms)
    if (first !== undefined) whole.push(ms)
    total += ms
    if (total > LONGEST_MS) break
  }
  return {
    name: lookup.name,
    p50_ms: round1(median(waited)),
    p95_ms: round1(quantile(waited, 0.95)),
    ...(whole.length > 0 && { whole_ms: round1(median(whole)) }),
    asked: waited.length,
  } satisfies Measured
}

function round1(value: number): number {
  return Math.round(value * 10) / 10
}

interface Options extends LookupScale {
  readonly times: number
  /** Null for a temporary database. */
  readonly data: string | null
  readonly json: boolean
}

function parse(args: string[]): Options | undefined {
  try {
    const { values } = parseArgs({
      args,
      options: {
        customers: { type: 'string', default: '50000' },
        rows: { type: 'string', default: '500000' },
        times: { type: 'string', default: '200' },
        data: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    })
    const [customers = 0, rows = 0, times = 0] = [values.customers, values.rows, values.times].map(Number)
    if (![customers, rows, times].every((count) => Number.isInteger(count) && count > 0)) return undefined
    return { customers, rows, times, data: values.data ?? null, json: values.json }
  } catch {
    return undefined
  }
}

async function main(): Promise<number> {
  answerHelp(USAGE)
  const options = parse(process.argv.slice(2))
  if (!options) {
    process.stderr.write(USAGE)
    return 2
  }
  const { customers, rows, times, data, json } = options
  const log = (line: string) => process.stderr.write(`${line}\n`)
  const server = await startDatabaseServer({ dataDir: data, cacheDir: defaultCacheDir(process.env), log })
  const connection = await connectDatabase(server.uri, { log: () => {} })
  try {
    const models = createModels(connection)
    // Indexes first: building them on ten million rows takes longer than a request may.
    await ensureIndexes(models)
    const started = performance.now()
    const { uploads } = await loadHistory(models, options, log)
    log(`Loaded in ${Math.round((performance.now() - started) / 1000)} s.`)
    for (const line of await indexSizes(models)) log(line)
    await sleep(PAUSE_MS)
    const lookups: Measured[] = []
    for (const lookup of LOOKUPS) {
      lookups.push(await measure(models, lookup, options, uploads, times))
      const { name, p50_ms, p95_ms, asked } = lookups.at(-1) as Measured
      log(`${name}: median ${p50_ms} ms, p95 ${p95_ms} ms of ${asked}`)
    }
    const engine = [server.engine, server.version].filter((part) => part !== null).join(' ')
    const result = { engine, customers, rows, lookups }
    process.stdout.write(`${json ? JSON.stringify(result) : toTable(result)}\n`)
    return 0
  } finally {
    await connection.close()
    await server.stop()
  }
}

/** Bytes of each index of the rows and the customers, one line each. */
async function indexSizes(models: Models): Promise<string[]> {
  const lines: string[] = []
  for (const { collection } of [models.uploadRows, models.searchBlocks, models.customers, models.nameWords]) {
    const [stats] = await collection.aggregate([{ $collStats: { storageStats: {} } }]).toArray()
    const sizes = Object.entries<number>(stats?.storageStats?.indexSizes ?? {})
    lines.push(
      ...sizes.map(
        ([name, bytes]) => `index ${name} of ${collection.collectionName}: ${Math.round(bytes / 1e6)} MB`,
      ),
    )
  }
  return lines
}

function toTable({
  engine,
  customers,
  rows,
  lookups,
}: LookupScale & { engine: string; lookups: Measured[] }) {
  const width = Math.max(...lookups.map(({ name }) => name.length))
  const count = (value: number) => value.toLocaleString('en-US')
  return [
    `${engine}, ${count(customers)} customers, ${count(rows)} rows of history, milliseconds:`,
    '',
    `${''.padEnd(width)}  ${'median'.padStart(8)}  ${'p95'.padStart(8)}  ${'whole'.padStart(9)}`,
    ...lookups.map(({ name, p50_ms, p95_ms, whole_ms }) =>
      [
        name.padEnd(width),
        p50_ms.toFixed(1).padStart(8),
        p95_ms.toFixed(1).padStart(8),
        whole_ms?.toFixed(1).padStart(9) ?? '',
      ].join('  '),
    ),
  ].join('\n')
}

process.exitCode = await main()
