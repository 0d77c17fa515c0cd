import { asFields, asList, asLists, type Fields, type ShowOptions, showDate, textOf } from '../slack/index.ts'
import { drawChart } from './draw-chart.ts'
import { escapeHtml, isWebAddress } from './html.ts'

/** Blocks as Slack draws them, for a browser. Buttons are there to be seen: they are pressed in the terminal. */
export function showBlocks(blocks: readonly unknown[], options: ShowOptions): string {
  return blocks.map((block) => showBlock(asFields(block), options)).join('\n')
}

type ShowBlock = (block: Fields, options: ShowOptions) => string

const SHOW: Readonly<Record<string, ShowBlock>> = {
  rich_text: ({ elements }, options) =>
    asList(elements)
      .map((part) => showRichPart(part, options))
      .join(''),
  table: showTable,
  data_table: showTable,
  data_visualization: drawChart,
  context: ({ elements }, options) =>
    `<p class="note">${asList(elements)
      .map((element) => showText(element, options))
      .join(' ')}</p>`,
  section: ({ text }, options) => `<p>${showText(asFields(text), options)}</p>`,
  header: ({ text }) => `<h3>${escapeHtml(textOf(text))}</h3>`,
  divider: () => '<hr>',
  actions: ({ elements }) => `<p class="controls">${asList(elements).map(showControl).join(' ')}</p>`,
  input: ({ label, element }) =>
    `<label class="field">${escapeHtml(textOf(label))}<input disabled placeholder="${escapeHtml(textOf(asFields(element).placeholder))}"></label>`,
}

function showBlock(block: Fields, options: ShowOptions): string {
  const show = SHOW[String(block.type)]
  return show ? show(block, options) : `<p class="note">(a block called ${escapeHtml(block.type)})</p>`
}

function showRichPart(part: Fields, options: ShowOptions): string {
  const elements = asList(part.elements)
  const inline = () => elements.map((element) => showInline(element, options)).join('')
  if (part.type === 'rich_text_list')
    return `<ul>${elements.map((item) => `<li>${showRichPart(item, options)}</li>`).join('')}</ul>`
  if (part.type === 'rich_text_preformatted') return `<pre>${inline()}</pre>`
  return `<div class="lines">${inline()}</div>`
}

function showInline(element: Fields, options: ShowOptions): string {
  const { bold, code } = asFields(element.style)
  const said = showPlainInline(element, options)
  const coded = code === true ? `<code>${said}</code>` : said
  return bold === true ? `<b>${coded}</b>` : coded
}

function showPlainInline(element: Fields, { nameOf, timeZone }: ShowOptions): string {
  switch (element.type) {
    case 'user':
      return mention(nameOf(String(element.user_id)))
    case 'date':
      return escapeHtml(showDate(Number(element.timestamp), String(element.format), timeZone))
    case 'link':
      return link(String(element.url), String(element.text ?? element.url))
    default:
      return escapeHtml(element.text)
  }
}

function showText(text: Fields, options: ShowOptions): string {
  return text.type === 'mrkdwn' ? showMrkdwn(String(text.text), options) : escapeHtml(text.text)
}

/** Mentions, dates and links as their reader sees them. */
export function showMrkdwn(markup: string, { nameOf, timeZone }: ShowOptions): string {
  return markup
    .split(/(<[^>]*>)/)
    .map((piece) => {
      const [, inside] = /^<(.*)>$/s.exec(piece) ?? []
      if (inside === undefined) return escapeHtml(unescapeMrkdwn(piece))
      const [target = '', label = ''] = inside.split('|')
      if (target.startsWith('@')) return mention(nameOf(target.slice(1)))
      const [, seconds, format = ''] = /^!date\^(\d+)\^([^^]*)/.exec(target) ?? []
      if (seconds !== undefined) return escapeHtml(showDate(Number(seconds), format, timeZone))
      return /^\w+:/.test(target) ? link(target, label || target) : escapeHtml(piece)
    })
    .join('')
}

const unescapeMrkdwn = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')

const mention = (name: string): string => `<span class="mention">@${escapeHtml(name)}</span>`

const link = (address: string, label: string): string =>
  isWebAddress(address)
    ? `<a href="${escapeHtml(address)}">${escapeHtml(label)}</a>`
    : `<u>${escapeHtml(label)}</u>`

function showTable(block: Fields, options: ShowOptions): string {
  const [head = [], ...rows] = asLists(block.rows).map((row) =>
    row.map((cell) =>
      cell.type === 'rich_text' ? showBlock(cell, options) : escapeHtml(cell.text ?? cell.value),
    ),
  )
  const caption = typeof block.caption === 'string' ? block.caption : ''
  const side = asList(block.column_settings).map(({ align }) =>
    align === undefined ? '' : ` class="${escapeHtml(align)}"`,
  )
  return `<div class="scroll"><table>${caption ? `<caption>${escapeHtml(caption)}</caption>` : ''}
<tr>${head.map((cell, at) => `<th scope="col"${side[at] ?? ''}>${cell}</th>`).join('')}</tr>
${rows.map((row) => `<tr>${row.map((cell, at) => `<td${side[at] ?? ''}>${cell}</td>`).join('')}</tr>`).join('\n')}
</table></div>`
}

function showControl(element: Fields): string {
  if (element.type !== 'button')
    return `<select title="Type press and one of these in the terminal"><option>${escapeHtml(textOf(element.placeholder))}</option>
${asList(element.options)
  .map(({ text }) => `<option disabled>${escapeHtml(textOf(text))}</option>`)
  .join('')}</select>`
  const label = escapeHtml(textOf(element.text))
  return `<button type="button" class="${escapeHtml(element.style)}" title="Type press ${label} in the terminal">${label}</button>`
}
