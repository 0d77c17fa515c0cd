/** Reads one cell: text, date, money, number, e-mail, yes or no. Pure; has no code for columns or phones. */

export { type BlankWords, createBlankWords, DEFAULT_BLANK_WORDS, isPlaceholder } from './blank-words.ts'
export { monthOfName } from './calendars/index.ts'
export {
  BLANK,
  BLANK_WORD,
  type BlankCell,
  BROKEN_FORMULA,
  blankOf,
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
  readScientific,
  removeInvisible,
  spreadsheetError,
  tidyText,
  toAsciiDigits,
} from './clean-text.ts'
export { hasShortYear, provenCalendar, provenOrder, readDate } from './read-date.ts'
export { readEmail } from './read-email.ts'
export { isCreditOrDebit, readMoney } from './read-money.ts'
export { provenMark, readNumber, usualDecimalMark, wholeNumberStyle } from './read-number.ts'
export { createTextReader, isFormulaText, readText } from './read-text.ts'
export { readYesNo } from './read-yes-no.ts'
export { isSpreadsheetDate } from './spreadsheet-date.ts'
export { repairOf } from './unwrap-text.ts'
