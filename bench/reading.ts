import { Readable } from 'node:stream'
import type { CsvFile } from '../src/csv/csv-file.ts'
import { openCsv } from '../src/csv/open-csv.ts'
import { AppError } from '../src/errors.ts'
import { answerHelp } from '../src/terminal/index.ts'
import { WILD_FILES } from '../test/csv/records/wild-files.ts'
import { IMPORT_OPTIONS } from './ours.ts'

/**
 * Reads files that slow a careless reader down, at one size and at double size. Linear work takes twice the
 * processor time. The longest turn is the processor time between two turns of the event loop.
 */
answerHelp(
  'Usage: npm run bench:reading\n\nReads files that make a careless reader slow, at one size and at twice that size.',
)
const CHARACTERS = 4_000_000
const CHUNK = 64 * 1024

interface Reading {
  /** Milliseconds of processor time. */
  readonly time: number
  readonly longestTurn: number
}

function* chunksOf(bytes: Buffer): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += CHUNK) yield bytes.subarray(at, at + CHUNK)
}

function millisecondsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

async function read(text: string): Promise<Reading> {
  const source = Readable.from(chunksOf(Buffer.from(text)))
  let longestTurn = 0
  let turn = process.cpuUsage()
  let isReading = true
  const measureTurn = () => {
    longestTurn = Math.max(longestTurn, millisecondsSince(turn))
    turn = process.cpuUsage()
    if (isReading) setImmediate(measureTurn)
  }
  setImmediate(measureTurn)
  const before = process.cpuUsage()
  const file = await open(source)
  if (file) for await (const _ of file.batches());
  isReading = false
  return { time: millisecondsSince(before), longestTurn }
}

/** Some files contain no table; detecting that must be fast too. */
async function open(source: Readable): Promise<CsvFile | null> {
  const { limits, batchSize } = IMPORT_OPTIONS
  try {
    return await openCsv(source, { limits, batchSize })
  } catch (error) {
    if (error instanceof AppError) return null
    throw error
  }
}

console.log('  once ms  twice ms  ratio  longest turn ms')
for (const [name, make] of Object.entries(WILD_FILES)) {
  await read(make(CHARACTERS / 4))
  const once = await read(make(CHARACTERS))
  const twice = await read(make(2 * CHARACTERS))
  const figures = [
    once.time.toFixed(0).padStart(9),
    twice.time.toFixed(0).padStart(9),
    (twice.time / once.time).toFixed(1).padStart(6),
    Math.max(once.longestTurn, twice.longestTurn).toFixed(0).padStart(16),
  ]
  console.log(`${figures.join(' ')}  ${name}`)
}
