import type { Chart } from '../reply/index.ts'
import type { Day } from '../text/index.ts'

/** Maximum of points in one chart. */
const MAX_POINTS = 20

/** Counts of one of the team's days, in the order of the series. */
interface CountedDay {
  readonly day: Day
  readonly values: readonly number[]
}

/**
 * Counts by day as a chart. With more days than points, neighbours are added up: thirty days are fifteen
 * points of two days.
 * @param series what is counted
 * @param days every day once in order, including days without uploads
 */
export function chartDays(
  chart: 'line' | 'bar' | 'area',
  title: string,
  series: readonly string[],
  days: readonly CountedDay[],
): Chart {
  const size = Math.max(1, Math.ceil(days.length / MAX_POINTS))
  const points = Array.from({ length: Math.ceil(days.length / size) }, (_, at) =>
    days.slice(at * size, (at + 1) * size),
  )
  return {
    kind: 'chart',
    chart,
    title,
    labels: points.map((point) => nameSpan(point[0]?.day ?? '', point.at(-1)?.day ?? '')),
    series: series.map((name, index) => ({
      name,
      values: points.map((point) => point.reduce((sum, { values }) => sum + (values[index] ?? 0), 0)),
    })),
  }
}

/** `12 Nov`, `12–13 Nov`, `30 Nov–1 Dec`. */
function nameSpan(first: Day, last: Day): string {
  if (first === last) return nameDay(first)
  const isSameMonth = first.slice(0, 7) === last.slice(0, 7)
  return `${isSameMonth ? Number(first.slice(8)) : nameDay(first)}–${nameDay(last)}`
}

const dayFormat = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })

const nameDay = (day: Day): string => dayFormat.format(Date.parse(`${day}T00:00:00Z`))
