/**
 * One row as RFC 4180 writes it, with its CRLF. A cell is quoted where a reader could take it apart or lose some of
 * it, and only there; a row of one empty cell is written as `""`, or it would read as a blank line.
 */
export function writeCsvRow(cells: readonly string[], delimiter = ','): string {
  if (cells.length === 1 && cells[0]?.trim() === '') return `"${cells[0]}"\r\n`
  return `${cells.map((cell) => quoteCell(cell, delimiter)).join(delimiter)}\r\n`
}

function quoteCell(cell: string, delimiter: string): string {
  const isPlain = !cell.includes(delimiter) && !/["\r\n]|^\s|\s$/.test(cell)
  return isPlain ? cell : `"${cell.replaceAll('"', '""')}"`
}

/** Characters with which a spreadsheet begins a formula, or that it drops before looking for one (OWASP, CSV injection). */
const BEGINS_FORMULA = /^[=+\-@\t\r\n＝＋－＠]/
/** A negative amount: begins like a formula, but is only a number. */
const NEGATIVE_NUMBER = /^-\d{1,11}([.,]\d{1,6})*$/
/** Digits a spreadsheet would change: zeros at the front are dropped, twelve and more are shown as 9.17417E+11. */
const LOSES_DIGITS = /^(0\d+|\d{12,})$/

/**
 * The cell, safe to be opened in a spreadsheet and saved again: where it would be run as a formula or lose digits, an
 * apostrophe is put in front. `+917417119014` becomes `'+917417119014`: still readable, and whoever reads the file
 * again takes the apostrophe off where it stands before one of these characters or a digit.
 */
export function neutraliseCell(cell: string): string {
  const isAtRisk = (BEGINS_FORMULA.test(cell) && !NEGATIVE_NUMBER.test(cell)) || LOSES_DIGITS.test(cell)
  return isAtRisk ? `'${cell}` : cell
}
