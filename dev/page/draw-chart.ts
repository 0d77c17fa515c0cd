import { asFields, asList, type Fields } from '../slack/index.ts'
import { escapeHtml } from './html.ts'

const WIDTH = 640
const HEIGHT = 150
const GAP = 4

interface Series {
  readonly name: string
  readonly values: readonly number[]
}

/** A chart block as a picture with its numbers beside it, for who cannot see it. Lines and areas are drawn as bars. */
export function drawChart(block: Fields): string {
  const chart = asFields(block.chart)
  const isPie = chart.type === 'pie'
  const parts = isPie ? [{ name: '', data: chart.segments }] : asList(chart.series)
  const series = parts.map(
    ({ name, data }): Series => ({
      name: String(name ?? ''),
      values: asList(data).map(({ value }) => Number(value)),
    }),
  )
  const labels = asList(asFields(parts[0]).data).map(({ label }) => String(label))
  const most = Math.max(1, ...series.flatMap(({ values }) => values))
  return `<figure class="chart">
<figcaption>${escapeHtml(block.title)}
${series.map(({ name }, at) => (name === '' ? '' : `<span class="key series-${at}">${escapeHtml(name)}</span>`)).join(' ')}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT + 4}" role="img" aria-label="${escapeHtml(tell(labels, series))}">
${labels.map((label, at) => drawGroup(label, at, labels.length, series, most)).join('\n')}
</svg>
<div class="axis"><span>${escapeHtml(labels[0])}</span><span>most: ${escapeHtml(most)}</span><span>${escapeHtml(labels.at(-1))}</span></div>
</figure>`
}

/** The bars of one label, side by side. */
function drawGroup(
  label: string,
  at: number,
  count: number,
  series: readonly Series[],
  most: number,
): string {
  const room = WIDTH / count
  const width = (room - GAP) / Math.max(1, series.length)
  return series
    .map(({ name, values }, index) => {
      const value = values[at] ?? 0
      const height = value > 0 ? Math.max(2, (value / most) * HEIGHT) : 1
      const x = at * room + index * width
      return `<rect class="series-${index}" x="${x.toFixed(1)}" y="${(HEIGHT - height).toFixed(1)}" width="${width.toFixed(1)}" height="${height.toFixed(1)}"><title>${escapeHtml(`${label} · ${name} ${value}`)}</title></rect>`
    })
    .join('')
}

function tell(labels: readonly string[], series: readonly Series[]): string {
  return labels
    .map((label, at) => `${label}: ${series.map(({ name, values }) => `${name} ${values[at]}`).join(', ')}`)
    .join('; ')
}
