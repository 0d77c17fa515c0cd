import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { mongo } from 'mongoose'
import { createModels, ensureIndexes, type Models } from '../models/index.ts'
import { connectDatabase } from '../src/database/connect.ts'
import { defaultCacheDir, startDatabaseServer } from '../src/database/start-server.ts'
import { answerHelp } from '../src/terminal/index.ts'
import { blocksOf, type Day, finalDocuments } from './final-documents.ts'
import { writeDayFile } from './invented-customers.ts'
import { IMPORT_OPTIONS, importShare } from './ours.ts'
import { readServerTimes } from './processor-time.ts'
import { median } from './statistics.ts'

const USAGE = `Usage: npm run bench:words -- [--rows N] [--rounds N]

Measures what the search words of cities, states and e-mail domains cost: none of them, in the rows as earlier
versions stored them, and in search blocks. First rows alone through the raw driver, then first loads with and
without blocks. All in turn, on a database server of its own.

  --rows N     rows of each run (10000)
  --rounds N   rounds, of which the medians count (3)
`

const ARMS = ['none', 'in rows', 'in blocks'] as const
type Arm = (typeof ARMS)[number]

interface Measured {
  /** Microseconds per row. */
  readonly wall: number
  /** Processor time of the gateway and the engine, in microseconds per row. */
  readonly server: number
  /** Processor time of this process, in microseconds per row. */
  readonly own: number
}
interface Sizes {
  /** Bytes per row. */
  readonly data: number
  readonly indexes: number
}

const SHARED_AT = new Date('2026-01-02T09:00:00Z')

async function empty(models: Models): Promise<void> {
  await models.connection.dropDatabase()
  await ensureIndexes(models)
}

async function timed(rows: number, work: () => Promise<number>): Promise<Measured> {
  const sum = () => {
    const { gateway, engine } = readServerTimes(new Set()) ?? { gateway: 0, engine: 0 }
    return gateway + engine
  }
  const before = { server: sum(), own: process.cpuUsage() }
  const ms = await work()
  const { user, system } = process.cpuUsage(before.own)
  return {
    wall: (ms * 1_000) / rows,
    server: ((sum() - before.server) * 1e6) / rows,
    own: (user + system) / rows,
  }
}

/** Writes the rows of a first load, and nothing else. */
async function insertRows(models: Models, rows: number, arm: Arm): Promise<Measured> {
  const upload = { _id: new mongo.ObjectId(), sharedAt: SHARED_AT }
  const day: Day = { name: 'first_load', rows, upload, previous: upload, uploadsBefore: 0 }
  return await timed(rows, async () => {
    let ms = 0
    for (let at = 0; at < rows; at += IMPORT_OPTIONS.batchSize) {
      const size = Math.min(IMPORT_OPTIONS.batchSize, rows - at)
      const documents = Array.from({ length: size }, (_, index) => finalDocuments(day, at + index))
      const started = performance.now()
      if (arm === 'in blocks')
        await models.searchBlocks.collection.insertMany(blocksOf(upload, 1, documents), { ordered: false })
      const batch = documents.map(({ row, shared }) =>
        arm === 'in rows' ? { ...row, search: [...((row.search as string[]) ?? []), ...shared.words] } : row,
      )
      await models.uploadRows.collection.insertMany(batch, { ordered: false })
      ms += performance.now() - started
    }
    return ms
  })
}

async function readSizes({ uploadRows, searchBlocks }: Models, rows: number): Promise<Sizes> {
  let [data, indexes] = [0, 0]
  for (const { collection } of [uploadRows, searchBlocks]) {
    const [found] = await collection.aggregate([{ $collStats: { storageStats: {} } }]).toArray()
    // An empty collection has indexes too; it is part of the cost only if it is used.
    if (Number(found?.count ?? found?.storageStats?.count ?? 0) === 0) continue
    data += Number(found?.storageStats?.storageSize)
    indexes += Number(found?.storageStats?.totalIndexSize)
  }
  return { data: data / rows, indexes: indexes / rows }
}

/** The same import without search blocks. */
function withoutBlocks(models: Models): Models {
  const { searchBlocks } = models
  const collection = new Proxy(searchBlocks.collection, {
    get: (target, name) =>
      name === 'insertMany' || name === 'insertOne'
        ? async () => ({ insertedCount: 0 })
        : Reflect.get(target, name, target),
  })
  return { ...models, searchBlocks: { collection } as typeof searchBlocks }
}

async function importRows(models: Models, rows: number, path: string): Promise<Measured> {
  return await timed(
    rows,
    async () => (await importShare(models, { path, sharedAt: SHARED_AT })).seconds * 1_000,
  )
}

/** Each way in each round, in an order that changes with the round. */
async function measureInTurn<T extends string>(
  ways: readonly T[],
  rounds: number,
  measure: (way: T) => Promise<Measured>,
): Promise<Map<T, Measured>> {
  const all = new Map<T, Measured[]>(ways.map((way) => [way, []]))
  for (let round = 0; round < rounds; round++)
    for (const way of round % 2 === 0 ? ways : ways.toReversed()) all.get(way)?.push(await measure(way))
  const middle = (runs: readonly Measured[], key: keyof Measured) => median(runs.map((run) => run[key]))
  return new Map(
    [...all].map(([way, runs]) => [
      way,
      { wall: middle(runs, 'wall'), server: middle(runs, 'server'), own: middle(runs, 'own') },
    ]),
  )
}

const write = (name: string, { wall, server, own }: Measured, sizes?: Sizes): string =>
  [
    name.padEnd(22),
    `${wall.toFixed(1).padStart(7)} µs`,
    `${server.toFixed(1).padStart(7)} µs of the server`,
    `${own.toFixed(1).padStart(7)} own`,
    ...(sizes ? [`data ${sizes.data.toFixed(1)}, indexes ${sizes.indexes.toFixed(1)} bytes`] : []),
  ].join('  ')

async function main(): Promise<number> {
  answerHelp(USAGE)
  const { values } = parseArgs({
    args: process.argv.slice(2),
    options: { rows: { type: 'string', default: '10000' }, rounds: { type: 'string', default: '3' } },
  })
  const [rows, rounds] = [Number(values.rows), Number(values.rounds)]
  const log = (line: string) => process.stderr.write(`${line}\n`)
  const folder = await mkdtemp(join(tmpdir(), 'customer-uploads-words-'))
  const server = await startDatabaseServer({ dataDir: null, cacheDir: defaultCacheDir(process.env), log })
  const connection = await connectDatabase(server.uri, { log: () => {} })
  try {
    const models = createModels(connection)
    const path = join(folder, 'first-load.csv')
    await writeDayFile(path, 'first_load', rows)
    // Both programs and both caches are warm then.
    await empty(models)
    await importRows(models, rows, path)

    const sizes = new Map<Arm, Sizes>()
    const inserted = await measureInTurn(ARMS, rounds, async (arm) => {
      await empty(models)
      const measured = await insertRows(models, rows, arm)
      sizes.set(arm, await readSizes(models, rows))
      return measured
    })
    console.log(`${rows} rows, ${rounds} rounds in turn, per row. Rows alone:`)
    for (const [arm, measured] of inserted) console.log(write(arm, measured, sizes.get(arm)))

    const imported = await measureInTurn(['without blocks', 'with blocks'], rounds, async (way) => {
      await empty(models)
      return await importRows(way === 'with blocks' ? models : withoutBlocks(models), rows, path)
    })
    console.log('First loads:')
    for (const [way, measured] of imported) console.log(write(way, measured))
    return 0
  } finally {
    await connection.close()
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

process.exitCode = await main()
