import type { CsvRow } from '../csv-file.ts'
import type { FramedRecord } from '../records/index.ts'
import { isEmail, isLongNumber, isWord } from './cell-likeness.ts'
import { areOfOthers, foldHeading, isOthersPhone, isPhoneHeading, matchHeadings } from './match-headings.ts'

/** The word for a record in notes: sheets have rows. */
type Noun = 'line' | 'row'

interface SecondHeader {
  readonly line: number
  /** For each column of the first header, its index below this one; -1 if it is missing. */
  readonly order: readonly number[]
  /** Columns that the first header does not have. */
  readonly unknown: readonly string[]
  /** The first header repeated after another one. */
  readonly isFirst: boolean
}

/** Share, and minimum number, of a line's cells that must be headings of the file. */
const MIN_SHARE = 0.6
const MIN_HEADINGS = 2
const MAX_HEADER_CHARACTERS = 20_000
/** Digits that nearly every row contains, and no header. */
const LONG_DIGITS = /\d{5}/
const DIGITS = 5

/**
 * Further headers in files that were joined. Rows below one are in its order: read by the first header, names
 * would become cities. A header names the phone column, or most columns of the first header. A row whose
 * cells happen to equal headings is a row.
 */
export class SecondHeaders {
  readonly #delimiter: string
  readonly #headerText: string
  readonly #header: readonly string[]
  readonly #names: ReadonlySet<string>
  /** Columns of the first header that are named as phones. */
  readonly #phones: readonly number[]
  readonly #found: SecondHeader[] = []
  readonly #noun: Noun
  #isBelowBlank = false
  /** Where the last row had its digits: most rows have some there. */
  #digitsAt = 0

  constructor(header: readonly string[], headerText: string, delimiter: string, noun: Noun = 'line') {
    this.#noun = noun
    this.#delimiter = delimiter
    this.#headerText = headerText
    this.#header = header.map(foldHeading)
    this.#names = new Set(this.#header.filter((name) => name !== ''))
    this.#phones = this.#header.flatMap((name, place) => (isPhoneHeading(name) ? [place] : []))
  }

  /** True if the record is a header. Repeats of the first header are recognised by their text elsewhere. */
  take(record: FramedRecord): boolean {
    const { text } = record
    if (text === this.#headerText) {
      if (this.#found.length > 0) this.#add(record.line, this.#header, true)
      return false
    }
    const isBelowBlank = this.#isBelowBlank
    this.#isBelowBlank = isBlankText(text, this.#delimiter) || (isBelowBlank && this.#isTitle(text))
    if (this.#names.size < MIN_HEADINGS || this.#hasDigits(text) || text.length > MAX_HEADER_CHARACTERS)
      return false
    const cells = cellsOf(record, this.#delimiter)
    if (!cells || !mayBeHeader(cells)) return false
    const names = cells.map(foldHeading)
    if (!this.#isHeader(names) && !this.#isOtherTable(cells, isBelowBlank)) return false
    this.#add(record.line, names, false)
    return true
  }

  /** A row's cells in the order of the first header, by the last header above it. */
  place(row: CsvRow): CsvRow {
    const header = this.#found.findLast((found) => found.line < row.line)
    if (!header || row.problem || row.cells.length === 0) return row
    const { order } = header
    const placed = new Set(order)
    const cells = order.map((at) => row.cells[at] ?? '')
    const extra = row.cells.filter((cell, at) => !placed.has(at) && cell.trim() !== '')
    if (extra.length === 0) return { ...row, cells }
    const message =
      'The row has a cell under a column of the second header that the first one does not have. Share the second list as a file of its own.'
    const problem = { line: row.line, column: null, code: 'too_many_cells', message } as const
    return { ...row, cells: [...cells, ...extra], problem }
  }

  get isEmpty(): boolean {
    return this.#found.length === 0
  }

  /** Sentences for the receipt. */
  get notes(): readonly string[] {
    return this.#found.filter(({ isFirst }) => !isFirst).map((found) => describe(found, this.#noun))
  }

  #isHeader(names: readonly string[]): boolean {
    const filled = names.filter((name) => name !== '').length
    const named = matchHeadings(this.#header, names).flatMap((at, place) => (at < 0 ? [] : [place]))
    if (named.length < MIN_HEADINGS || named.length < filled * MIN_SHARE) return false
    return this.#phones.length > 0
      ? named.some((place) => this.#phones.includes(place))
      : named.length >= this.#names.size * MIN_SHARE
  }

  /**
   * True if another list begins: its header has only words, one of them above phones, below an empty line or
   * in the rows' phone column. A list of other people, such as `Agent Name`, `Agent Phone`, counts too.
   */
  #isOtherTable(cells: readonly string[], isBelowBlank: boolean): boolean {
    const filled = cells.filter((cell) => cell.trim() !== '')
    if (filled.length < MIN_HEADINGS || !filled.every(isHeading)) return false
    const isOthers = areOfOthers(filled.map(foldHeading))
    const isPhone = (cell: string | undefined): boolean => {
      const name = foldHeading(cell ?? '')
      return isPhoneHeading(name) || ((isOthers || isBelowBlank) && isOthersPhone(name))
    }
    return isBelowBlank ? filled.some(isPhone) : this.#phones.some((place) => isPhone(cells[place]))
  }

  #hasDigits(text: string): boolean {
    let at = this.#digitsAt
    while (at < this.#digitsAt + DIGITS && isDigit(text.charCodeAt(at))) at += 1
    if (at === this.#digitsAt + DIGITS) return true
    const found = text.search(LONG_DIGITS)
    if (found >= 0) this.#digitsAt = found
    return found >= 0
  }

  /** A line between an empty one and a header. */
  #isTitle(text: string): boolean {
    const end = text.indexOf(this.#delimiter)
    return end < 0 || isBlankText(text.slice(end), this.#delimiter)
  }

  #add(line: number, names: readonly string[], isFirst: boolean): void {
    const order = isFirst ? names.map((_, place) => place) : matchHeadings(this.#header, names)
    const taken = new Set(order)
    const unknown = names.filter((name, at) => name !== '' && !taken.has(at))
    this.#found.push({ line, order, unknown, isFirst })
  }
}

function describe({ line, order, unknown }: SecondHeader, noun: Noun): string {
  if (order.every((at, place) => at === place)) return `Left out ${noun} ${line} that repeats the header.`
  const isPlaced = order.some((at) => at >= 0)
  const where = noun === 'line' ? `Line ${line}` : `Row ${line}`
  const known = isPlaced
    ? `${where} is a second header in another order: the rows below are read by it.`
    : `${where} is the header of another list.`
  if (unknown.length === 0) return known
  const names = unknown.map((name) => `"${name}"`).join(', ')
  return `${known} The first header has no ${names}: rows with such a cell cannot be used.`
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39

/** Maximum characters of a heading; longer text is a sentence. */
const LONGEST_HEADING = 40
const isHeading = (cell: string): boolean =>
  isWord(cell) && cell.length <= LONGEST_HEADING && !/\p{Nd}{3}/u.test(cell)

/** The first cells rule most lines out. A phone or an e-mail address identifies a row. */
function mayBeHeader(cells: readonly string[]): boolean {
  const [first, second] = cells.filter((cell) => cell.trim() !== '')
  if (first === undefined || second === undefined || !isWord(first) || !isWord(second)) return false
  return !cells.some((cell) => isLongNumber(cell) || isEmail(cell))
}

function isBlankText(text: string, delimiter: string): boolean {
  const code = text.charCodeAt(0)
  if (code > 0x20 && text.charAt(0) !== delimiter) return false
  return text.replaceAll(delimiter, '').trim() === ''
}

/** The cells of a record whose quotation marks need no parsing. */
function cellsOf({ form, text, cells }: FramedRecord, delimiter: string): readonly string[] | null {
  if (form === 'plain') return text.split(delimiter)
  return form === 'quoted' ? (cells ?? null) : null
}
