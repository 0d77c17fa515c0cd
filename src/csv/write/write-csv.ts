/**
 * One row by RFC 4180, with CRLF. A cell is quoted only if a reader could split it or lose a part. A row of
 * one empty cell becomes `""`, because it would read as a blank line.
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
 * What a spreadsheet or a program before it drops before a formula: white space, control characters, a byte
 * order mark, characters without width.
 */
const UNSEEN = String.raw`[\s\p{C}\p{Default_Ignorable_Code_Point}]*`
const UNSEEN_BEFORE = new RegExp(`^${UNSEEN}`, 'u')
/** Characters that start a formula (OWASP, CSV injection). */
const BEGINS_FORMULA = /^[=+\-@＝＋－＠]/
/** Spreadsheets drop these from a cell's start; an apostrophe after them is one already. */
const BEGINS_WITH_BREAK = new RegExp(
  `^[\\t\\r\\n]${UNSEEN}(?:[^'\\s\\p{C}\\p{Default_Ignorable_Code_Point}]|$)`,
  'u',
)
/** A negative amount: it starts like a formula, but is only a number. */
const NEGATIVE_NUMBER = /^-\d{1,11}([.,]\d{1,6})*$/
/** Digits that a spreadsheet would change: it drops leading zeros and shows twelve or more as 9.17417E+11. */
const LOSES_DIGITS = /^(0\d+|\d{12,})$/
/** Where a program that ignores quotes starts a new cell. */
const LINE_BREAK = /(\r\n|[\n\r\v\f\u0085\u2028\u2029])/
const QUOTE_AT_END = new RegExp(`'${UNSEEN}$`, 'u')

/**
 * Makes a cell safe to open in a spreadsheet and to save again. If it would run as a formula or lose digits,
 * an apostrophe is added in front, also before each later line of the cell that would run.
 *
 * `+917417119014` becomes `'+917417119014`: readable, and `cleanText` removes the apostrophes. A space after
 * a cell that ends in an apostrophe distinguishes it from a quoted word.
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
