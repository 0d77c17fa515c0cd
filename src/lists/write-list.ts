import { writeCsvFile } from '../csv/index.ts'
import { writeWorkbookFile } from '../xlsx/index.ts'

export type ListFormat = 'csv' | 'xlsx'

export interface WriteListOptions {
  readonly format: ListFormat
  /** Of a CSV; a comma unless given. */
  readonly delimiter?: string | undefined
}

export interface WrittenList {
  /** Cells that were cut at the 32,767 characters Excel holds. */
  readonly cutCells: number
}

/**
 * Writes rows to a file only its owner may read; memory does not grow with them. No cell is ever a formula.
 * @param rows the header first
 */
export async function writeList(
  path: string,
  rows: AsyncIterable<readonly string[]>,
  { format, delimiter }: WriteListOptions,
): Promise<WrittenList> {
  if (format === 'xlsx') return await writeWorkbookFile(path, rows)
  await writeCsvFile(path, rows, delimiter)
  return { cutCells: 0 }
}
