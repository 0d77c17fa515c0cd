import {
  asFields,
  asList,
  asLists,
  type Fields,
  type ShowOptions,
  showDate,
  textOf,
} from '../../slack/index.ts'
import { drawChart } from './draw-chart.ts'
import { type Html, html, isWebAddress } from './html.ts'
import { showControl } from './show-control.ts'
import { showInput } from './show-input.ts'

/** How blocks are shown on a page. */
export interface PageOptions extends ShowOptions {
  /** The page's address for a link to a message; undefined for any other link. */
  readonly addressOf?: (link: string) => string | undefined
}

/** Draws blocks like Slack, for a browser: messages, modals, the Home tab, the stories. */
export function showBlocks(blocks: readonly unknown[], options: PageOptions): Html {
  return html`${blocks.map((block) => showBlock(asFields(block), options))}`
}

type ShowBlock = (block: Fields, options: PageOptions) => Html

const SHOW: Readonly<Record<string, ShowBlock>> = {
  rich_text: ({ elements }, options) => html`${asList(elements).map((part) => showRichPart(part, options))}`,
  table: showTable,
  data_table: showTable,
  data_visualization: drawChart,
  context: ({ elements }, options) =>
    html`<p class="note">${asList(elements).map((element) => html`<span>${showText(element, options)}</span> `)}</p>`,
  section: showSection,
  header: ({ text }) => html`<h3>${textOf(text)}</h3>`,
  divider: () => html`<hr>`,
  actions: ({ elements }) => html`<div class="controls">${asList(elements).map(showControl)}</div>`,
  input: showInput,
}

function showBlock(block: Fields, options: PageOptions): Html {
  const show = SHOW[String(block.type)]
  return show ? show(block, options) : html`<p class="note">(a block called ${String(block.type)})</p>`
}

function showSection({ text, fields, accessory }: Fields, options: PageOptions): Html {
  const answer = text === undefined ? '' : html`<p class="lines">${showText(asFields(text), options)}</p>`
  const beside = asList(fields).map((field) => html`<p class="lines">${showText(field, options)}</p>`)
  const control =
    accessory === undefined ? '' : html`<div class="controls">${showControl(asFields(accessory))}</div>`
  return html`${answer}${beside.length > 0 && html`<div class="fields">${beside}</div>`}${control}`
}

function showRichPart(part: Fields, options: PageOptions): Html {
  const elements = asList(part.elements)
  const inline = () => elements.map((element) => showInline(element, options))
  if (part.type === 'rich_text_list') {
    const items = elements.map((item) => html`<li>${showRichPart(item, options)}</li>`)
    return part.style === 'ordered' ? html`<ol>${items}</ol>` : html`<ul>${items}</ul>`
  }
  if (part.type === 'rich_text_preformatted') return html`<pre tabindex="0">${inline()}</pre>`
  if (part.type === 'rich_text_quote') return html`<blockquote>${inline()}</blockquote>`
  return html`<div class="lines">${inline()}</div>`
}

function showInline(element: Fields, options: PageOptions): Html {
  const { bold, code, italic, strike } = asFields(element.style)
  let output = showPlainInline(element, options)
  if (code === true) output = html`<code>${output}</code>`
  if (italic === true) output = html`<em>${output}</em>`
  if (strike === true) output = html`<s>${output}</s>`
  return bold === true ? html`<b>${output}</b>` : output
}

function showPlainInline(element: Fields, options: PageOptions): Html {
  const { nameOf, timeZone } = options
  switch (element.type) {
    case 'user':
      return mention(nameOf(String(element.user_id)))
    case 'date':
      return html`${showDate(Number(element.timestamp), String(element.format), timeZone)}`
    case 'link':
      return link(String(element.url), String(element.text ?? element.url), options)
    case 'emoji':
      return html`${emoji(String(element.name))}`
    default:
      return html`${String(element.text ?? '')}`
  }
}

function showText(text: Fields, options: PageOptions): Html {
  return text.type === 'mrkdwn' ? showMrkdwn(String(text.text), options) : html`${textOf(text)}`
}

/** Mentions, dates and links for their reader. */
export function showMrkdwn(markup: string, options: PageOptions): Html {
  return html`${markup.split(/(<[^>]*>)/).map((piece) => showMarkup(piece, options))}`
}

function showMarkup(piece: string, options: PageOptions): Html {
  const { nameOf, timeZone } = options
  const [, inside] = /^<(.*)>$/s.exec(piece) ?? []
  if (inside === undefined) return html`${unescapeMrkdwn(piece)}`
  const [target = '', label = ''] = inside.split('|')
  if (target.startsWith('@')) return mention(nameOf(target.slice(1)))
  const [, seconds, format = ''] = /^!date\^(\d+)\^([^^]*)/.exec(target) ?? []
  if (seconds !== undefined) return html`${showDate(Number(seconds), format, timeZone)}`
  return /^\w+:/.test(target) ? link(target, unescapeMrkdwn(label || target), options) : html`${piece}`
}

const unescapeMrkdwn = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')

const mention = (name: string): Html => html`<span class="mention">@${name}</span>`

function link(address: string, label: string, { addressOf }: PageOptions): Html {
  const here = addressOf?.(address)
  if (here !== undefined) return html`<a href="${here}" data-go>${label}</a>`
  return isWebAddress(address)
    ? html`<a href="${address}" target="_blank" rel="noopener noreferrer">${label}</a>`
    : html`<u>${label}</u>`
}

/** The bot's status emoji as characters of text fonts; others are shown by name. */
const EMOJI: Readonly<Record<string, string>> = {
  hourglass: '⌛\uFE0E',
  hourglass_flowing_sand: '⌛\uFE0E',
  white_check_mark: '✓',
  warning: '⚠\uFE0E',
  question: '?',
  leftwards_arrow_with_hook: '↩\uFE0E',
}

export const emoji = (name: string): string => EMOJI[name] ?? `:${name}:`

function showTable(block: Fields, options: PageOptions): Html {
  const [head = [], ...rows] = asLists(block.rows).map((row) =>
    row.map((cell) =>
      cell.type === 'rich_text' ? showBlock(cell, options) : html`${String(cell.text ?? cell.value ?? '')}`,
    ),
  )
  const caption = typeof block.caption === 'string' ? block.caption : ''
  const settings = asList(block.column_settings)
  const side = (at: number) => settings[at]?.align === 'right' && html` class="right"`
  // A few numbers side by side are shown below each other on a phone.
  const isNumbers = rows.length === 1 && head.every((_, at) => settings[at]?.align === 'right')
  return html`<div class="scroll${isNumbers && ' numbers'}" tabindex="0" role="group" aria-label="${caption || 'Table'}"><table>${caption && html`<caption>${caption}</caption>`}
<thead><tr>${head.map((cell, at) => html`<th scope="col"${side(at)}>${cell}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell, at) => html`<td${side(at)}>${cell}</td>`)}</tr>`)}</tbody>
</table></div>`
}
