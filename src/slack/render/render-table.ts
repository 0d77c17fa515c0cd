import type { DataTableBlock, TableBlock } from '@slack/types'
import { formatCount, plural, type ReplyPart, type Sentence } from '../../../commands/reply/index.ts'
import { BLOCK_LIMITS, shorten } from './block-limits.ts'
import { takeFitting } from './keep-fitting.ts'
import type { NativeBlock } from './native-blocks.ts'
import { renderElements } from './rich-text.ts'

type TablePart = Extract<ReplyPart, { kind: 'table' }>
type TableCell = TableBlock['rows'][number][number]

/** Number of rows from which on a table is paged instead of scrolled. */
const PAGED_FROM = 12
const PAGE_SIZE = 10

interface RenderedTable {
  readonly table: TableBlock | DataTableBlock
  /** What did not fit, such as `12 more rows`. */
  readonly missing: readonly string[]
}

/** A table within Slack's limits, with the rows that fit in the space (characters as JSON). */
export function renderTable(
  { caption, columns, rows }: TablePart,
  space: number,
  native: ReadonlySet<NativeBlock>,
): RenderedTable | undefined {
  const width = Math.min(columns.length, BLOCK_LIMITS.tableColumns)
  if (width === 0) return undefined
  const titles = columns.slice(0, width)
  const cells = rows.map((row) => Array.from({ length: width }, (_, index) => renderCell(row[index] ?? '')))
  const kept = takeFitting(cells, space).slice(0, BLOCK_LIMITS.tableRows - 1)
  const missing: string[] = []
  if (kept.length < cells.length) missing.push(plural(cells.length - kept.length, 'more row'))
  if (width < columns.length) missing.push(plural(columns.length - width, 'more column'))
  const isPaged = caption !== undefined && kept.length >= PAGED_FROM && native.has('data_table')
  return {
    missing,
    table: isPaged
      ? {
          type: 'data_table',
          caption: shorten(caption, BLOCK_LIMITS.tableCell) || 'Table',
          page_size: PAGE_SIZE,
          // Slack accepts no rich text in the first row.
          rows: [titles.map((column) => renderCell(column)), ...kept],
        }
      : {
          type: 'table',
          column_settings: titles.map(() => ({ is_wrapped: true })),
          rows: [titles.map((column) => renderCell([{ bold: column }])), ...kept],
        },
  }
}

/** Counts side by side: labels above, numbers below. */
export function renderNumbers({ numbers }: Extract<ReplyPart, { kind: 'numbers' }>): TableBlock {
  const shown = numbers.slice(0, BLOCK_LIMITS.tableColumns)
  return {
    type: 'table',
    column_settings: shown.map(() => ({ align: 'right' })),
    rows: [
      shown.map(({ label }) => renderCell([{ bold: label }])),
      shown.map(({ value }) => renderCell([{ count: value }])),
    ],
  }
}

function renderCell(cell: Sentence): TableCell {
  if (typeof cell === 'string') {
    // Slack refuses an empty cell.
    return { type: 'raw_text', text: cell.trim() === '' ? '–' : shorten(cell, BLOCK_LIMITS.tableCell) }
  }
  const [only] = cell.length === 1 ? cell : []
  // As a number, so that the column sorts by size: as text, 9 comes after 10.
  if (typeof only === 'object' && 'count' in only && Number.isFinite(only.count))
    return { type: 'raw_number', value: only.count, text: formatCount(only.count) }
  return {
    type: 'rich_text',
    elements: [{ type: 'rich_text_section', elements: renderElements(cell, BLOCK_LIMITS.tableCell) }],
  }
}
