import { formatCount, formatDuration } from './format.ts'
import { toAsker, type Viewer } from './page.ts'

/** When long work reports its progress: milliseconds after its start, and from then on in equal steps. */
const REPORT_AT_MS = [30_000, 5 * 60_000, 15 * 60_000]
const THEN_EVERY_MS = 30 * 60_000

interface ProgressOptions {
  /** Starts the sentence: `Comparing #42 with #41`. */
  readonly work: string
  /** `rows`, `customers`. */
  readonly unit: string
  /** Unknown for a filter: then only what is done is reported. */
  readonly total?: number | undefined
  readonly clock?: () => number
}

/**
 * Reports how far a slow request is, so that nobody repeats it. Work that ends within 30 seconds posts
 * nothing.
 *
 * @returns a function that takes what is done so far; cheap, and called often
 */
export function createProgressReport(
  { post }: Pick<Viewer, 'post'>,
  { work, unit, total, clock = Date.now }: ProgressOptions,
): (done: number) => Promise<void> {
  const started = clock()
  let reports = 0
  const dueAfter = () =>
    REPORT_AT_MS[reports] ?? (REPORT_AT_MS.at(-1) ?? 0) + THEN_EVERY_MS * (reports - REPORT_AT_MS.length + 1)
  return async (done) => {
    const passedMs = clock() - started
    if (post === undefined || done === 0 || passedMs < dueAfter()) return
    while (passedMs >= dueAfter()) reports += 1
    const counted =
      total === undefined
        ? `${formatCount(done)} ${unit} so far.`
        : `${formatCount(Math.min(done, total))} of ${formatCount(total)} ${unit}${describeRest(passedMs, done, total)}.`
    await post(toAsker({ kind: 'text', text: `${work}: ${counted}` }))
  }
}

function describeRest(passedMs: number, done: number, total: number): string {
  const seconds = Math.round((passedMs * (total - done)) / done / 1000)
  return seconds < 1 ? '' : `, about ${formatDuration(seconds)} left`
}
