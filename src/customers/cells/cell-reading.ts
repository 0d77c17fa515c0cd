import type { RowProblemCode } from '../../errors.ts'
import type { FieldValue } from '../fields/index.ts'

/** What a reader makes of one cell: a value, nothing, or a reason why it cannot be used. */
export type CellReading<T extends FieldValue = FieldValue> =
  | { readonly kind: 'value'; readonly value: T }
  | { readonly kind: 'blank' }
  | CellProblem

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
}

export const BLANK: CellReading<never> = { kind: 'blank' }

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
