import type {
  Button as ButtonElement,
  ConfirmationDialog,
  KnownBlock,
  PlainTextElement,
  RichTextBlock,
  StaticSelect,
  TableBlock,
} from '@slack/types'
import { renderPlain, renderSentence, renderText } from '../../commands/render-plain.ts'
import type { Button, Reply, ReplyPart, Sentence } from '../../commands/reply.ts'
import { BLOCK_LIMITS, shorten } from './block-limits.ts'
import { mrkdwnMedium } from './mrkdwn.ts'
import { renderElements, renderSection } from './rich-text.ts'

export interface RenderedReply {
  /** For notifications, screen readers, and clients or moments in which blocks are refused. */
  readonly text: string
  readonly blocks: KnownBlock[]
}

/** A reply as Slack takes it. Whatever the reply holds, no limit is exceeded; what is left out is said. */
export function renderBlocks(reply: Reply): RenderedReply {
  return { text: renderMessageText(reply), blocks: fitBlocks(reply.parts) }
}

/** The whole reply as one text in Slack's markup. */
export function renderMessageText(reply: Reply): string {
  // Cut before escaping would be wrong in the other direction: `&amp;` must not be cut in its middle.
  const text = renderText(
    { ...reply, parts: reply.parts.slice(0, BLOCK_LIMITS.blocks).map(abridge) },
    mrkdwnMedium,
  )
  if (text === '') return ' '
  if (text.length <= BLOCK_LIMITS.messageText) return text
  return shorten(text, BLOCK_LIMITS.messageText).replace(/(?:&[a-z]*|<[^>]*)…$/, '…')
}

/** A part without what would be cut from the text anyway, before any work is put into it. */
function abridge(part: ReplyPart): ReplyPart {
  const most = BLOCK_LIMITS.tableRows
  if (part.kind === 'table') return { ...part, rows: part.rows.slice(0, most) }
  if (part.kind === 'list') return { ...part, items: part.items.slice(0, most) }
  if (part.kind === 'facts') return { ...part, facts: part.facts.slice(0, most) }
  return part
}

const MORE: KnownBlock = {
  type: 'context',
  elements: [
    { type: 'plain_text', text: '… there is more than Slack lets us show in one message.', emoji: false },
  ],
}

/**
 * As many parts as fit, from the first; a sentence stands for those that do not. Buttons keep their place also then:
 * what is left out can be had by pressing them.
 */
function fitBlocks(parts: readonly ReplyPart[]): KnownBlock[] {
  const kept = keepButtons(parts)
  const buttons = [...kept.values()].flat()
  const most = BLOCK_LIMITS.blocks - 1 - buttons.length
  const blocks: KnownBlock[] = []
  let shown = 0
  let left = BLOCK_LIMITS.allBlocks - sizeOf([MORE, ...buttons])
  let hasTable = false
  let isFull = false
  for (const part of parts) {
    blocks.push(...(kept.get(part) ?? []))
    if (kept.has(part) || isFull) continue
    for (const block of renderPart(part, hasTable, left)) {
      const size = sizeOf([block])
      isFull = size > left || shown >= most
      blocks.push(isFull ? MORE : block)
      if (isFull) break
      shown += 1
      left -= size
      hasTable ||= block.type === 'table'
    }
  }
  return blocks
}

/** Rows of buttons, up to half of a message; more of them wait their turn like everything else. */
function keepButtons(parts: readonly ReplyPart[]): ReadonlyMap<ReplyPart, KnownBlock[]> {
  const kept = new Map<ReplyPart, KnownBlock[]>()
  for (const part of parts) {
    if (part.kind !== 'buttons') continue
    const blocks = renderPart(part, false, 0)
    const all = [...[...kept.values()].flat(), ...blocks]
    if (sizeOf(all) > BLOCK_LIMITS.allBlocks / 2 || all.length > BLOCK_LIMITS.blocks / 2) return kept
    kept.set(part, blocks)
  }
  return kept
}

function sizeOf(blocks: readonly KnownBlock[]): number {
  return blocks.reduce((size, block) => size + JSON.stringify(block).length + 1, 1)
}

function renderPart(part: ReplyPart, hasTable: boolean, room: number): KnownBlock[] {
  switch (part.kind) {
    case 'headline':
      return [richText(renderSection(part.text, BLOCK_LIMITS.text, true))]
    case 'text':
      return [richText(renderSection(part.text, BLOCK_LIMITS.text))]
    case 'note':
      return renderNote(part.text)
    case 'facts':
      return renderFacts(part.facts, room)
    case 'list':
      return renderList(part.items, room)
    case 'table':
      // Slack takes one table a message; a second one is lined up in a fixed-width font.
      return hasTable ? [renderPreformatted(part)] : renderTable(part, room)
    case 'buttons':
      return chunk(part.buttons, BLOCK_LIMITS.actions).map((buttons) => ({
        type: 'actions',
        elements: buttons.map(renderButton),
      }))
    case 'menu':
      return part.options.length > 0 ? [{ type: 'actions', elements: [renderMenu(part)] }] : []
  }
}

type RichTextPart = RichTextBlock['elements'][number]

const richText = (...elements: RichTextPart[]): RichTextBlock => ({ type: 'rich_text', elements })

/** Small print stays small only in a context block, which takes no rich text, and none that is empty. */
function renderNote(text: Sentence): KnownBlock[] {
  if (typeof text === 'string')
    return text === '' ? [] : [{ type: 'context', elements: [plainText(text, BLOCK_LIMITS.text)] }]
  const markup = renderSentence(text, mrkdwnMedium)
  if (markup === '') return []
  const fitting = shorten(markup, BLOCK_LIMITS.text).replace(/(?:&[a-z]*|<[^>]*)…$/, '…')
  return [{ type: 'context', elements: [{ type: 'mrkdwn', verbatim: true, text: fitting }] }]
}

function renderFacts(facts: Extract<ReplyPart, { kind: 'facts' }>['facts'], room: number): KnownBlock[] {
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
  const kept = keepFitting(lines, room)
  return kept.length === 0
    ? []
    : [richText({ type: 'rich_text_section', elements: kept.flatMap(({ elements }) => elements) })]
}

function renderList(items: readonly Sentence[], room: number): KnownBlock[] {
  const all = items.map((item) => renderSection(item, 500))
  const kept = keepFitting(all, room)
  if (kept.length === 0) return []
  const left = all.length - kept.length
  return [
    richText({ type: 'rich_text_list', style: 'bullet', elements: kept }),
    ...(left > 0 ? renderNote(`… and ${left} more.`) : []),
  ]
}

/** The first elements that go into three quarters of the room: the rest is for what says that there is more. */
function keepFitting<T>(elements: readonly T[], room: number): T[] {
  let left = room * 0.75
  const end = elements.findIndex((element) => {
    left -= JSON.stringify(element).length + 1
    return left < 0
  })
  return end < 0 ? [...elements] : elements.slice(0, end)
}

type TablePart = Extract<ReplyPart, { kind: 'table' }>
type TableCell = TableBlock['rows'][number][number]

function renderTable({ columns, rows }: TablePart, room: number): KnownBlock[] {
  const width = Math.min(columns.length, BLOCK_LIMITS.tableColumns)
  if (width === 0) return []
  const header = columns.slice(0, width).map((column) => renderCell([{ bold: column }]))
  const cells = rows.map((row) => Array.from({ length: width }, (_, index) => renderCell(row[index] ?? '')))
  const kept = keepFitting(cells, room).slice(0, BLOCK_LIMITS.tableRows - 1)
  const missing: string[] = []
  if (kept.length < cells.length) missing.push(`${cells.length - kept.length} more rows`)
  if (width < columns.length) missing.push(`${columns.length - width} more columns`)
  return [
    {
      type: 'table',
      column_settings: columns.slice(0, width).map(() => ({ is_wrapped: true })),
      rows: [header, ...kept],
    },
    ...(missing.length > 0 ? renderNote(`… and ${missing.join(', ')}.`) : []),
  ]
}

function renderCell(cell: Sentence): TableCell {
  if (typeof cell === 'string') {
    // Slack refuses an empty cell.
    return { type: 'raw_text', text: cell.trim() === '' ? '–' : shorten(cell, BLOCK_LIMITS.tableCell) }
  }
  return {
    type: 'rich_text',
    elements: [{ type: 'rich_text_section', elements: renderElements(cell, BLOCK_LIMITS.tableCell) }],
  }
}

function renderPreformatted(part: TablePart): KnownBlock {
  const text = renderPlain({ visibility: 'asker', parts: [part] }, { timeZone: 'UTC' })
  return richText({
    type: 'rich_text_preformatted',
    elements: [{ type: 'text', text: shorten(text, BLOCK_LIMITS.text) || ' ' }],
  })
}

function renderButton(button: Button, index: number): ButtonElement {
  return {
    type: 'button',
    // Unique in its block, as Slack demands; the name before the colon is what is registered.
    action_id: shorten(`${button.action}:${index}`, BLOCK_LIMITS.actionId),
    text: plainText(button.label, BLOCK_LIMITS.buttonText),
    value: shorten(button.value, BLOCK_LIMITS.buttonValue) || '-',
    ...(button.style && { style: button.style }),
    ...(button.confirm && { confirm: renderConfirm(button.confirm) }),
  }
}

function renderConfirm(confirm: NonNullable<Button['confirm']>): ConfirmationDialog {
  return {
    title: plainText(confirm.title, BLOCK_LIMITS.confirmTitle),
    text: plainText(confirm.text, BLOCK_LIMITS.confirmText),
    confirm: plainText(confirm.yes, BLOCK_LIMITS.confirmButton),
    deny: plainText(confirm.no, BLOCK_LIMITS.confirmButton),
  }
}

function renderMenu(part: Extract<ReplyPart, { kind: 'menu' }>): StaticSelect {
  const options = part.options.slice(0, BLOCK_LIMITS.menuOptions).map(({ label, value }) => ({
    text: plainText(label, BLOCK_LIMITS.optionText),
    value: shorten(value, BLOCK_LIMITS.optionValue) || '-',
  }))
  const chosen = options.find(({ value }) => value === part.value)
  return {
    type: 'static_select',
    action_id: shorten(`${part.action}:0`, BLOCK_LIMITS.actionId),
    placeholder: plainText(part.label, BLOCK_LIMITS.placeholder),
    options,
    ...(chosen && { initial_option: chosen }),
  }
}

function plainText(text: string, most: number): PlainTextElement {
  return { type: 'plain_text', text: shorten(text, most) || ' ', emoji: false }
}

function chunk<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  )
}
