import { describe, expect, it } from 'vitest'
import { chartDays } from '../../../commands/home/days-chart.ts'
import { addDays } from '../../../commands/text/dates.ts'

const daysFrom = (first: string, count: number) =>
  Array.from({ length: count }, (_, at) => ({ day: addDays(first, at), values: [at, 1] }))

describe('a chart of days', () => {
  it('has a point for each day of a week', () => {
    const { labels, series } = chartDays('bar', 'Week', ['Rows', 'Files'], daysFrom('2026-11-28', 7))

    expect(labels).toEqual(['28 Nov', '29 Nov', '30 Nov', '1 Dec', '2 Dec', '3 Dec', '4 Dec'])
    expect(series).toEqual([
      { name: 'Rows', values: [0, 1, 2, 3, 4, 5, 6] },
      { name: 'Files', values: [1, 1, 1, 1, 1, 1, 1] },
    ])
  })

  it('adds neighbours up where there are more days than points, and loses none', () => {
    const { labels, series } = chartDays('line', 'Month', ['Rows', 'Files'], daysFrom('2026-11-01', 31))

    expect(labels).toHaveLength(16)
    expect(labels.slice(0, 2)).toEqual(['1–2 Nov', '3–4 Nov'])
    expect(labels.slice(-2)).toEqual(['29–30 Nov', '1 Dec'])
    expect(series[1]?.values.reduce((sum, value) => sum + value, 0)).toBe(31)
  })

  it('names both months of a span, in as many letters as Slack takes', () => {
    const { labels } = chartDays('line', 'T', ['Rows'], daysFrom('2026-11-30', 40))

    expect(labels[0]).toBe('30 Nov–1 Dec')
    expect(Math.max(...labels.map(({ length }) => length))).toBeLessThanOrEqual(20)
  })
})
