import { findLineMarks, type LineMarks } from './quoted-lines.ts'

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
