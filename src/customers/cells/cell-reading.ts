import type { RowProblemCode } from '../../row-problems.ts'
import type { DateCalendar, FieldValue, RowNoteCode } from '../fields/index.ts'

/**
 * The result of reading one cell: a value, blank, or a reason why it is invalid. `note` names what was left
 * out or read as blank, for the receipt.
 */
export type CellReading<T extends FieldValue = FieldValue> =
  | { readonly kind: 'value'; readonly value: T; readonly note?: RowNoteCode }
  | BlankCell
  | CellProblem

export interface BlankCell {
  readonly kind: 'blank'
  readonly note?: RowNoteCode
}

export interface CellProblem {
  readonly kind: 'problem'
  readonly code: RowProblemCode
  /** Completes "Column X …" without the cell's content, which belongs in the CSV of failed rows only. */
  readonly why: string
}

/** How the cells of a column are written, from evidence in the sample. */
export interface ColumnStyle {
  readonly dateOrder: 'day_first' | 'month_first'
  /** The decimal mark; null if the column gave no evidence. */
  readonly decimalMark: 'point' | 'comma' | null
  /** The usual decimal mark of the default region. */
  readonly usualMark: 'point' | 'comma'
  /** Default region, whose calendar dates may use. */
  readonly region?: string
  /** The column's calendar, if not Gregorian. */
  readonly calendar?: DateCalendar
  /** For a column of births: none is after this day, `YYYY-MM-DD`. */
  readonly bornUntil?: string
}

export const BLANK: BlankCell = { kind: 'blank' }

/** The cell holds a blank word. */
export const BLANK_WORD: BlankCell = { kind: 'blank', note: 'blank_word' }

/** Blank because of a placeholder. Dashes and `#N/A` are obviously blank, so only words get a note. */
export function blankOf(text: string): BlankCell {
  return /^[^#].*\p{L}|^\p{L}/u.test(text) ? BLANK_WORD : BLANK
}

export function value<T extends FieldValue>(of: T): CellReading<T> {
  return { kind: 'value', value: of }
}

export function problem(code: RowProblemCode, why: string): CellProblem {
  return { kind: 'problem', code, why }
}

export const DAMAGED = problem(
  'excel_damaged',
  'holds a number that a spreadsheet shortened, so some of its digits are lost',
)
export const BROKEN_FORMULA = problem(
  'excel_damaged',
  'holds a spreadsheet error, or a formula without its result, instead of a value',
)
export const FORMULA = problem('excel_damaged', 'holds a formula in place of its value')
