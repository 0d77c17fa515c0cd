import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { startContender } from './contender-pool.ts'
import { writeDayWorkbook } from './day-workbook.ts'

/** A workbook read alone. */
export interface ReadingGrowth {
  readonly rows: number
  readonly rows_per_second: number
  /** The same by the processor time of the process, which other work of the machine does not change as much. */
  readonly rows_per_processor_second: number
  readonly peak_mb: number
}

interface Settings {
  readonly uri: string
  readonly folder: string
  /** Rows of each workbook. */
  readonly growth: readonly number[]
  readonly log: (line: string) => void
}

/** Workbooks of ever more rows, each read in a process of its own. */
export async function measureReadingGrowth({ uri, folder, growth, log }: Settings): Promise<ReadingGrowth[]> {
  const path = join(folder, 'growing.xlsx')
  const found: ReadingGrowth[] = []
  for (const rows of growth) {
    await writeDayWorkbook(path, 'first_load', rows)
    const contender = startContender()
    try {
      const { seconds, processorSeconds, peakMb } = await contender.run({
        kind: 'read',
        uri,
        day: 'first_load',
        rows,
        path,
      })
      const point = {
        rows,
        rows_per_second: Math.round(rows / seconds),
        rows_per_processor_second: Math.round(rows / processorSeconds),
        peak_mb: Math.round(peakMb * 10) / 10,
      }
      found.push(point)
      const speed = point.rows_per_second.toLocaleString('en-US')
      log(`workbook of ${rows.toLocaleString('en-US')} rows: ${speed} rows/s, ${point.peak_mb} MB`)
    } finally {
      await contender.end()
    }
  }
  await rm(path, { force: true })
  return found
}
