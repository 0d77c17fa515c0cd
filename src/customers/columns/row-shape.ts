import { isBlank } from '../cells/index.ts'
import type { Column } from './classify-columns.ts'

/** How wide the rows of a file are, as its first rows show. */
export interface RowShape {
  /** Columns that have a heading, or cells in most rows: a filled cell behind them has slipped there. */
  readonly columns: number
  /**
   * Cells of most rows, with the blank ones behind the last column. Absent where a longer row with blank cells behind it
   * cannot have slipped, because every row ends with a filled cell.
   */
  readonly width?: number
}

type Cells = readonly string[]

/** Columns without a heading are columns where more than this share of rows has a cell there. */
const COLUMN_SHARE = 0.5
/** From so many rows on, and this share of all, a program writes separators as it likes. */
const MIN_RAGGED = 5
const RAGGED_SHARE = 0.2

/**
 * A separator inside an unquoted cell moves every cell behind it by one. The last then stands behind the last column; or
 * where the last column is mostly blank, nothing does, and only the row's length tells.
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

/** Without the columns at the end that have neither heading nor, in most rows, a cell. */
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
