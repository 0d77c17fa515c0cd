import { type Chart, formatCount, type ReplyPart } from '../reply/index.ts'

const BAR_CELLS = 20

/** A chart as a table, for surfaces without pictures and for screen readers. */
export function chartTable(chart: Chart): Extract<ReplyPart, { kind: 'table' }> {
  const { labels, series } = mergeEmpty(chart)
  return {
    kind: 'table',
    columns: ['', ...series.map(({ name }) => name)],
    rows: labels.map((label, at) => [label, ...series.map(({ values }) => formatCount(values[at] ?? 0))]),
  }
}

/** A chart of one series as bars, for a fixed-width font. */
export function chartBars(chart: Chart): string {
  const {
    labels,
    series: [first],
  } = mergeEmpty(chart)
  const values = labels.map((_, at) => Math.max(0, first?.values[at] ?? 0))
  const limit = Math.max(...values, 1)
  const widest = Math.max(0, ...labels.map((label) => label.length))
  return labels
    .map((label, at) => {
      const value = values[at] ?? 0
      const share = value / limit
      const bar = value > 0 ? drawBar(Math.max(share, 1 / BAR_CELLS)) : ''
      return `${label.padEnd(widest)}  ${bar}${bar === '' ? '' : ' '}${formatCount(value)}`
    })
    .join('\n')
}

/** A share (0 to 1) as filled cells, of twenty. */
const drawBar = (share: number): string => '█'.repeat(Math.round(share * BAR_CELLS))

/** The done and the remaining part as a bar. */
export const drawProgress = (share: number): string => drawBar(share).padEnd(BAR_CELLS, '░')

/** Merges neighbouring empty labels: a month with two busy days needs only a few lines. */
function mergeEmpty({ labels, series }: Chart): Pick<Chart, 'labels' | 'series'> {
  const isEmpty = (at: number) => at < labels.length && series.every(({ values }) => !values[at])
  const spans: { readonly label: string; readonly at: number }[] = []
  for (let at = 0; at < labels.length; at += 1) {
    const first = at
    if (isEmpty(at)) while (isEmpty(at + 1)) at += 1
    const [label = '', last = ''] = [labels[first], labels[at]]
    spans.push({ at, label: at > first ? `${label} to ${last}` : label })
  }
  return {
    labels: spans.map(({ label }) => label),
    series: series.map(({ name, values }) => ({ name, values: spans.map(({ at }) => values[at] ?? 0) })),
  }
}
