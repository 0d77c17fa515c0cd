import { asFields, asList, type Fields } from '../../slack/index.ts'
import { type Html, html } from './html.ts'

const WIDTH = 640
const HEIGHT = 150
const GAP = 4

interface Series {
  readonly name: string
  readonly values: readonly number[]
}

/** A chart block as a picture, with its numbers for a screen reader. Lines and areas are drawn as bars. */
export function drawChart(block: Fields): Html {
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
  const limit = Math.max(1, ...series.flatMap(({ values }) => values))
  const keys = series.flatMap(({ name }, at) =>
    name === '' ? [] : [html` <span class="key"><i class="series-${at}"></i>${name}</span>`],
  )
  return html`<figure class="chart"><figcaption>${String(block.title ?? '')}${keys}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT + 4}" role="img" aria-label="${post(labels, series)}">
${labels.map((label, at) => drawGroup(label, at, labels.length, series, limit))}
</svg>
<div class="axis"><span>${labels[0]}</span><span>most: ${limit}</span><span>${labels.at(-1)}</span></div>
</figure>`
}

/** The bars of one label, side by side. */
function drawGroup(
  label: string,
  at: number,
  count: number,
  series: readonly Series[],
  maximum: number,
): readonly Html[] {
  const space = WIDTH / count
  const width = (space - GAP) / Math.max(1, series.length)
  return series.map(({ name, values }, index) => {
    const value = values[at] ?? 0
    const height = value > 0 ? Math.max(2, (value / maximum) * HEIGHT) : 1
    const x = at * space + index * width
    return html`<rect class="series-${index}" x="${x.toFixed(1)}" y="${(HEIGHT - height).toFixed(1)}" width="${width.toFixed(1)}" height="${height.toFixed(1)}"><title>${`${label} · ${name} ${value}`}</title></rect>`
  })
}

function post(labels: readonly string[], series: readonly Series[]): string {
  return labels
    .map((label, at) => `${label}: ${series.map(({ name, values }) => `${name} ${values[at]}`).join(', ')}`)
    .join('; ')
}
