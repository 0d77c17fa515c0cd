import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, type Contender, startContender, type Task } from './contender-pool.ts'
import { writeDayWorkbook } from './day-workbook.ts'
import { CASES, type Case, writeDayFile } from './invented-customers.ts'
import { readServerTimes } from './processor-time.ts'
import { measureReadingGrowth, type ReadingGrowth } from './reading-growth.ts'
import { STAGES, type Stage } from './stages.ts'
import { median } from './statistics.ts'
import type { StoredSize } from './stored-size.ts'
import { type LongestTurns, longestOf, type WorkTurn } from './turn-watch.ts'

export interface BenchSettings {
  readonly uri: string
  readonly folder: string
  readonly rows: number
  readonly rounds: number
  /** Rows of the growth runs. */
  readonly growth: readonly number[]
  readonly log: (line: string) => void
}

const CONTENDERS = ['per_row', 'ceiling', 'ceiling_overlapped', 'customers_only', 'ours'] as const
type ContenderName = (typeof CONTENDERS)[number]

/** Milliseconds per row, by contender: the median of the rounds. */
type CaseTimes = Record<ContenderName, number>

export interface Growth {
  readonly rows: number
  readonly seconds_per_million: number
  readonly peak_mb: number
}

const FORMATS = ['csv', 'xlsx'] as const
type Format = (typeof FORMATS)[number]
/** In the order of their shares. `open_dates`: the order of day and month is open to the last row, so every row is read twice. */
const WORKBOOK_CASES = {
  first_load: { day: 'first_load', dates: 'plain' },
  typical_day: { day: 'typical_day', dates: 'plain' },
  open_dates: { day: 'typical_day', dates: 'open' },
} as const
type WorkbookCase = keyof typeof WORKBOOK_CASES
const WORKBOOK_NAMES = Object.keys(WORKBOOK_CASES) as WorkbookCase[]

interface WorkbookImport {
  /** Time of the workbook's import as a multiple of the CSV's. */
  readonly vs_csv: number
  /** Number of passes of the import over the sheet's rows. */
  readonly passes: number
}

/** A workbook compared with the CSV of the same cells. */
export interface WorkbookSpeed extends Record<WorkbookCase, WorkbookImport> {
  /** Rows per second, each file read alone. */
  readonly reading: number
  readonly reading_csv: number
  readonly growth: readonly ReadingGrowth[]
}

/** Microseconds of processor time per unchanged row in each process. */
export interface ProcessorTimes {
  readonly import: number
  readonly gateway: number
  readonly engine: number
}

export interface Measured {
  readonly cases: Record<Case, CaseTimes>
  /** Rows per second. */
  readonly stages: Record<Stage, number>
  readonly workbook: WorkbookSpeed
  readonly growth: readonly Growth[]
  /** Absent if the system does not report it. */
  readonly processor: ProcessorTimes | undefined
  /** After the last day of the first round. */
  readonly size: StoredSize | undefined
  readonly longestTurns: LongestTurns
  /** Milliseconds of each `/customer` during the growth imports. */
  readonly lookups: readonly number[]
}

/** Rows for the row-by-row contender: enough for a reliable result, few enough for a short run. */
const perRowSample = (rows: number) => Math.min(rows, Math.max(300, Math.min(3_000, Math.floor(rows / 10))))
/** The engine's planner gets statistics of a new collection within this time (docs/performance.md). */
const PAUSE_MS = 6_000
const SMALL = 5_000
const WARM_UP_ROWS = 5_000
const GROWTH_ROUNDS = 3

export async function measure(settings: BenchSettings): Promise<Measured> {
  const { turns, ...measured } = await measureCases(settings)
  const stages = await measureStages(settings)
  const workbook = await measureWorkbook(settings)
  const growth = await measureGrowth(settings)
  return {
    ...measured,
    stages,
    workbook: workbook.speed,
    growth: growth.growth,
    lookups: growth.lookups,
    longestTurns: longestOf([...turns, ...workbook.turns, ...growth.turns]),
  }
}

function databaseOf({ uri }: BenchSettings, name: string): string {
  const url = new URL(uri)
  url.pathname = `/bench_${name}`
  return url.href
}

async function finish(rows: number): Promise<void> {
  if (rows > SMALL) await sleep(PAUSE_MS)
}

async function measureCases(settings: BenchSettings) {
  const { rows, rounds, folder, log } = settings
  for (const day of CASES) await writeDayFile(join(folder, day), day, rows)
  const contenders = new Map(CONTENDERS.map((name) => [name, startContender()]))
  const times = new Map<string, number[]>()
  const turns: WorkTurn[] = []
  const processor: ProcessorTimes[] = []
  let size: StoredSize | undefined
  const pids = new Set([...contenders.values()].map(({ pid }) => pid))

  async function measureOnce(name: ContenderName, day: Case, round: number): Promise<void> {
    const sample = name === 'per_row' ? perRowSample(rows) : rows
    const before = readServerTimes(pids)
    const answer = await runDay(settings, contenders.get(name), { kind: name, day, rows: sample })
    const after = readServerTimes(pids)
    turns.push(...turnOf(answer, `csv, ${day}, round ${round + 1}`))
    if (name === 'ours' && day === 'unchanged' && before && after)
      processor.push({
        import: (answer.processorSeconds / rows) * 1e6,
        gateway: ((after.gateway - before.gateway) / rows) * 1e6,
        engine: ((after.engine - before.engine) / rows) * 1e6,
      })
    const perRow = (answer.seconds * 1000) / sample
    log(`round ${round + 1} ${day} ${name}: ${Math.round(1000 / perRow).toLocaleString('en-US')} rows/s`)
    times.set(`${day} ${name}`, [...(times.get(`${day} ${name}`) ?? []), perRow])
  }

  try {
    for (let round = 0; round < rounds; round++) {
      for (const day of CASES) {
        // In rotating order, so that other load affects all contenders.
        const order = CONTENDERS.map((_, at) => CONTENDERS[(at + round) % CONTENDERS.length] as ContenderName)
        for (const name of order) await measureOnce(name, day, round)
        if (round === 0) await compareStored(settings, contenders, day)
        await finish(rows)
      }
      const stored = { kind: 'size', rows, database: 'ours' } as const
      size ??= (await runDay(settings, contenders.get('ours'), stored)).size
      for (const name of CONTENDERS)
        await runDay(settings, contenders.get(name), { kind: 'drop', rows: 0, database: name })
    }
  } finally {
    for (const contender of contenders.values()) await contender.end()
  }
  const timesOf = (day: Case) =>
    Object.fromEntries(
      CONTENDERS.map((name) => [name, median(times.get(`${day} ${name}`) ?? [])]),
    ) as CaseTimes
  return {
    cases: Object.fromEntries(CASES.map((day) => [day, timesOf(day)])) as Record<Case, CaseTimes>,
    processor: processor.length > 0 ? medianTimes(processor) : undefined,
    size,
    turns,
  }
}

function medianTimes(times: readonly ProcessorTimes[]): ProcessorTimes {
  const of = (name: keyof ProcessorTimes) => Math.round(median(times.map((one) => one[name])))
  return { import: of('import'), gateway: of('gateway'), engine: of('engine') }
}

/** The import must store the documents that the ceiling writes; otherwise the work is not the same. */
async function compareStored(
  settings: BenchSettings,
  contenders: ReadonlyMap<ContenderName, Contender>,
  day: Case,
): Promise<void> {
  const [ours, ceiling] = await Promise.all(
    (['ours', 'ceiling'] as const).map(async (name) => {
      const order = { kind: 'sample', day, rows: settings.rows, database: name } as const
      return (await runDay(settings, contenders.get(name), order)).sample?.split('\n') ?? []
    }),
  )
  const at = ours?.findIndex((line, index) => line !== ceiling?.[index]) ?? 0
  if (at >= 0) throw new Error(`Ours and the ceiling differ:\n${ours?.[at]}\n${ceiling?.[at]}`)
}

interface DayOrder {
  readonly kind: Task['kind']
  readonly rows: number
  readonly day?: Case
  /** The contender's own name by default. */
  readonly database?: string
  readonly lookupsAmong?: number
  /** The day's CSV by default. */
  readonly path?: string
}

/** Imports from a workbook and from a CSV in turn, each into its own database. */
async function measureWorkbook(
  settings: BenchSettings,
): Promise<{ readonly speed: WorkbookSpeed; readonly turns: readonly WorkTurn[] }> {
  const { rows, rounds, folder, log } = settings
  for (const name of WORKBOOK_NAMES) {
    const { day, dates } = WORKBOOK_CASES[name]
    await writeDayFile(join(folder, name), day, rows, dates)
    await writeDayWorkbook(join(folder, `${name}.xlsx`), day, rows, dates)
  }
  const contenders = new Map(FORMATS.map((name) => [name, startContender()]))
  const times = new Map<string, number[]>()
  const passes = new Map<WorkbookCase, number>()
  const turns: WorkTurn[] = []

  async function measureOnce(format: Format, kind: 'read' | 'ours', name: WorkbookCase, round: number) {
    const path = join(folder, format === 'csv' ? name : `${name}.xlsx`)
    const { day } = WORKBOOK_CASES[name]
    const answer = await runDay(settings, contenders.get(format), { kind, rows, day, database: format, path })
    turns.push(...turnOf(answer, `${format} beside the other format, ${name}, round ${round + 1}`))
    if (format === 'xlsx' && kind === 'ours') passes.set(name, answer.passes ?? 0)
    const key = `${kind} ${name} ${format}`
    times.set(key, [...(times.get(key) ?? []), answer.seconds])
    log(`${key}: ${Math.round(rows / answer.seconds).toLocaleString('en-US')} rows/s`)
  }

  try {
    for (let round = 0; round < rounds; round++) {
      const order = round % 2 === 0 ? FORMATS : [...FORMATS].reverse()
      for (const format of order) await measureOnce(format, 'read', 'first_load', round)
      for (const name of WORKBOOK_NAMES) {
        for (const format of order) await measureOnce(format, 'ours', name, round)
        await finish(rows)
      }
      for (const format of FORMATS)
        await runDay(settings, contenders.get(format), { kind: 'drop', rows: 0, database: format })
    }
  } finally {
    for (const contender of contenders.values()) await contender.end()
  }
  const secondsOf = (key: string) => median(times.get(key) ?? [])
  const importOf = (name: WorkbookCase) => ({
    vs_csv: secondsOf(`ours ${name} xlsx`) / secondsOf(`ours ${name} csv`),
    passes: passes.get(name) ?? 0,
  })
  const speed = {
    reading: rows / secondsOf('read first_load xlsx'),
    reading_csv: rows / secondsOf('read first_load csv'),
    first_load: importOf('first_load'),
    open_dates: importOf('open_dates'),
    typical_day: importOf('typical_day'),
    growth: await measureReadingGrowth({ ...settings, uri: databaseOf(settings, 'read') }),
  }
  return { speed, turns }
}

async function runDay(
  settings: BenchSettings,
  contender: Contender | undefined,
  {
    kind,
    rows,
    day = 'first_load',
    database = kind,
    lookupsAmong,
    path = join(settings.folder, day),
  }: DayOrder,
): Promise<Answer> {
  if (!contender) throw new Error(`There is no contender for ${kind}.`)
  const answer = await contender.run({
    kind,
    uri: databaseOf(settings, database),
    day,
    rows,
    path,
    ...(lookupsAmong !== undefined && { lookupsAmong }),
  })
  const counted = answer.counts?.rows
  if (kind === 'ours' && counted !== rows)
    throw new Error(`The receipt says ${counted} rows where the file has ${rows}.`)
  return answer
}

/** A typical day's file, stage by stage, on the collection after the first load. */
async function measureStages(settings: BenchSettings): Promise<Record<Stage, number>> {
  const { rows, rounds, log } = settings
  const contender = startContender()
  const times: Record<Stage, number[]> = { read: [], map_and_validate: [], compare: [], write: [] }
  try {
    for (let round = 0; round < rounds; round++) {
      await runDay(settings, contender, { kind: 'ours', rows, database: 'stages' })
      await finish(rows)
      const { stages } = await runDay(settings, contender, {
        kind: 'stages',
        rows,
        day: 'typical_day',
        database: 'stages',
      })
      for (const stage of STAGES) times[stage].push(stages?.[stage] ?? 0)
      await runDay(settings, contender, { kind: 'drop', rows: 0, database: 'stages' })
    }
  } finally {
    await contender.end()
  }
  const speeds = STAGES.map((stage) => [stage, Math.round(rows / median(times[stage]))] as const)
  for (const [stage, speed] of speeds) log(`${stage} alone: ${speed.toLocaleString('en-US')} rows/s`)
  return Object.fromEntries(speeds) as Record<Stage, number>
}

/** First loads of growing size, each in its own process, with `/customer` requests during them. */
async function measureGrowth(settings: BenchSettings) {
  const growth: Growth[] = []
  const lookups: number[] = []
  const turns: WorkTurn[] = []
  const path = join(settings.folder, 'first_load')
  for (const rows of settings.growth) {
    const seconds: number[] = []
    const peaks: number[] = []
    // The largest run is long enough to be stable.
    const rounds = rows >= 1_000_000 ? 1 : Math.min(GROWTH_ROUNDS, settings.rounds)
    for (let round = 0; round < rounds; round++) {
      const contender = startContender()
      try {
        const warmUp = Math.min(rows, WARM_UP_ROWS)
        await writeDayFile(path, 'first_load', warmUp)
        const first = await runDay(settings, contender, { kind: 'ours', rows: warmUp, database: 'warm_up' })
        await runDay(settings, contender, { kind: 'drop', rows: 0, database: 'warm_up' })
        await writeDayFile(path, 'first_load', rows)
        const answer = await runDay(settings, contender, {
          kind: 'ours',
          rows,
          database: 'growth',
          lookupsAmong: rows,
        })
        await runDay(settings, contender, { kind: 'drop', rows: 0, database: 'growth' })
        seconds.push(answer.seconds)
        peaks.push(answer.peakMb)
        lookups.push(...(answer.lookups ?? []))
        turns.push(
          ...turnOf(first, `csv, first file of a process, ${warmUp} rows`),
          ...turnOf(answer, `csv, growth to ${rows} rows`),
        )
      } finally {
        await contender.end()
      }
    }
    const point = {
      rows,
      seconds_per_million: round1((median(seconds) / rows) * 1e6),
      peak_mb: round1(Math.max(...peaks)),
    }
    growth.push(point)
    settings.log(
      `${rows.toLocaleString('en-US')} rows: ${point.seconds_per_million} s per million, ${point.peak_mb} MB`,
    )
  }
  await rm(path, { force: true })
  return { growth, lookups, turns }
}

/** The longest turn of an import; nothing for other contenders, whose turns are not watched. */
function turnOf({ longestTurn }: Answer, work: string): WorkTurn[] {
  return longestTurn ? [{ ...longestTurn, work }] : []
}

function round1(value: number): number {
  return Math.round(value * 10) / 10
}
