import { writeCsvFile } from '../csv/index.ts'
import { EXCEL_CELL_LENGTH, writeWorkbookFile } from '../xlsx/index.ts'

export type ListFormat = 'csv' | 'xlsx'

/** Maximum of characters in a workbook's cell. */
export const MAX_WORKBOOK_CELL = EXCEL_CELL_LENGTH

interface WriteListOptions {
  readonly format: ListFormat
  /** For a CSV; a comma by default. */
  readonly delimiter?: string | undefined
}

export interface WrittenList {
  /** Sheets of the workbook; 1 for a CSV. */
  readonly sheets: number
  /** Number of cells that a workbook cannot hold; `TOO_LONG` replaces them. */
  readonly longCells: number
}

/**
 * Writes rows to a file that only its owner may read; memory does not grow with them. No cell becomes a
 * formula.
 * @param rows the header first
 */
export async function writeList(
  path: string,
  rows: AsyncIterable<readonly string[]>,
  { format, delimiter }: WriteListOptions,
): Promise<WrittenList> {
  if (format === 'xlsx') return await writeWorkbookFile(path, rows)
  await writeCsvFile(path, rows, delimiter)
  return { sheets: 1, longCells: 0 }
}
