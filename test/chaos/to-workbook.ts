import { inline, row, withRows } from '../xlsx/support/build-workbook.ts'
import { buildZip } from '../xlsx/support/build-zip.ts'

const COLUMNS = 'ABCDEFGHIJ'

/** A workbook with the cells of an unquoted CSV, each in the row of its line. */
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
