import { cpus } from 'node:os'
import { align } from './align.ts'
import { CASES, type Case } from './invented-customers.ts'
import type { BenchSettings, Growth, Measured, ProcessorTimes, WorkbookSpeed } from './measure.ts'
import { STAGES, type Stage } from './stages.ts'
import { quantile } from './statistics.ts'
import type { StoredSize } from './stored-size.ts'

/** The output of `--json`. */
export interface BenchResult {
  readonly engine: string
  /** Its processors. */
  readonly machine: string
  readonly rows: number
  readonly rounds: number
  readonly cases: Record<Case, CaseResult>
  /** Rows per second of each stage alone. */
  readonly stages: Record<Stage, number>
  readonly workbook: WorkbookSpeed
  readonly growth: readonly Growth[]
  /** Microseconds of processor time per unchanged row, by process. */
  readonly processor_us?: ProcessorTimes
  /** Bytes on disk per document. */
  readonly stored_bytes?: StoredSize
  readonly event_loop_max_ms: number
  /** The import of that turn. */
  readonly event_loop_max_work: string
  /** Processor time of the main thread in the longest turn of the event loop. */
  readonly event_loop_own_ms?: number
  readonly event_loop_own_work?: string
}

interface CaseResult {
  readonly rows_per_second: number
  /** Speed relative to the row-by-row contender. */
  readonly vs_per_row: number
  /** Speed relative to the raw driver writing final documents. */
  readonly vs_ceiling: number
  /** Speed relative to the raw driver merging customers without history. */
  readonly vs_customers_only: number
}

export function toResult(engine: string, { rows, rounds }: BenchSettings, measured: Measured): BenchResult {
  const resultOf = (day: Case): CaseResult => {
    const { ours, per_row, ceiling, customers_only } = measured.cases[day]
    return {
      rows_per_second: Math.round(1000 / ours),
      vs_per_row: round2(per_row / ours),
      vs_ceiling: round2(ceiling / ours),
      vs_customers_only: round2(customers_only / ours),
    }
  }
  const { wall, own } = measured.longestTurns
  return {
    engine,
    machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
    rows,
    rounds,
    cases: Object.fromEntries(CASES.map((day) => [day, resultOf(day)])) as Record<Case, CaseResult>,
    stages: measured.stages,
    workbook: roundWorkbook(measured.workbook),
    growth: measured.growth,
    ...(measured.processor && { processor_us: measured.processor }),
    ...(measured.size && { stored_bytes: measured.size }),
    event_loop_max_ms: round2(wall.ms),
    event_loop_max_work: wall.work,
    ...(own && { event_loop_own_ms: round2(own.ms), event_loop_own_work: own.work }),
  }
}

/** The result as text, with the values behind the ratios. */
export function describeResult(result: BenchResult, measured: Measured): string {
  const speed = (msPerRow: number) => Math.round(1000 / msPerRow).toLocaleString('en-US')
  const table = [
    [
      '',
      'per row (a)',
      'ceiling (b)',
      'customers only (d)',
      'ours (c)',
      'c/a',
      'c/b',
      'c/(b overlapped)',
      'c/d',
    ],
    ...CASES.map((day) => {
      const { per_row, ceiling, ceiling_overlapped, customers_only, ours } = measured.cases[day]
      const { vs_per_row, vs_ceiling, vs_customers_only } = result.cases[day]
      const overlapped = (ceiling_overlapped / ours).toFixed(2)
      return [
        day,
        speed(per_row),
        speed(ceiling),
        speed(customers_only),
        speed(ours),
        vs_per_row.toFixed(1),
        vs_ceiling.toFixed(2),
        overlapped,
        vs_customers_only.toFixed(2),
      ]
    }),
  ]
  const { lookups } = measured
  return [
    `${result.engine}, ${result.rows.toLocaleString('en-US')} rows, ${result.rounds} rounds, rows per second (medians):`,
    '',
    ...align(table),
    '',
    'Each stage alone, rows per second:',
    ...align(STAGES.map((stage) => [stage, result.stages[stage].toLocaleString('en-US')])),
    '',
    'A workbook beside the CSV with the same cells:',
    ...describeWorkbook(result.workbook),
    '',
    'Reading workbooks alone, each in a process of its own:',
    ...align([
      ['rows', 'rows/s', 'rows per processor second', 'peak MB'],
      ...result.workbook.growth.map((at) => [
        at.rows.toLocaleString('en-US'),
        at.rows_per_second.toLocaleString('en-US'),
        at.rows_per_processor_second.toLocaleString('en-US'),
        String(at.peak_mb),
      ]),
    ]),
    '',
    'Growth (first loads, each in a process of its own):',
    ...align([
      ['rows', 's per million rows', 'peak MB'],
      ...result.growth.map((at) => [
        at.rows.toLocaleString('en-US'),
        String(at.seconds_per_million),
        String(at.peak_mb),
      ]),
    ]),
    '',
    ...describeProcessor(measured.processor),
    ...describeSize(measured.size),
    describeTurn(result),
    ...(lookups.length > 0
      ? [
          `/customer during an import: p95 ${quantile(lookups, 0.95).toFixed(1)} ms of ${lookups.length} asked.`,
        ]
      : []),
  ].join('\n')
}

function roundWorkbook({
  reading,
  reading_csv,
  first_load,
  open_dates,
  typical_day,
  growth,
}: WorkbookSpeed): WorkbookSpeed {
  const roundOf = (one: WorkbookSpeed['first_load']) => ({ ...one, vs_csv: round2(one.vs_csv) })
  return {
    reading: Math.round(reading),
    reading_csv: Math.round(reading_csv),
    first_load: roundOf(first_load),
    open_dates: roundOf(open_dates),
    typical_day: roundOf(typical_day),
    growth,
  }
}

function describeWorkbook({
  reading,
  reading_csv,
  first_load,
  open_dates,
  typical_day,
}: WorkbookSpeed): string[] {
  const speed = (rows: number) => `${rows.toLocaleString('en-US')} rows/s`
  const timeOf = ({ vs_csv, passes }: WorkbookSpeed['first_load']) =>
    `${vs_csv.toFixed(2)} of the CSV's time, passes: ${passes}`
  return align([
    ['reading alone', `${speed(reading)} (CSV: ${speed(reading_csv)})`],
    ['import, first_load', timeOf(first_load)],
    ['import, open_dates', timeOf(open_dates)],
    ['import, typical_day', timeOf(typical_day)],
  ])
}

function describeProcessor(times: ProcessorTimes | undefined): string[] {
  if (!times) return []
  const { import: own, gateway, engine } = times
  return [`Processor time of an unchanged row: import ${own} µs, gateway ${gateway}, engine ${engine}.`]
}

function describeSize(size: StoredSize | undefined): string[] {
  if (!size) return []
  const { customer, history_row: row } = size
  return [
    `On disk: a row of history ${row.data} + ${row.indexes} bytes of indexes, a customer ${customer.data} + ${customer.indexes}.`,
  ]
}

function round2(value: number): number {
  return Math.round(value * 100) / 100
}

function describeTurn(result: BenchResult): string {
  const { event_loop_own_ms: own, event_loop_max_ms: wall } = result
  const wallTime = `${wall} ms of wall time (${result.event_loop_max_work}).`
  const time =
    own === undefined ? '' : `${own} ms of its own processor time (${result.event_loop_own_work}), `
  return `The longest turn of the event loop: ${time}${wallTime}`
}
