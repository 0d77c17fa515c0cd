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

/**
 * What a spreadsheet, or what stands between it and the file, drops before it looks for a formula: white space, control
 * characters, a byte order mark, characters without width.
 */
const UNSEEN = String.raw`[\s\p{C}\p{Default_Ignorable_Code_Point}]*`
const UNSEEN_BEFORE = new RegExp(`^${UNSEEN}`, 'u')
/** Characters with which a spreadsheet begins a formula (OWASP, CSV injection). */
const BEGINS_FORMULA = /^[=+\-@＝＋－＠]/
/** Spreadsheets drop these from the beginning of a cell; an apostrophe behind them is one already. */
const BEGINS_WITH_BREAK = new RegExp(
  `^[\\t\\r\\n]${UNSEEN}(?:[^'\\s\\p{C}\\p{Default_Ignorable_Code_Point}]|$)`,
  'u',
)
/** A negative amount: begins like a formula, but is only a number. */
const NEGATIVE_NUMBER = /^-\d{1,11}([.,]\d{1,6})*$/
/** Digits a spreadsheet would change: zeros at the front are dropped, twelve and more are shown as 9.17417E+11. */
const LOSES_DIGITS = /^(0\d+|\d{12,})$/
/** Where a program that ignores quotes begins a new cell. */
const LINE_BREAK = /(\r\n|[\n\r\v\f\u0085\u2028\u2029])/
const QUOTE_AT_END = new RegExp(`'${UNSEEN}$`, 'u')

/**
 * The cell, safe to be opened in a spreadsheet and saved again: where it would be run as a formula or lose digits, an
 * apostrophe is put in front, also in front of every later line of the cell that would be run.
 *
 * `+917417119014` becomes `'+917417119014`: still readable, and `cleanText` takes the apostrophes off again. A space
 * behind a cell that ends in an apostrophe tells it from a word in quotes.
 */
export function neutraliseCell(cell: string): string {
  const lines = cell.split(LINE_BREAK)
  const safe =
    lines.length === 1 ? cell : lines.map((line, at) => (at > 0 && isRun(line) ? `'${line}` : line)).join('')
  if (!isRun(cell) && !BEGINS_WITH_BREAK.test(cell) && !LOSES_DIGITS.test(cell.trim())) return safe
  return `'${safe}${QUOTE_AT_END.test(safe) ? ' ' : ''}`
}

function isRun(text: string): boolean {
  const seen = text.replace(UNSEEN_BEFORE, '')
  return BEGINS_FORMULA.test(seen) && !NEGATIVE_NUMBER.test(seen.trimEnd())
}
