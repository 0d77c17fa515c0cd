import { namesPhone } from '../../phone-words.ts'
import type { FramedRecord } from '../records/index.ts'
import { isEmail, isLongNumber, isWord } from './cell-likeness.ts'

/** The cells of a row in the order of the first header; `extra` are those it has no column for. */
export interface PlacedCells {
  readonly cells: readonly string[]
  readonly extra: readonly string[]
}

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
const WORDS = /[\p{L}\p{M}\p{N}]+/gu
/** Most cells of a header are headings: if neither of the first two is one, the line is a row. */
const CELLS_TO_CHECK = 2
const MAX_HEADER_CHARACTERS = 20_000
/**
 * Further headers in files that were joined. Rows below one are in its order: read by the first header, names
 * would become cities. The first letter rules out most lines.
 */
export class SecondHeaders {
  readonly #delimiter: string
  readonly #headerText: string
  readonly #header: readonly string[]
  readonly #names: ReadonlySet<string>
  /** The first three characters of each heading, as one number. */
  readonly #beginnings: ReadonlySet<number>
  readonly #found: SecondHeader[] = []
  #isBelowBlank = false

  constructor(header: readonly string[], headerText: string, delimiter: string) {
    this.#delimiter = delimiter
    this.#headerText = headerText
    this.#header = header.map(fold)
    this.#names = new Set(this.#header.filter((name) => name !== ''))
    this.#beginnings = new Set(
      [...this.#names].flatMap((name) => [beginningOf(name, 0), beginningOf(name.replaceAll(' ', ''), 0)]),
    )
  }

  /** True if the record is a header. Repeats of the first header are recognised by their text elsewhere. */
  take(record: FramedRecord): boolean {
    if (this.#found.length > 0 && record.text === this.#headerText) {
      this.#add(record.line, this.#header)
      return false
    }
    const isBelowBlank = this.#isBelowBlank
    this.#isBelowBlank = isBlankText(record.text, this.#delimiter)
    if (this.#names.size < MIN_HEADINGS) return false
    if (isBelowBlank && this.#isOtherTable(record)) return true
    if (!this.#mayBeHeader(record.text)) return false
    const written = cellsOf(record, this.#delimiter)
    const cells = written?.map(fold)
    if (
      !written ||
      !cells ||
      !this.#isHeader(cells) ||
      written.some(isPersonal) ||
      record.text === this.#headerText
    )
      return false
    this.#add(record.line, cells)
    return true
  }

  /** A row's cells reordered by the last header above it; null if that is the first. */
  place(line: number, cells: readonly string[]): PlacedCells | null {
    const header = this.#found.findLast((found) => found.line < line)
    if (!header) return null
    const { order } = header
    const placed = new Set(order)
    return {
      cells: order.map((at) => cells[at] ?? ''),
      extra: cells.filter((cell, at) => !placed.has(at) && cell.trim() !== ''),
    }
  }

  get isEmpty(): boolean {
    return this.#found.length === 0
  }

  /** Sentences for the receipt. */
  get notes(): readonly string[] {
    return this.#found.filter(({ isFirst }) => !isFirst).map(describe)
  }

  /** True if one of the first cells is a heading. */
  #mayBeHeader(text: string): boolean {
    let start = 0
    for (let cell = 0; cell < CELLS_TO_CHECK; cell += 1) {
      while (text.charCodeAt(start) === 0x20 || text.charCodeAt(start) === 0x22) start += 1
      const end = text.indexOf(this.#delimiter, start)
      if (end < 0) return false
      if (this.#beginnings.has(beginningOf(text, start)) && this.#names.has(fold(text.slice(start, end))))
        return text.length < MAX_HEADER_CHARACTERS
      start = end + 1
    }
    return false
  }

  /** True if another list begins below an empty line: its header has only words, one of them above phones. */
  #isOtherTable(record: FramedRecord): boolean {
    const written = record.text.length < MAX_HEADER_CHARACTERS ? cellsOf(record, this.#delimiter) : null
    const filled = written?.filter((cell) => cell.trim() !== '') ?? []
    const isHeader = filled.length >= MIN_HEADINGS && filled.every(isHeading) && filled.some(namesPhone)
    if (!written || !isHeader || record.text === this.#headerText) return false
    this.#add(record.line, written.map(fold))
    return true
  }

  #isHeader(cells: readonly string[]): boolean {
    const filled = cells.filter((cell) => cell !== '')
    const named = filled.filter((cell) => this.#names.has(cell))
    return new Set(named).size >= MIN_HEADINGS && named.length >= filled.length * MIN_SHARE
  }

  #add(line: number, cells: readonly string[]): void {
    const taken = new Set<number>()
    const order = this.#header.map((name, place) => {
      const isSame = name !== '' && cells[place] === name && !taken.has(place)
      const at = isSame
        ? place
        : cells.findIndex((cell, index) => cell === name && name !== '' && !taken.has(index))
      taken.add(at)
      return at
    })
    const unknown = cells.filter((cell, at) => cell !== '' && !taken.has(at))
    this.#found.push({ line, order, unknown, isFirst: cells === this.#header })
  }
}

function describe({ line, order, unknown }: SecondHeader): string {
  if (order.every((at, place) => at === place)) return `Left out line ${line} that repeats the header.`
  const known = `Line ${line} is a second header in another order: the rows below are read by it.`
  if (unknown.length === 0) return known
  const names = unknown.map((name) => `"${name}"`).join(', ')
  return `${known} The first header has no ${names}: rows with such a cell cannot be used.`
}

/** Maximum characters of a heading; longer text is a sentence. */
const LONGEST_HEADING = 40
const isHeading = (cell: string): boolean =>
  isWord(cell) && cell.length <= LONGEST_HEADING && !/\p{Nd}{3}/u.test(cell)

function isBlankText(text: string, delimiter: string): boolean {
  const code = text.charCodeAt(0)
  if (code > 0x20 && text.charAt(0) !== delimiter) return false
  return text.replaceAll(delimiter, '').trim() === ''
}

/** A phone or an e-mail address identifies a row, whose other cells may equal headings. */
const isPersonal = (cell: string): boolean => isLongNumber(cell) || isEmail(cell)

/** The cells of a record whose quotation marks need no parsing. */
function cellsOf({ form, text, cells }: FramedRecord, delimiter: string): readonly string[] | null {
  if (form === 'plain') return text.split(delimiter)
  return form === 'quoted' ? (cells ?? null) : null
}

/** `MOBILE NO` and `Mobile_No.` are the same heading. */
function fold(text: string): string {
  return text.toLowerCase().match(WORDS)?.join(' ') ?? ''
}

/** Case is ignored; an underscore or a dot counts as a space. */
function beginningOf(text: string, start: number): number {
  const first = lower(text.charCodeAt(start))
  const second = lower(text.charCodeAt(start + 1))
  return (first * 0x10000 + second) * 0x10000 + lower(text.charCodeAt(start + 2))
}

function lower(code: number): number {
  if (Number.isNaN(code)) return 0x20
  if (code < 0x80) {
    if (code >= 0x61 && code <= 0x7a) return code
    return code >= 0x41 && code <= 0x5a ? code + 0x20 : code >= 0x30 && code <= 0x39 ? code : 0x20
  }
  return String.fromCharCode(code).toLowerCase().charCodeAt(0)
}
