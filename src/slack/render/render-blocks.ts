import type { RichTextBlock } from '@slack/types'
import {
  drawProgress,
  formatRow,
  renderPlain,
  renderSentence,
  renderText,
  withoutInvisible,
} from '../../../commands/plain/index.ts'
import {
  type Chart,
  formatCount,
  type Reply,
  type ReplyPart,
  type Sentence,
} from '../../../commands/reply/index.ts'
import { BLOCK_LIMITS, SURFACES, type Surface, shorten } from './block-limits.ts'
import { takeFitting } from './keep-fitting.ts'
import { mrkdwnMedium } from './mrkdwn.ts'
import { ALL_NATIVE, type NativeBlock, type SlackBlock } from './native-blocks.ts'
import { drawChart, renderChart } from './render-chart.ts'
import { plainText, renderButtons, renderMenu, renderSearch } from './render-controls.ts'
import { renderNumbers, renderTable } from './render-table.ts'
import { renderSection } from './rich-text.ts'

export interface RenderedReply {
  /** For notifications, screen readers, and when blocks are refused. */
  readonly text: string
  readonly blocks: SlackBlock[]
}

interface RenderOptions {
  /** The surface; a message by default. */
  readonly surface?: Surface
  /** Native blocks that may be used; all by default. Alternatives replace the others. */
  readonly native?: ReadonlySet<NativeBlock>
}

/**
 * Renders a reply for Slack. No limit is exceeded, whatever the reply holds; a line names what is left out.
 */
export function renderBlocks(reply: Reply, options: RenderOptions = {}): RenderedReply {
  const shown = withoutInvisible(reply)
  return { text: renderMessageText(shown), blocks: fitBlocks(shown, options) }
}

/** The whole reply as one text in Slack's markup. */
export function renderMessageText(reply: Reply): string {
  // Cut after escaping, but never inside an escape such as `&amp;`.
  const text = renderText(
    { ...reply, parts: reply.parts.slice(0, SURFACES.message.blocks).map(abridge) },
    mrkdwnMedium,
  )
  if (text === '') return ' '
  if (text.length <= BLOCK_LIMITS.messageText) return text
  return cutMarkup(text, BLOCK_LIMITS.messageText)
}

/** At most `max` characters, without half an escape or half a link at the end. */
const cutMarkup = (markup: string, max: number): string =>
  shorten(markup, max).replace(/(?:&[a-z]*|<[^>]*)…$/, '…')

/** Drops text that would be cut anyway, before rendering it. */
function abridge(part: ReplyPart): ReplyPart {
  const limit = BLOCK_LIMITS.tableRows
  if (part.kind === 'table') return { ...part, rows: part.rows.slice(0, limit) }
  if (part.kind === 'list') return { ...part, items: part.items.slice(0, limit) }
  if (part.kind === 'facts') return { ...part, facts: part.facts.slice(0, limit) }
  if (part.kind === 'chart') return { ...part, labels: part.labels.slice(0, limit) }
  return part
}

/** The line for parts that did not fit. */
const describeMore = (rest: Sentence = IN_PARTS): SlackBlock[] =>
  renderNote([
    '… the rest does not fit into one Slack message. ',
    ...(typeof rest === 'string' ? [rest] : rest),
  ])

const IN_PARTS: Sentence = ['To see how to ask for parts of it, type ', { code: '/uploads help' }, '.']

/** What one rendering may still use. */
interface Budget {
  readonly surface: Surface
  readonly native: ReadonlySet<NativeBlock>
  /** Where the reader finds the rest. */
  readonly rest: Sentence
  /** Characters left. */
  space: number
  hasTable: boolean
  /** A table of rows follows: counts leave the message's one table to it. */
  hasRowsAhead: boolean
  charts: number
}

/**
 * As many parts as fit, in order; one sentence replaces the rest. Buttons always keep their space, because
 * they lead to what is left out.
 */
function fitBlocks(
  { parts, rest }: Reply,
  { surface = 'message', native = ALL_NATIVE }: RenderOptions,
): SlackBlock[] {
  const more = describeMore(rest)
  const limits = SURFACES[surface]
  const kept = takeButtons(parts, limits)
  const buttons = [...kept.values()].flat()
  const maximum = limits.blocks - 1 - buttons.length
  const budget: Budget = {
    surface,
    native,
    rest: rest ?? '',
    space: limits.allBlocks - sizeOf([...more, ...buttons]),
    hasTable: false,
    hasRowsAhead: false,
    charts: 0,
  }
  const lastRows = parts.findLastIndex(({ kind }) => kind === 'table')
  const blocks: SlackBlock[] = []
  let shown = 0
  let isFull = false
  for (const [at, part] of parts.entries()) {
    blocks.push(...(kept.get(part) ?? []))
    if (kept.has(part) || isFull) continue
    budget.hasRowsAhead = at < lastRows
    for (const block of renderPart(part, budget)) {
      const size = sizeOf([block])
      isFull = size > budget.space || shown >= maximum
      blocks.push(...(isFull ? more : [block]))
      if (isFull) break
      shown += 1
      budget.space -= size
      budget.hasTable ||= block.type === 'table' || block.type === 'data_table'
      if (block.type === 'data_visualization') budget.charts += 1
    }
  }
  return blocks
}

/** Rows of buttons, in at most half of the space; the rest is treated like other parts. */
function takeButtons(
  parts: readonly ReplyPart[],
  limits: (typeof SURFACES)[Surface],
): ReadonlyMap<ReplyPart, SlackBlock[]> {
  const kept = new Map<ReplyPart, SlackBlock[]>()
  for (const part of parts) {
    if (part.kind !== 'buttons') continue
    const blocks = renderButtons(part.buttons)
    const all = [...[...kept.values()].flat(), ...blocks]
    if (sizeOf(all) > limits.allBlocks / 2 || all.length > limits.blocks / 2) return kept
    kept.set(part, blocks)
  }
  return kept
}

function sizeOf(blocks: readonly SlackBlock[]): number {
  return blocks.reduce((size, block) => size + JSON.stringify(block).length + 1, 1)
}

function renderPart(part: ReplyPart, budget: Budget): SlackBlock[] {
  switch (part.kind) {
    case 'headline':
      return [richText(renderSection(part.text, BLOCK_LIMITS.text, true))]
    case 'text':
      return [richText(renderSection(part.text, BLOCK_LIMITS.text))]
    case 'note':
      return renderNote(part.text)
    case 'facts':
      return renderFacts(part.facts, budget)
    case 'list':
      return renderList(part.items, budget)
    case 'numbers':
      return renderCounts(part, budget)
    case 'table':
      return renderRows(part, budget)
    case 'chart':
      return renderPicture(part, budget)
    case 'bar':
      return [richText(renderSection([{ code: drawProgress(part.share) }], BLOCK_LIMITS.text))]
    case 'buttons':
      return renderButtons(part.buttons)
    case 'menu':
      return renderMenu(part)
    case 'search':
      return budget.surface === 'view' ? renderSearch(part) : []
  }
}

type RichTextPart = RichTextBlock['elements'][number]

const richText = (...elements: RichTextPart[]): RichTextBlock => ({ type: 'rich_text', elements })

/** Small print needs a context block, which accepts neither rich text nor an empty text. */
function renderNote(text: Sentence): SlackBlock[] {
  if (typeof text === 'string')
    return text === '' ? [] : [{ type: 'context', elements: [plainText(text, BLOCK_LIMITS.text)] }]
  const markup = renderSentence(text, mrkdwnMedium)
  if (markup === '') return []
  return [
    {
      type: 'context',
      elements: [{ type: 'mrkdwn', verbatim: true, text: cutMarkup(markup, BLOCK_LIMITS.text) }],
    },
  ]
}

function renderFacts(facts: Extract<ReplyPart, { kind: 'facts' }>['facts'], budget: Budget): SlackBlock[] {
  const lines = facts.map(({ label, value }, index) =>
    renderSection(
      [
        { bold: `${index > 0 ? '\n' : ''}${shorten(label, 150)}:` },
        ' ',
        ...(typeof value === 'string' ? [value] : value),
      ],
      500,
    ),
  )
  const kept = takeFitting(lines, budget.space)
  if (kept.length === 0) return []
  const left = lines.length - kept.length
  return [
    richText({ type: 'rich_text_section', elements: kept.flatMap(({ elements }) => elements) }),
    ...(left > 0 ? describeLeftOut(`${formatCount(left)} more`, budget) : []),
  ]
}

/** The line for what was left out, and where to find it. */
function describeLeftOut(what: string, { rest }: Budget): SlackBlock[] {
  return renderNote([`… and ${what}. `, ...(typeof rest === 'string' ? [rest] : rest)])
}

function renderList(items: readonly Sentence[], budget: Budget): SlackBlock[] {
  const all = items.map((item) => renderSection(item, 500))
  const kept = takeFitting(all, budget.space)
  if (kept.length === 0) return []
  const left = all.length - kept.length
  return [
    richText({ type: 'rich_text_list', style: 'bullet', elements: kept }),
    ...(left > 0 ? describeLeftOut(`${formatCount(left)} more`, budget) : []),
  ]
}

/** A table of two rows; one line if tables are refused or needed elsewhere. */
function renderCounts(
  part: Extract<ReplyPart, { kind: 'numbers' }>,
  { hasTable, hasRowsAhead, native }: Budget,
): SlackBlock[] {
  if (part.numbers.length === 0) return []
  if (!hasTable && !hasRowsAhead && native.has('table')) return [renderNumbers(part)]
  const pieces = part.numbers.flatMap(({ label, value }, at) => [
    `${at > 0 ? ' · ' : ''}${label} `,
    { bold: formatCount(value) },
  ])
  return [richText(renderSection(pieces, BLOCK_LIMITS.text))]
}

function renderRows(part: Extract<ReplyPart, { kind: 'table' }>, budget: Budget): SlackBlock[] {
  const { hasTable, native, space: width } = budget
  // Slack accepts one table per message; further ones are aligned in a fixed-width font.
  if (hasTable || !native.has('table')) {
    if (part.columns.length === 0) return []
    // A fixed-width font has no mentions, and no times in the reader's zone.
    if (part.rows.some((row) => row.some(isLive)))
      return renderList(part.rows.map(formatRow(part.columns)), budget)
    return [renderFixed(renderPlain(alone(part)))]
  }
  const rendered = renderTable(part, width, native)
  if (!rendered) return []
  const { table, missing } = rendered
  return [table, ...(missing.length > 0 ? describeLeftOut(missing.join(', '), budget) : [])]
}

function renderPicture(part: Chart, { charts, native }: Budget): SlackBlock[] {
  const picture = renderChart(part)
  if (!picture) return []
  const skipped = part.chart === 'pie' ? 0 : part.labels.length - BLOCK_LIMITS.chartPoints
  const more = skipped > 0 ? renderNote(`The last ${BLOCK_LIMITS.chartPoints} of ${part.labels.length}.`) : []
  if (native.has('data_visualization') && charts < BLOCK_LIMITS.charts) return [picture, ...more]
  return [
    richText(renderSection([{ bold: picture.title }], BLOCK_LIMITS.text)),
    renderFixed(drawChart({ ...part, labels: part.labels.slice(0, BLOCK_LIMITS.tableRows) })),
  ]
}

const isLive = (cell: Sentence): boolean =>
  typeof cell !== 'string' &&
  cell.some((piece) => typeof piece !== 'string' && ('user' in piece || 'time' in piece))

const alone = (part: ReplyPart): Reply => ({ visibility: 'asker', parts: [part] })

function renderFixed(text: string): SlackBlock {
  return richText({
    type: 'rich_text_preformatted',
    elements: [{ type: 'text', text: shorten(text, BLOCK_LIMITS.text) || ' ' }],
  })
}
