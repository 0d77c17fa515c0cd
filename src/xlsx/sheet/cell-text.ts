import { damaged } from '../bounds/index.ts'
import { GENERAL, isoText, type NumberFormat, NumberWriter } from '../numbers/index.ts'
import { unescapeText } from '../xml/index.ts'
import type { CellTag } from './cell-place.ts'
import type { SheetNotes } from './sheet-notes.ts'
import type { StringTable } from './string-table.ts'

/** The text of a formula without a stored result. */
const UNCALCULATED = '#UNCALCULATED!'
const ZERO = 0x30

/** The content of a cell as in the file. */
export interface CellContent {
  /** The text of `v`; null if the cell has none. */
  value: string | null
  /** The text of `is`; null if the cell has none. */
  inline: string | null
  hasFormula: boolean
}

export interface CellContext {
  readonly table: StringTable
  readonly formats: readonly NumberFormat[]
  readonly is1904: boolean
  /** See `WorkbookPart.needsCalculation`. */
  readonly needsCalculation: boolean
}

/** Builds a cell's text: what a person sees in Excel, with all digits. */
export class CellTexts {
  readonly #context: CellContext
  readonly #notes: SheetNotes
  readonly #numbers: NumberWriter

  constructor(context: CellContext, notes: SheetNotes) {
    this.#context = context
    this.#notes = notes
    this.#numbers = new NumberWriter(context.is1904)
  }

  /** '' for an empty cell. @throws AppError workbook_damaged */
  textOf(tag: CellTag, content: CellContent, row: number): string {
    if (content.hasFormula) {
      if (isUncalculated(tag, content, this.#context.needsCalculation)) {
        this.#notes.add('formulas_without_result', row)
        return UNCALCULATED
      }
      if (this.#context.needsCalculation) this.#notes.add('formulas_to_recalculate', row)
    }
    if (content.inline !== null) return unescapeText(content.inline)
    const value = content.value ?? ''
    return value === '' ? '' : this.#textOfValue(tag, value, row)
  }

  #textOfValue({ type, style }: CellTag, value: string, row: number): string {
    switch (type) {
      case 's':
        return this.#sharedText(value)
      case 'n':
        return this.#number(value, style, row)
      case 'b':
        return booleanText(value)
      case 'd':
        return isoText(value)
      case 'e':
        this.#notes.add('error_cells', row)
        return value
      default:
        return unescapeText(value)
    }
  }

  #sharedText(value: string): string {
    const text = this.#context.table.get(readIndex(value.trim()))
    if (text === undefined) throw damaged('a cell names a text that is not there')
    return text
  }

  #number(value: string, style: number, row: number): string {
    const text = this.#numbers.write(value, this.#context.formats[style] ?? GENERAL)
    if (this.#numbers.hasLostDigits) this.#notes.add('long_numbers', row)
    if (this.#numbers.isNoDate) this.#notes.add('no_dates', row)
    return text
  }
}

/**
 * True for a formula without a stored result; an empty text is a result. Some programs store 0 and mark the
 * workbook to be calculated when opened.
 */
function isUncalculated(
  { type }: CellTag,
  { value, inline }: CellContent,
  needsCalculation: boolean,
): boolean {
  if (inline !== null) return false
  if (value === null) return true
  if (type === 'n') return value.trim() === '' || (needsCalculation && value.trim() === '0')
  return value === '' && type !== 'str'
}

/** -1 if it is not digits alone. A pattern would allocate memory for its match, in every cell. */
function readIndex(text: string): number {
  if (text === '') return -1
  let index = 0
  for (let at = 0; at < text.length; at += 1) {
    const digit = text.charCodeAt(at) - ZERO
    if (digit < 0 || digit > 9) return -1
    index = index * 10 + digit
  }
  return index
}

function booleanText(value: string): string {
  const text = value.trim().toLowerCase()
  if (text === '1' || text === 'true') return 'TRUE'
  return text === '0' || text === 'false' ? 'FALSE' : value
}
