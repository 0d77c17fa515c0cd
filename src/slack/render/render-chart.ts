import { chartBars, chartTable, renderPlain } from '../../../commands/plain/index.ts'
import type { Chart } from '../../../commands/reply/index.ts'
import { BLOCK_LIMITS, shorten } from './block-limits.ts'
import type { DataVisualizationBlock } from './native-blocks.ts'

/**
 * A chart within Slack's limits: of too many labels, the last ones are shown.
 * @returns undefined if there is nothing to draw
 */
export function renderChart(chart: Chart): DataVisualizationBlock | undefined {
  const title = shorten(chart.title.trim(), BLOCK_LIMITS.chartTitle) || 'Chart'
  if (chart.chart === 'pie') {
    const [first] = chart.series
    const slices = chart.labels
      .map((label, at) => ({ label, value: finite(first?.values[at]) }))
      .filter(({ value }) => value > 0)
      .slice(0, BLOCK_LIMITS.chartSeries)
    const names = distinctLabels(slices.map(({ label }) => label))
    const segments = slices.map(({ value }, at) => ({ label: names[at] ?? '', value }))
    if (segments.length === 0) return undefined
    return { type: 'data_visualization', title, chart: { type: 'pie', segments } }
  }
  const skipped = Math.max(0, chart.labels.length - BLOCK_LIMITS.chartPoints)
  const categories = distinctLabels(chart.labels.slice(skipped))
  const shown = chart.series.slice(0, BLOCK_LIMITS.chartSeries)
  const names = distinctLabels(shown.map(({ name }) => name))
  const series = shown.map(({ values }, index) => ({
    name: names[index] ?? '',
    data: categories.map((label, at) => ({ label, value: finite(values[skipped + at]) })),
  }))
  if (series.length === 0 || categories.length === 0) return undefined
  return {
    type: 'data_visualization',
    title,
    chart: { type: chart.chart, series, axis_config: { categories } },
  }
}

/** The same as text, in a fixed-width font. */
export function drawChart(chart: Chart): string {
  if (chart.series.length === 1) return chartBars(chart)
  return renderPlain({ visibility: 'asker', parts: [chartTable(chart)] }, { timeZone: 'UTC' })
}

const finite = (value: number | undefined): number =>
  value !== undefined && Number.isFinite(value) ? value : 0

/** Slack requires unique labels that are not empty. */
function distinctLabels(labels: readonly string[]): string[] {
  const seen = new Set<string>()
  return labels.map((label, at) => {
    const short = shorten(label.trim(), BLOCK_LIMITS.chartLabel) || '–'
    const ending = ` ${at + 1}`
    const name = seen.has(short)
      ? `${shorten(short, BLOCK_LIMITS.chartLabel - ending.length)}${ending}`
      : short
    seen.add(name)
    return name
  })
}
