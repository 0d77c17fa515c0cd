import { inline, row, withRows } from '../xlsx/support/build-workbook.ts'
import { buildZip } from '../xlsx/support/build-zip.ts'

const COLUMNS = 'ABCDEFGHIJ'

/** The workbook with the cells of a CSV in which no cell is quoted. The row of a cell is the line it has in the CSV. */
export function toWorkbook(text: string): Buffer {
  const rows = text
    .trimEnd()
    .split('\n')
    .map((line, at) => {
      const cells = line
        .split(',')
        .flatMap((cell, column) => (cell === '' ? [] : [inline(`${COLUMNS.charAt(column)}${at + 1}`, cell)]))
      return row(at + 1, ...cells)
    })
  return buildZip(withRows(rows.join('')))
}
