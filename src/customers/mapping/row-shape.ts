import { isBlank } from '../cells/index.ts'
import type { Column } from '../columns/index.ts'

/** The width of a file's rows, by its first rows. */
export interface RowShape {
  /** Columns with a heading, or with cells in most rows: a cell after them has slipped. */
  readonly columns: number
  /**
   * Cells of most rows, with the blank ones after the last column. Absent if every row ends with a non-blank
   * cell: then longer rows with blank ends cannot have slipped.
   */
  readonly width?: number
}

type Cells = readonly string[]

/** A column without a heading counts if more than this share of rows has a cell in it. */
const COLUMN_SHARE = 0.5
/** From this number and share of rows on, row lengths vary by chance. */
const MIN_RAGGED = 5
const RAGGED_SHARE = 0.2

/**
 * A separator inside an unquoted cell moves all later cells by one. The last one then is after the last
 * column. If the last column is mostly blank, only the row's length shows it.
 */
export function findRowShape(header: Cells, rows: readonly Cells[], phones: readonly Column[]): RowShape {
  const filled = rows.filter((row) => !row.every(isBlank))
  // A person may have chosen a column without a heading.
  const columns = Math.max(countColumns(header, filled), ...phones.map(({ index }) => index + 1))
  const widths = filled.map((row) => Math.max(row.length, header.length))
  const width = commonest(widths) ?? header.length
  const longer = widths.filter((each) => each > width).length
  if (longer >= MIN_RAGGED && longer > filled.length * RAGGED_SHARE) return { columns }
  const usual = filled.filter((row) => row.length <= width)
  const isAlwaysFilled = columns === header.length && usual.every((row) => !isBlank(row[columns - 1] ?? ''))
  return isAlwaysFilled ? { columns } : { columns, width }
}

/** Without trailing columns that have neither a heading nor, in most rows, a cell. */
function countColumns(header: Cells, rows: readonly Cells[]): number {
  const named = header.findLastIndex((heading) => !isBlank(heading)) + 1
  if (named === 0) return header.length
  for (let at = header.length; at > named; at -= 1) {
    const cells = rows.filter((row) => !isBlank(row[at - 1] ?? '')).length
    if (cells > rows.length * COLUMN_SHARE) return at
  }
  return named
}

function commonest(numbers: readonly number[]): number | undefined {
  const times = new Map<number, number>()
  for (const number of numbers) times.set(number, (times.get(number) ?? 0) + 1)
  return [...times].sort(([a, x], [b, y]) => y - x || b - a)[0]?.[0]
}
