import type { CsvLimits, CsvRow } from '../csv/index.ts'
import { formatNumber } from '../locale.ts'
import type { RowProblemCode } from '../row-problems.ts'
import type { SheetRow } from '../xlsx/index.ts'

/** Returns the row, or the row with its problem: the same codes and texts as for text files. */
export function checkSheetRow(row: SheetRow, header: readonly string[], limits: CsvLimits): CsvRow {
  const { number: line, cells, longCell } = row
  if (longCell !== null) {
    const isOfRow = (cells[longCell]?.length ?? 0) <= limits.maxCellLength
    const column = header[longCell] || null
    const place = column === null ? ` (cell ${longCell + 1})` : ` (column "${column}")`
    const message = isOfRow
      ? 'The row is too long to be read.'
      : `A cell${place} is longer than ${formatNumber(limits.maxCellLength)} characters.`
    return reject(row, 'cell_too_long', column, message)
  }
  if (hasTextBeyond(row, header.length)) {
    const message = `The row has ${row.columns} cells but the header has ${header.length}.`
    return reject(row, 'too_many_cells', null, message)
  }
  return new SheetListRow(line, cells)
}

function hasTextBeyond({ cells, columns }: SheetRow, width: number): boolean {
  if (columns <= width) return false
  return columns > cells.length || cells.slice(width).some((cell) => cell.trim() !== '')
}

function reject(
  { number: line, cells }: SheetRow,
  code: RowProblemCode,
  column: string | null,
  message: string,
): CsvRow {
  return { line, cells, problem: { line, column, code, message } }
}

/** A class for the reason of `ScannedRow` in the scanner. */
class SheetListRow implements CsvRow {
  readonly line: number
  readonly cells: readonly string[]

  constructor(line: number, cells: readonly string[]) {
    this.line = line
    this.cells = cells
  }
}
