import { execFileSync } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { CsvFile, CsvOptions } from '../src/csv/csv-file.ts'
import { answerHelp } from '../src/terminal/index.ts'
import { writeDayFile } from './invented-customers.ts'
import { median } from './statistics.ts'

/**
 * Reads one file with this version and with another one, in turns and each time in a new process, and prints
 * the processor time of reading. The other version is a directory in which it is built.
 */
answerHelp(
  'Usage: npm run bench:before -- <directory>\n\nCompares the reading of 150,000 rows with the version that is built in the directory.',
)
const ROWS = 150_000
const TIMES = 4
const LIMITS = { maxBytes: 2 ** 29, maxRows: 2 ** 20, maxColumns: 500, maxCellLength: 50_000 }

interface Reader {
  openCsv(source: NodeJS.ReadableStream, options: CsvOptions): Promise<CsvFile>
}

/** Milliseconds of processor time for reading a file with the version in a directory. */
async function timeReading(directory: string, path: string): Promise<number> {
  const module = pathToFileURL(join(directory, 'dist/src/csv/open-csv.js')).href
  // The other version has the same function, which the compiler cannot know.
  const { openCsv } = (await import(module)) as Reader
  const before = process.cpuUsage()
  const file = await openCsv(createReadStream(path), { limits: LIMITS, batchSize: 1000 })
  let rows = 0
  for await (const batch of file.batches()) rows += batch.length
  const { user, system } = process.cpuUsage(before)
  if (rows !== ROWS) throw new Error(`${rows} rows were read instead of ${ROWS}.`)
  return (user + system) / 1000
}

function timeInProcess(directory: string, path: string): number {
  const script = process.argv[1] ?? ''
  return Number(execFileSync(process.execPath, [script, 'read', directory, path], { encoding: 'utf8' }))
}

async function compare(other: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'))
  try {
    const path = join(folder, 'day.csv')
    await writeDayFile(path, 'first_load', ROWS)
    const times = { before: [] as number[], now: [] as number[] }
    for (let time = 0; time < TIMES; time += 1) {
      times.before.push(timeInProcess(other, path))
      times.now.push(timeInProcess(process.cwd(), path))
    }
    const [before, now] = [median(times.before), median(times.now)]
    const show = (each: readonly number[]): string => each.map((ms) => ms.toFixed(0)).join(' ')
    console.log(`before ${before.toFixed(0)} ms (${show(times.before)})`)
    console.log(`now    ${now.toFixed(0)} ms (${show(times.now)})`)
    console.log(`ratio  ${(now / before).toFixed(3)}`)
  } finally {
    await rm(folder, { recursive: true })
  }
}

const [first = '', directory = '', path = ''] = process.argv.slice(2)
if (first === 'read' && path !== '') console.log(await timeReading(resolve(directory), path))
else await compare(resolve(first))
