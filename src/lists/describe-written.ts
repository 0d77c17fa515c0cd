import { formatNumber } from '../locale.ts'
import { TOO_LONG } from '../missing-cell.ts'
import { EXCEL_CELL_LENGTH } from '../xlsx/index.ts'
import type { WrittenList } from './write-list.ts'

/** Sentences for the recipient about what a written list cannot hold. */
export function describeWritten({ sheets, longCells }: WrittenList): string[] {
  const sentences: string[] = []
  if (sheets > 1)
    sentences.push(`The list has more rows than a sheet holds, so the workbook has ${sheets} sheets.`)
  if (longCells > 0) {
    const limit = `more than ${formatNumber(EXCEL_CELL_LENGTH)} characters, the most Excel holds`
    sentences.push(
      longCells === 1
        ? `One cell has ${limit}. ${TOO_LONG} is in its place.`
        : `${formatNumber(longCells)} cells have ${limit}. ${TOO_LONG} is in their place.`,
    )
  }
  return sentences
}
