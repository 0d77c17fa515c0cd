import { z } from 'zod'
import { CASES } from './invented-customers.ts'
import type { BenchResult } from './report.ts'

/** The compared parts of an earlier `--json` line; older lines have fewer. */
const earlierResult = z.object({
  engine: z.string(),
  machine: z.string().optional(),
  rows: z.number(),
  cases: z.record(z.string(), z.record(z.string(), z.number())),
  growth: z.array(z.object({ rows: z.number(), seconds_per_million: z.number(), peak_mb: z.number() })),
  processor_us: z.record(z.string(), z.number()).optional(),
  event_loop_max_ms: z.number(),
  event_loop_own_ms: z.number().optional(),
})

type EarlierResult = z.infer<typeof earlierResult>

/** @throws if the file contains no `--json` line */
export function parseResult(text: string): EarlierResult {
  return earlierResult.parse(JSON.parse(text.trim().split('\n').at(-1) ?? ''))
}

/**
 * Compares the current figures with those of an earlier run. Ratios within a run are more reliable than rows
 * per second, because both sides share its conditions.
 */
export function compareResults(result: BenchResult, earlier: EarlierResult): string[] {
  const lines: string[] = []
  const add = (what: string, now: number | undefined, then: number | undefined) => {
    if (now === undefined || then === undefined || then === 0) return
    lines.push(`${what}: ${then} → ${now} (× ${(now / then).toFixed(2)})`)
  }
  for (const day of CASES)
    for (const [figure, now] of Object.entries(result.cases[day]))
      add(`${day} ${figure}`, now, earlier.cases[day]?.[figure])
  for (const at of result.growth) {
    const then = earlier.growth.find(({ rows }) => rows === at.rows)
    add(`${at.rows} rows, s per million`, at.seconds_per_million, then?.seconds_per_million)
    add(`${at.rows} rows, peak MB`, at.peak_mb, then?.peak_mb)
  }
  for (const [name, now] of Object.entries(result.processor_us ?? {}))
    add(`processor time of an unchanged row, ${name}, µs`, now, earlier.processor_us?.[name])
  add('longest turn, ms of own processor time', result.event_loop_own_ms, earlier.event_loop_own_ms)
  add('longest turn, ms of wall time', result.event_loop_max_ms, earlier.event_loop_max_ms)
  return [...differences(result, earlier), ...lines]
}

function differences(result: BenchResult, earlier: EarlierResult): string[] {
  const pairs = [
    ['machine', result.machine, earlier.machine ?? 'not said'],
    ['engine', result.engine, earlier.engine],
    ['rows', result.rows, earlier.rows],
  ] as const
  return pairs.flatMap(([what, now, then]) =>
    now === then ? [] : [`Not the same ${what}, so the figures say little: ${then}, now ${now}.`],
  )
}
