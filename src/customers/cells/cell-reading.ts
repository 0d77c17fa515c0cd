import type { RowProblemCode } from '../../errors.ts'
import type { DateCalendar, FieldValue, RowNoteCode } from '../fields/index.ts'

/**
 * What a reader makes of one cell: a value, nothing, or a reason why it cannot be used. `note` tells the receipt what was
 * left out or taken for nothing.
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
  /** Completes "Column X …": without the cell's content, which belongs in the failed-rows file alone. */
  readonly why: string
}

/** How the cells of a column are written, found by evidence in the sample. */
export interface ColumnStyle {
  readonly dateOrder: 'day_first' | 'month_first'
  /** What stands before the decimals; null where the column gave no evidence. */
  readonly decimalMark: 'point' | 'comma' | null
  /** The mark people of the default region use. */
  readonly usualMark: 'point' | 'comma'
  /** Default region, whose calendar dates may be written in. */
  readonly region?: string
  /** The calendar of the column, where it is not ours. */
  readonly calendar?: DateCalendar
  /** The column holds days of birth: none is after this day, `YYYY-MM-DD`. */
  readonly bornUntil?: string
}

export const BLANK: BlankCell = { kind: 'blank' }

/** The cell holds a word that stands for nothing. */
export const BLANK_WORD: BlankCell = { kind: 'blank', note: 'blank_word' }

/** A cell that holds a placeholder. Dashes and `#N/A` mean nothing to anybody: only words are worth a note. */
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
export const BROKEN_FORMULA = problem('excel_damaged', 'holds a spreadsheet error instead of a value')
export const FORMULA = problem('excel_damaged', 'holds a formula in place of its value')
