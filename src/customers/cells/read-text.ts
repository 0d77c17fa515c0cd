import type { WholeNumberStyle } from '../fields/index.ts'
import type { BlankWords, TextKind } from './blank-words.ts'
import {
  BLANK,
  BLANK_WORD,
  BROKEN_FORMULA,
  blankOf,
  type CellReading,
  DAMAGED,
  FORMULA,
  problem,
  value,
} from './cell-reading.ts'
import { cleanText, readScientific, spreadsheetError } from './clean-text.ts'
import { isMasked, lostALetter, mayHideLetters } from './hidden-letters.ts'
import { plainWholeNumber } from './read-number.ts'
import { isSpreadsheetDate } from './spreadsheet-date.ts'

/** Maximum characters of a stored text: more than any address or remark, and small enough for a document. */
const MAX_TEXT_LENGTH = 10_000

const TOO_LONG = problem(
  'text_invalid',
  `is longer than ${MAX_TEXT_LENGTH.toLocaleString('en-US')} characters`,
)

/** Text as a person sees it: trimmed, single spaces, no invisible characters. Leading zeros stay. */
export function readText(cell: string): CellReading<string> {
  return takeText(cleanText(cell))
}

/** Text that is already clean. */
function takeText(text: string): CellReading<string> {
  if (text === '') return BLANK
  return text.length > MAX_TEXT_LENGTH ? TOO_LONG : value(text)
}

const NO_DIGITS = problem(
  'text_invalid',
  'has no digits, unlike the others in its column, so the cells of the row may have slipped',
)

interface TextReaderOptions {
  readonly kind: TextKind
  readonly words: BlankWords
  readonly wholeNumbers?: WholeNumberStyle | undefined
  readonly holdsCodes?: boolean | undefined
  readonly holdsDigits?: boolean | undefined
  readonly holdsIdentifiers?: boolean | undefined
}

/**
 * `3.45679E+15`, as spreadsheets and programs write it. `12E4` without a sign or decimals may be an
 * identifier.
 */
const SCIENTIFIC = /^[+-]?\d(?:(?:[.,]\d+)?e\+\d{1,3}|[.,]\d+e\d{1,3})$/iu
/** A formula exported as text: `=A2&B2`, `=VLOOKUP(…)`, `=12*3`. */
const FORMULA_TEXT =
  /^=\s*[-+@(]?\s*(?:\$?[A-Z]{1,3}\$?\d|[A-Z_][A-Z0-9_.]*[(!]|["'(]|\d[\d.,]*%?\s*[-+*/^&])/iu
/** True if a cell holds a formula's text in place of its value. */
export function isFormulaText(cell: string): boolean {
  return cell.includes('=') && FORMULA_TEXT.test(cleanText(cell))
}

/** Bermuda's codes of post boxes are the only ones without digits: `HM CX`. */
const LETTER_CODE = /^[A-Z]{2} ?[A-Z]{2}$/u
const MADE_DATE = problem('excel_damaged', 'holds a date that a spreadsheet made of an identifier')

const TWO_LETTERS = /^[A-Z]{2}$/u

/**
 * Creates the reader of a text column: names, addresses and identifiers, without blank words and shortened
 * numbers. The first character rules both out for most cells.
 */
export function createTextReader(options: TextReaderOptions): (cell: string) => CellReading<string> {
  const { kind, words, wholeNumbers, holdsCodes = false, holdsDigits = false } = options
  const { holdsIdentifiers = false } = options
  const isWord = words.testOf(kind)
  const isForNothing = (text: string): boolean => isWord(text) && !(holdsCodes && TWO_LETTERS.test(text))
  const readPlain = (text: string): CellReading<string> => {
    if (holdsDigits && !/\p{Nd}/u.test(text) && !LETTER_CODE.test(text)) return NO_DIGITS
    if (holdsIdentifiers && isSpreadsheetDate(text)) return MADE_DATE
    if (wholeNumbers !== undefined) return takeText(plainWholeNumber(text, wholeNumbers))
    return kind === 'name' ? readName(text, words) : takeText(text)
  }
  const readNew = (cell: string): CellReading<string> => {
    const text = cleanText(cell)
    if (text === '') return BLANK
    if (isForNothing(text)) return blankOf(text)
    const first = text.charCodeAt(0)
    const mayBeDamaged = first < 0x41 || first === 0x45
    const reading = (mayBeDamaged ? readDamaged(text, first, kind) : null) ?? readPlain(text)
    return kind === 'attribute' ? reading : noteHidden(reading)
  }
  let lastCell = ''
  let last: CellReading<string> = BLANK
  return (cell) => {
    // Many columns hold the same text in every row.
    if (cell !== lastCell) {
      last = readNew(cell)
      lastCell = cell
    }
    return last
  }
}

/** Adds a note if characters of the text are hidden or lost. */
function noteHidden(reading: CellReading<string>): CellReading<string> {
  if (reading.kind !== 'value' || reading.note !== undefined || !mayHideLetters(reading.value)) return reading
  if (isMasked(reading.value)) return { ...reading, note: 'masked' }
  return lostALetter(reading.value) ? { ...reading, note: 'letter_lost' } : reading
}

/** A name without the blank words that a program joined to it. */
function readName(text: string, words: BlankWords): CellReading<string> {
  const name = words.withoutGlued(text)
  if (name === '') return BLANK_WORD
  const reading = takeText(name)
  return name !== text && reading.kind === 'value' ? { ...reading, note: 'blank_word' } : reading
}

/** A formula, an error or a shortened number in place of the text; null for everything else. */
function readDamaged(text: string, first: number, kind: TextKind): CellReading<string> | null {
  // In an unknown column a formula may be intended.
  if (first === 0x3d) return kind !== 'attribute' && FORMULA_TEXT.test(text) ? FORMULA : null
  const error = spreadsheetError(text)
  if (error) return error === 'broken' ? BROKEN_FORMULA : BLANK
  if (!SCIENTIFIC.test(text)) return null
  const scientific = readScientific(text)
  return scientific?.kind === 'exact' ? value(scientific.digits) : DAMAGED
}
