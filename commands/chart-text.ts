import { formatCount } from './format.ts'
import type { Chart, ReplyPart } from './reply.ts'

const BAR_CELLS = 20

/** A chart as a table, for where there are no pictures, and for who cannot see them. */
export function chartTable({ labels, series }: Chart): Extract<ReplyPart, { kind: 'table' }> {
  return {
    kind: 'table',
    columns: ['', ...series.map(({ name }) => name)],
    rows: labels.map((label, at) => [label, ...series.map(({ values }) => formatCount(values[at] ?? 0))]),
  }
}

/** A chart of one series as bars, for a fixed-width font. */
export function chartBars({ labels, series: [first] }: Chart): string {
  const values = labels.map((_, at) => Math.max(0, first?.values[at] ?? 0))
  const most = Math.max(...values, 1)
  const widest = Math.max(0, ...labels.map((label) => label.length))
  return labels
    .map((label, at) => {
      const value = values[at] ?? 0
      const cells = value > 0 ? Math.max(1, Math.round((value / most) * BAR_CELLS)) : 0
      return `${label.padEnd(widest)}  ${'█'.repeat(cells)}${cells > 0 ? ' ' : ''}${formatCount(value)}`
    })
    .join('\n')
}
