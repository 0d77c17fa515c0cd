import { namesPhone } from '../../phone-words.ts'
import { isPhoneLike } from './cell-likeness.ts'
import { type DetectedTable, detectTable } from './detect-table.ts'

/** The marks around a whole line. */
export interface LineMarks {
  readonly opening: string
  readonly closing: string
  /** Some lines have none. */
  readonly isMixed: boolean
}

const DELIMITERS = [',', ';', '\t', '|']
const PAIRS = [
  ['"', '"'],
  ["'", "'"],
  ['“', '”'],
  ['„', '“'],
  ['«', '»'],
  ['`', '`'],
] as const

/** Separators that spreadsheets add behind a line that is one cell. */
const PADDING = /^[,;\t| ]*$/

/** The text between the marks around a whole line; null if the line is not quoted as a whole. */
export function unquoteLine(line: string, { opening, closing }: Omit<LineMarks, 'isMixed'>): string | null {
  if (!line.startsWith(opening)) return null
  const end = findClosing(line, { opening, closing })
  if (end <= 0 || !PADDING.test(line.slice(end + 1))) return null
  const inner = line.slice(1, end)
  if (!DELIMITERS.some((delimiter) => inner.includes(delimiter))) return null
  return opening === closing ? inner.replaceAll(opening + opening, opening) : inner
}

/** Index of the mark that closes the one at the start, or -1. Doubled marks are text. */
export function findClosing(text: string, { opening, closing }: Omit<LineMarks, 'isMixed'>): number {
  if (opening !== closing) return text.indexOf(closing, 1)
  for (let at = text.indexOf(closing, 1); at !== -1; at = text.indexOf(closing, at + 2))
    if (text.charAt(at + 1) !== closing) return at
  return -1
}

/** Finds marks around whole lines, if the lines without them are a table; null if there are none. */
export function findLineMarks(lines: readonly string[]): LineMarks | null {
  for (const [opening, closing] of PAIRS) {
    const inner = lines.map((line) => unquoteLine(line, { opening, closing }))
    const quoted = inner.filter((line) => line !== null)
    if (quoted.length === 0 || (opening !== '"' && quoted.some((line) => line.includes(opening)))) continue
    const table = detectTable(`${lines.map((line, at) => inner[at] ?? line).join('\n')}\n`, true)
    if (table.width < 2 || table.titleLines > 0) continue
    const isMixed = quoted.length < lines.length
    // A single line may be a title or a cell: it must be a row with a phone, or their header.
    const isSure = !isMixed && opening === '"'
    if (isSure || quoted.every((line) => isPersonLine(line, table))) return { opening, closing, isMixed }
  }
  return null
}

/** True if a line has as many cells as the table, and one of them is a phone or names it. */
function isPersonLine(line: string, { delimiter, width }: DetectedTable): boolean {
  // Separators inside quotation marks are text.
  const cells = line.replace(/"(?:[^"]|"")*"/g, '').split(delimiter)
  return cells.length === width && cells.some((cell) => isPhoneLike(cell) || namesPhone(cell))
}
