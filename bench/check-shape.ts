import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { CASES } from './invented-customers.ts'
import { STAGES } from './stages.ts'

/** Checks the output of `npm run bench -- --json`, and fails if its form is wrong. Times are not checked. */
const positive = z.number().positive()
const imported = z.strictObject({ vs_csv: positive, passes: positive })
const size = z.strictObject({ data: positive, indexes: positive })
const Result = z.strictObject({
  engine: z.string().min(1),
  machine: z.string().min(1),
  rows: positive,
  rounds: positive,
  cases: z.record(
    z.enum(CASES),
    z.strictObject({
      rows_per_second: positive,
      vs_per_row: positive,
      vs_ceiling: positive,
      vs_customers_only: positive,
    }),
  ),
  stages: z.record(z.enum(STAGES), positive),
  workbook: z.strictObject({
    reading: positive,
    reading_csv: positive,
    first_load: imported,
    open_dates: imported,
    typical_day: imported,
    growth: z
      .array(
        z.strictObject({
          rows: positive,
          rows_per_second: positive,
          rows_per_processor_second: positive,
          peak_mb: positive,
        }),
      )
      .min(1),
  }),
  growth: z
    .array(z.strictObject({ rows: positive, seconds_per_million: positive, peak_mb: positive }))
    .min(1),
  processor_us: z.strictObject({ import: positive, gateway: z.number(), engine: positive }).optional(),
  stored_bytes: z.strictObject({ customer: size, history_row: size }).optional(),
  event_loop_max_ms: positive,
  event_loop_max_work: z.string(),
  event_loop_own_ms: positive.optional(),
  event_loop_own_work: z.string().optional(),
})

const lines = (await text(process.stdin)).trim().split('\n')
Result.parse(JSON.parse(lines.at(-1) ?? ''))
console.log('The benchmark printed what it should.')
