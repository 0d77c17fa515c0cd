import { namesPhone } from '../../phone-words.ts'
import { isPhoneLike } from './cell-likeness.ts'
import { type DetectedTable, detectTable } from './detect-table.ts'

/** How a text's quoting differs from CSV. */
export type TextForm =
  /** The whole list is one JSON string, with `\n` as line ends. */
  | { readonly kind: 'json_string' }
  /** Whole lines are quoted like one cell. */
  | { readonly kind: 'quoted_lines'; readonly marks: LineMarks }
  /** Cells are quoted with other marks, or inner marks are escaped with a backslash. */
  | { readonly kind: 'marks'; readonly marks: CellMarks; readonly delimiter: string }

export interface CellMarks {
  readonly opening: string
  readonly closing: string
  readonly hasBackslash: boolean
  /** The sentence for the receipt. */
  readonly note: string
}

const DELIMITERS = [',', ';', '\t', '|']
const MARKS: readonly CellMarks[] = [
  {
    opening: "'",
    closing: "'",
    hasBackslash: true,
    note: 'Cells are quoted with apostrophes; these were left out.',
  },
  {
    opening: '“”„‟',
    closing: '“”‟',
    hasBackslash: false,
    note: 'Cells are quoted with curly quotation marks; these were left out.',
  },
  {
    opening: '‘’‚',
    closing: '‘’',
    hasBackslash: false,
    note: 'Cells are quoted with curly apostrophes; these were left out.',
  },
  {
    opening: '«»',
    closing: '«»',
    hasBackslash: false,
    note: 'Cells are quoted with guillemets; these were left out.',
  },
  {
    opening: '`´',
    closing: '`´',
    hasBackslash: false,
    note: 'Cells are quoted with backticks; these were left out.',
  },
]
const BACKSLASH: CellMarks = {
  opening: '"',
  closing: '"',
  hasBackslash: true,
  note: 'Quotation marks inside cells have a backslash; it was left out.',
}

/** Maximum of characters, and of their lines, that are checked. */
const LOOKED_AT = 64 * 1024
const LINES = 40

/** Recognises quoting other than CSV's by the first lines; null for CSV. */
export function recogniseForm(head: string): TextForm | null {
  const text = head.slice(0, LOOKED_AT)
  const lines = text.split(/\r\n|\r|\n/, LINES + 1).filter((line) => line.trim() !== '')
  if (text.length === LOOKED_AT || lines.length > LINES) lines.pop()
  const [first = '', ...rows] = lines
  if (isJsonString(text, first)) return { kind: 'json_string' }
  const lineMarks = rows.length > 0 ? findLineMarks(lines) : null
  if (lineMarks?.opening === '"') return { kind: 'quoted_lines', marks: lineMarks }
  for (const marks of MARKS) {
    const delimiter = DELIMITERS.find((one) => isMarked(first, one, marks))
    if (delimiter !== undefined && rows.some((row) => row.includes(marks.closing[0] ?? '')))
      return { kind: 'marks', marks, delimiter }
  }
  if (lineMarks) return { kind: 'quoted_lines', marks: lineMarks }
  const delimiter = DELIMITERS.find((one) => first.includes(one) && hasBackslashes(text, one))
  return delimiter === undefined ? null : { kind: 'marks', marks: BACKSLASH, delimiter }
}

function isJsonString(text: string, first: string): boolean {
  const line = text.length > first.length ? text.trim() : first
  return (
    line.startsWith('"') &&
    /^"[^"\\]*(?:\\[^n][^"\\]*)*\\n/.test(line) &&
    /^"(?:[^"\\\r\n]|\\.)*"?$/.test(line)
  )
}

/** True if every cell of a line is quoted with the marks. */
function isMarked(line: string, delimiter: string, { opening, closing }: CellMarks): boolean {
  const cells = line.split(delimiter).map((cell) => cell.trim())
  return (
    cells.length > 1 &&
    cells.every(
      (cell) =>
        cell.length > 1 && opening.includes(cell.charAt(0)) && closing.includes(cell.charAt(cell.length - 1)),
    )
  )
}

/** True if a quoted cell contains an escaped mark and continues after it. */
function hasBackslashes(text: string, delimiter: string): boolean {
  if (!text.includes('\\"')) return false
  const before = `(?:^|[\\r\\n${delimiter}])"[^"\\r\\n]*\\\\"[^"\\r\\n${delimiter}]`
  return new RegExp(before).test(text)
}

/** The marks around a whole line. */
export interface LineMarks {
  readonly opening: string
  readonly closing: string
  /** Some lines have none. */
  readonly isMixed: boolean
}

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
function findLineMarks(lines: readonly string[]): LineMarks | null {
  for (const [opening, closing] of PAIRS) {
    const inner = lines.map((line) => unquoteLine(line, { opening, closing }))
    const quoted = inner.filter((line) => line !== null)
    if (quoted.length === 0 || (opening !== '"' && quoted.some((line) => line.includes(opening)))) continue
    if (isInsideCell(lines, inner)) continue
    const table = detectTable(`${lines.map((line, at) => inner[at] ?? line).join('\n')}\n`, true)
    if (table.width < 2 || table.titleLines > 0) continue
    const isMixed = quoted.length < lines.length
    // A single line may be a title or a cell: it must be a row with a phone, or their header.
    const isSure = !isMixed && opening === '"'
    if (isSure || quoted.every((line) => isPersonLine(line, table))) return { opening, closing, isMixed }
  }
  return null
}

/** True if a line that seems to be quoted stands inside a cell that an earlier line opens. */
function isInsideCell(lines: readonly string[], inner: readonly (string | null)[]): boolean {
  let marks = 0
  return lines.some((line, at) => {
    if (inner[at] !== null) return marks % 2 === 1
    marks += line.split('"').length - 1
    return false
  })
}

/** True if a line has as many cells as the table, and one of them is a phone or names it. */
function isPersonLine(line: string, { delimiter, width }: DetectedTable): boolean {
  // Separators inside quotation marks are text.
  const cells = line.replace(/"(?:[^"]|"")*"/g, '').split(delimiter)
  return cells.length === width && cells.some((cell) => isPhoneLike(cell) || namesPhone(cell))
}
