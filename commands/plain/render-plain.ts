import {
  formatCount,
  type Inline,
  type Reply,
  type ReplyPart,
  type Sentence,
  type TimeStyle,
} from '../reply/index.ts'
import { chartTable, drawProgress } from './chart-text.ts'
import { formatRow } from './format-row.ts'
import { withoutInvisible } from './without-invisible.ts'

/** How the parts of a sentence are written in a kind of text. */
export interface TextMedium {
  /**
   * True if columns can be aligned and bars drawn, as in a terminal. Notifications and screen readers need
   * sentences.
   */
  readonly isLinedUp: boolean
  literal(text: string): string
  bold(text: string): string
  code(text: string): string
  user(id: string): string
  time(time: Date, style: TimeStyle): string
  link(address: string, label: string): string
}

interface PlainOptions {
  /** IANA name; the machine's time zone by default. */
  readonly timeZone?: string
  /** A person's name by id. */
  readonly nameOf?: (id: string) => string
}

/** A reply as text for a terminal or a log. */
export function renderPlain(reply: Reply, options: PlainOptions = {}): string {
  return renderText(withoutInvisible(reply), plainMedium(options))
}

/** A reply in any kind of text, without buttons and menus. */
export function renderText(reply: Reply, medium: TextMedium): string {
  return reply.parts
    .map((part) => renderPart(part, medium))
    .filter((text) => text !== '')
    .join('\n')
}

/** A sentence or label in any kind of text. */
export function renderSentence(sentence: Sentence, medium: TextMedium): string {
  return typeof sentence === 'string'
    ? medium.literal(sentence)
    : sentence.map((inline) => renderInline(inline, medium)).join('')
}

/** A time as text: `2 Mar 2026`, `2 Mar 2026, 10:00`. */
export function formatTime(time: Date, style: TimeStyle, timeZone?: string): string {
  if (Number.isNaN(time.getTime())) return 'an unknown day'
  return timeFormat(style !== 'day', timeZone).format(time)
}

/** By zone; creating a format takes longer than using it. */
const timeFormats = new Map<string, Intl.DateTimeFormat>()

function timeFormat(hasClock: boolean, timeZone?: string): Intl.DateTimeFormat {
  const key = `${hasClock} ${timeZone}`
  const known = timeFormats.get(key)
  if (known) return known
  const format = new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    ...(hasClock && { hour: '2-digit', minute: '2-digit' }),
    ...(timeZone !== undefined && { timeZone }),
  })
  timeFormats.set(key, format)
  return format
}

function plainMedium({ timeZone, nameOf = (id) => id }: PlainOptions): TextMedium {
  return {
    isLinedUp: true,
    literal: (text) => text,
    bold: (text) => text,
    code: (text) => text,
    user: (id) => `@${nameOf(id)}`,
    time: (time, style) => formatTime(time, style, timeZone),
    link: (address, label) =>
      label === address || address.startsWith('tel:') ? label : `${label} (${address})`,
  }
}

function renderInline(inline: Inline, medium: TextMedium): string {
  if (typeof inline === 'string') return medium.literal(inline)
  if ('bold' in inline) return medium.bold(inline.bold)
  if ('code' in inline) return medium.code(inline.code)
  if ('count' in inline) return medium.literal(formatCount(inline.count))
  if ('user' in inline) return medium.user(inline.user)
  if ('time' in inline) return medium.time(inline.time, inline.style)
  return medium.link(inline.link, inline.label)
}

function renderPart(part: ReplyPart, medium: TextMedium): string {
  switch (part.kind) {
    case 'headline':
    case 'text':
    case 'note':
      return renderSentence(part.text, medium)
    case 'facts':
      return renderFacts(part.facts, medium)
    case 'list':
      return part.items.map((item) => `• ${renderSentence(item, medium)}`).join('\n')
    case 'numbers': {
      const facts = part.numbers.map(({ label, value }) => ({ label, value: formatCount(value) }))
      if (medium.isLinedUp) return renderFacts(facts, medium)
      return facts.map(({ label, value }) => `${medium.literal(label)} ${value}`).join(', ')
    }
    case 'bar':
      return medium.isLinedUp ? drawProgress(part.share) : ''
    case 'table':
      return renderTable(part.columns, part.rows, medium)
    case 'chart': {
      const { columns, rows } = chartTable(part)
      return `${medium.literal(part.title)}\n${renderTable(columns, rows, medium)}`
    }
    case 'buttons':
    case 'menu':
    case 'search':
      return ''
  }
}

function renderFacts(facts: Extract<ReplyPart, { kind: 'facts' }>['facts'], medium: TextMedium): string {
  if (!medium.isLinedUp)
    return facts
      .map(({ label, value }) => `${medium.literal(label)}: ${renderSentence(value, medium)}`)
      .join('\n')
  const widest = Math.max(0, ...facts.map(({ label }) => textWidth(label)))
  return facts
    .map(({ label, value }) => {
      const gap = ' '.repeat(widest - textWidth(label) + 2)
      return `  ${medium.literal(label)}${gap}${renderSentence(value, medium)}`
    })
    .join('\n')
}

/** Aligned columns. The last one is not padded. */
function renderTable(
  columns: readonly string[],
  rows: readonly (readonly Sentence[])[],
  medium: TextMedium,
): string {
  if (!medium.isLinedUp)
    return rows.map((row) => `• ${renderSentence(formatRow(columns)(row), medium)}`).join('\n')
  const texts = [
    columns.map((column) => medium.literal(column)),
    ...rows.map((row) => row.map((cell) => renderSentence(cell, medium).replaceAll('\n', ' '))),
  ]
  const cells = texts.map((row) => row.map((text) => ({ text, width: textWidth(text) })))
  const widths = columns.map((_, index) =>
    Math.min(WIDEST, Math.max(...cells.map((row) => row[index]?.width ?? 0))),
  )
  return cells
    .map((row) =>
      row
        .map(({ text, width }, index) => text + ' '.repeat(Math.max(0, (widths[index] ?? 0) - width)))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `  ${line}`)
    .join('\n')
}

/** Maximum width of a column, so that one long cell does not push others off the screen. */
const WIDEST = 80
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Visible characters: an accent or a Devanagari vowel sign takes no column. */
function textWidth(text: string): number {
  // Counting is slow; a text longer than any column needs no exact width.
  if (text.length > 4 * WIDEST || /^[\x20-\x7e]*$/.test(text)) return text.length
  return [...graphemes.segment(text)].length
}
