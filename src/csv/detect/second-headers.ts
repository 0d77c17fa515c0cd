import { namesPhone } from '../../phone-words.ts'
import type { FramedRecord } from '../records/index.ts'
import { isEmail, isLongNumber, isWord } from './cell-likeness.ts'

/** Cells of a row, in the order of the first header; `extra` are those that have no place in it. */
export interface PlacedCells {
  readonly cells: readonly string[]
  readonly extra: readonly string[]
}

interface SecondHeader {
  readonly line: number
  /** For each column of the first header, where it stands below this one; -1 where it is not there. */
  readonly order: readonly number[]
  /** Columns that the first header does not have. */
  readonly unknown: readonly string[]
  /** The first header once more, behind another one. */
  readonly isFirst: boolean
}

/** Share of a line's cells that must be headings of the file, and how many at least. */
const MIN_SHARE = 0.6
const MIN_HEADINGS = 2
const WORDS = /[\p{L}\p{M}\p{N}]+/gu
/** Most cells of a header are headings: where neither of the first two is one, the line is a row. */
const CELLS_TO_CHECK = 2
const MAX_HEADER_CHARACTERS = 20_000
/**
 * Headers below the first one, of files that were joined. The rows below one are in its order, not in that of the first:
 * read by the first, names would become cities. Most lines are told to be no header by their first letter.
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

  /** Whether the record is a header, and so no row. The first header itself, repeated, is told by its text elsewhere. */
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

  /** The cells of a row as the last header above it orders them; null where that is the first. */
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

  /** Whether one of the first cells is a heading. */
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

  /** Whether another list begins below an empty line: its header has words alone, one of them over phones. */
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

/** Characters of a heading; what is longer is a sentence. */
const LONGEST_HEADING = 40
const isHeading = (cell: string): boolean =>
  isWord(cell) && cell.length <= LONGEST_HEADING && !/\p{Nd}{3}/u.test(cell)

function isBlankText(text: string, delimiter: string): boolean {
  const code = text.charCodeAt(0)
  if (code > 0x20 && text.charAt(0) !== delimiter) return false
  return text.replaceAll(delimiter, '').trim() === ''
}

/** A phone or an address of mail is somebody's: a row may have cells that are words of the header. */
const isPersonal = (cell: string): boolean => isLongNumber(cell) || isEmail(cell)

/** The cells of a record, where its quotation marks leave nothing to parse. */
function cellsOf({ form, text, cells }: FramedRecord, delimiter: string): readonly string[] | null {
  if (form === 'plain') return text.split(delimiter)
  return form === 'quoted' ? (cells ?? null) : null
}

/** `Mobile_No.` and `MOBILE NO` are one heading. */
function fold(text: string): string {
  return text.toLowerCase().match(WORDS)?.join(' ') ?? ''
}

/** Case aside; an underscore or a dot there is a space. */
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
