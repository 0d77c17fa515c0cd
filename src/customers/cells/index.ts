/**
 * Reads one cell: text, date, money, number, e-mail, yes or no.
 * Pure; knows no column and no phone.
 */
export {
  BLANK,
  BROKEN_FORMULA,
  type CellProblem,
  type CellReading,
  type ColumnStyle,
  DAMAGED,
  problem,
  value,
} from './cell-reading.ts'
export {
  cleanText,
  isBlank,
  isPlaceholder,
  readScientific,
  removeInvisible,
  spreadsheetError,
  tidyText,
  toAsciiDigits,
} from './clean-text.ts'
export { monthOfName } from './month-names.ts'
export { provenOrder, readDate } from './read-date.ts'
export { readEmail } from './read-email.ts'
export { isCreditOrDebit, readMoney } from './read-money.ts'
export { provenMark, readNumber } from './read-number.ts'
export { readText } from './read-text.ts'
export { readYesNo } from './read-yes-no.ts'
export { usualDecimalMark } from './usual-decimal-mark.ts'
