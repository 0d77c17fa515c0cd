import { asFields, asList, asLists, type Fields, optionsOf } from './block-fields.ts'

/** A message for a terminal, as its reader in Slack sees it. */
export interface ShowOptions {
  readonly nameOf: (userId: string) => string
  readonly timeZone: string
}

interface Shown {
  readonly text: string
  readonly blocks?: readonly unknown[]
}

export function showMessage({ text, blocks }: Shown, options: ShowOptions): string {
  if (blocks === undefined || blocks.length === 0) return showMrkdwn(text, options)
  return blocks
    .map((block) => showBlock(asFields(block), options))
    .filter((shown) => shown !== '')
    .join('\n')
}

function showBlock(block: Fields, options: ShowOptions): string {
  switch (block.type) {
    case 'rich_text':
      return asList(block.elements)
        .map((part) => showRichPart(part, options))
        .join('\n')
    case 'table':
    case 'data_table':
      return showTable(block, options)
    case 'data_visualization':
      return showChart(block)
    case 'context':
      return asList(block.elements)
        .map((element) => showText(element, options))
        .join('  ')
    case 'section':
      return showText(asFields(block.text), options)
    case 'actions':
      return asList(block.elements)
        .map((element) => showControl(element))
        .join('  ')
    case 'input':
      return `${showText(asFields(block.label), options)}: [________]`
    case 'divider':
      return '───'
    default:
      return ''
  }
}

function showRichPart(part: Fields, options: ShowOptions): string {
  const elements = asList(part.elements)
  if (part.type === 'rich_text_list')
    return elements.map((item) => `• ${showRichPart(item, options)}`).join('\n')
  return elements.map((element) => showInline(element, options)).join('')
}

function showInline(element: Fields, { nameOf, timeZone }: ShowOptions): string {
  switch (element.type) {
    case 'user':
      return `@${nameOf(String(element.user_id))}`
    case 'date':
      return showDate(Number(element.timestamp), String(element.format), timeZone)
    case 'link':
      return String(element.text ?? element.url)
    default:
      return String(element.text ?? '')
  }
}

function showText(text: Fields, options: ShowOptions): string {
  return text.type === 'mrkdwn' ? showMrkdwn(String(text.text), options) : String(text.text ?? '')
}

/** Mentions, dates and links for their reader, without escapes. */
function showMrkdwn(text: string, { nameOf, timeZone }: ShowOptions): string {
  return text
    .replace(/<@([A-Z0-9]+)>/g, (_, id: string) => `@${nameOf(id)}`)
    .replace(/<!date\^(\d+)\^([^|^>]*)\|[^>]*>/g, (_, seconds: string, format: string) =>
      showDate(Number(seconds), format, timeZone),
    )
    .replace(/<[^@!|>][^|>]*\|([^>]*)>/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}

/** A chart as lines of numbers. */
function showChart(block: Fields): string {
  const chart = asFields(block.chart)
  const series = chart.type === 'pie' ? [{ data: chart.segments }] : asList(chart.series)
  const [first] = series.map(({ data }) => asList(data))
  const lines = (first ?? []).map(({ label }, at) => {
    const values = series.map(({ data }) => String(asList(data)[at]?.value))
    return `  ${String(label)}: ${values.join(', ')}`
  })
  const names = series.flatMap((one) => ('name' in one ? [String(one.name)] : []))
  return [`(${String(chart.type)} chart) ${String(block.title)}: ${names.join(', ')}`, ...lines].join('\n')
}

const DAY_MS = 24 * 60 * 60_000

/** `today` or `yesterday`, if the format asks for it and it applies. */
function nameDay(time: Date, day: Intl.DateTimeFormat): string {
  const shown = day.format(time)
  if (shown === day.format(Date.now())) return 'today'
  return shown === day.format(Date.now() - DAY_MS) ? 'yesterday' : shown
}

interface Formats {
  readonly day: Intl.DateTimeFormat
  readonly clock: Intl.DateTimeFormat
}

/** By zone; creating a format takes longer than using it. */
const formats = new Map<string, Formats>()

function formatsIn(timeZone: string): Formats {
  const known = formats.get(timeZone)
  if (known) return known
  const made = {
    day: new Intl.DateTimeFormat('en-GB', { timeZone, day: 'numeric', month: 'short', year: 'numeric' }),
    clock: new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }),
  }
  formats.set(timeZone, made)
  return made
}

/** A time as Slack formats it for a reader in that zone. */
export function showDate(seconds: number, format: string, timeZone: string): string {
  const time = new Date(seconds * 1000)
  if (format === '{ago}') return showAgo((Date.now() - time.getTime()) / 60_000)
  const { day, clock } = formatsIn(timeZone)
  return format
    .replace(/\{date[a-z_]*pretty\}/, nameDay(time, day))
    .replace(/\{date[a-z_]*\}/, day.format(time))
    .replace(/\{time[a-z_]*\}/, clock.format(time))
}

function showAgo(minutes: number): string {
  const whole = Math.max(0, Math.round(minutes))
  if (minutes < 60) return whole === 1 ? 'a minute ago' : `${whole} minutes ago`
  return minutes < 48 * 60
    ? `${Math.round(minutes / 60)} hours ago`
    : `${Math.round(minutes / 1440)} days ago`
}

function showTable(block: Fields, options: ShowOptions): string {
  const rows = asLists(block.rows).map((row) =>
    row.map((cell) =>
      cell.type === 'rich_text' ? showBlock(cell, options).replaceAll('\n', ' ') : String(cell.text ?? ''),
    ),
  )
  const columns = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, i) =>
    Math.max(...rows.map((row) => row[i]?.length ?? 0)),
  )
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function showControl(element: Fields): string {
  const label = String(asFields(element.text ?? element.placeholder).text ?? '')
  const options = optionsOf(element).map((option) => String(asFields(option.text).text ?? ''))
  if (options.length === 0) return `[${label}]`
  const rest = options.length - MAX_OPTIONS
  const shown = [...options.slice(0, MAX_OPTIONS), ...(rest > 0 ? [`${rest} more`] : [])]
  return `[${label}: ${shown.join(' | ')}]`
}

/** Maximum of menu options shown; in Slack they open with a click. */
const MAX_OPTIONS = 8
