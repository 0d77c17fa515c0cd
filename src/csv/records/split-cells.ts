import { endsLine, QUOTE, SPACE, TAB } from './line-ends.ts'

/**
 * Three readings of a record whose quotation marks violate RFC 4180. They differ in the meaning of a mark
 * inside a quoted cell that neither another mark nor a separator follows:
 *
 * - `inner`: a letter that should be doubled. `"Ram "Bunty" Kumar",1` → `Ram "Bunty" Kumar` | `1`
 * - `outer`: the end of the quoting; both marks are letters. `"Ram, K" Kumar,1` → `"Ram, K" Kumar` | `1`
 * - `none`: proof that the cell is not quoted. `"Ram,"1",2` → `"Ram` | `1` | `2`
 */
type LooseReading = 'inner' | 'outer' | 'none'

/** Limits beyond which the rest of a record is left out. */
interface SplitLimits {
  readonly maxCells: number
  /** Characters of a quoted cell; a longer one is cut, but stays longer than this. */
  readonly maxCellLength: number
}

const UNLIMITED: SplitLimits = { maxCells: Infinity, maxCellLength: Infinity }

/**
 * Splits records that csv-parse does not get: those with loose quotes, and very long ones. Linear in the
 * record.
 */
export function splitCells(
  record: string,
  delimiter: string,
  reading: LooseReading,
  { maxCells, maxCellLength } = UNLIMITED,
): string[] {
  const cells: string[] = []
  const finder = new ClosingFinder(record, delimiter)
  for (let at = 0; cells.length < maxCells; ) {
    const { cell, end } = readCell(record, at, delimiter, reading, maxCellLength, finder)
    cells.push(cell)
    if (end >= record.length) break
    at = end + 1
  }
  return cells
}

/**
 * The cells of a record with loose quotes. Of the readings that respect quoted separators, the one with as
 * many cells as the header, or the one all readings agree on. Null if they differ and none fits: a wrong
 * guess would put a phone into another column.
 */
export function readLooseCells(
  record: string,
  delimiter: string,
  columns: number,
  limits: SplitLimits,
): string[] | null {
  const inner = splitCells(record, delimiter, 'inner', limits)
  if (inner.length === columns) return inner
  const outer = splitCells(record, delimiter, 'outer', limits)
  if (outer.length === columns) return outer
  return same(outer, splitCells(record, delimiter, 'none', limits)) ? outer : null
}

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((cell, index) => cell === b[index])

function readCell(
  record: string,
  at: number,
  delimiter: string,
  reading: LooseReading,
  maxLength: number,
  finder: ClosingFinder,
) {
  const open = findOpening(record, at, delimiter)
  const close = open === -1 ? null : finder.find(open, reading)
  if (close) {
    // Twice the length, because every character may be a doubled mark.
    const quoted = record
      .slice(open + 1, Math.min(close.mark, open + 3 + 2 * maxLength))
      .replaceAll('""', '"')
    if (close.end === close.mark + 1) return { cell: quoted, end: close.end }
    // Exporters may write spaces between the mark and the separator.
    const behind = record.slice(close.mark + 1, close.end)
    return { cell: behind.trim() === '' ? quoted : record.slice(at, close.end), end: close.end }
  }
  const end = endOfCell(record, at, delimiter)
  return { cell: record.slice(at, end), end }
}

function endOfCell(record: string, at: number, delimiter: string): number {
  const next = record.indexOf(delimiter, at)
  return next === -1 ? record.length : next
}

/** Index of the mark that opens the cell, with or without space before it; -1 for an unquoted cell. */
function findOpening(record: string, at: number, delimiter: string): number {
  let index = at
  let code = record.charCodeAt(index)
  while (code === SPACE || (code === TAB && delimiter !== '\t')) {
    index += 1
    code = record.charCodeAt(index)
  }
  return code === QUOTE ? index : -1
}

/** The mark that closes a cell, and the end of the cell after it. */
interface Closing {
  readonly mark: number
  readonly end: number
}

/** Finds closing marks in one record, from start to end. */
class ClosingFinder {
  readonly #record: string
  readonly #delimiter: string
  /** The last mark of a failed search for an inner reading; marks before it have none either. */
  #failedUntil = -1

  constructor(record: string, delimiter: string) {
    this.#record = record
    this.#delimiter = delimiter
  }

  find(open: number, reading: LooseReading): Closing | null {
    // If no mark ends the cell with inner marks as letters, the first mark ends the quoting.
    const inner = reading === 'inner' ? this.#findInner(open) : null
    if (inner) return inner
    const mark = this.#nextMark(open + 1)
    if (mark === -1) return null
    const end = this.#endOfSpace(mark + 1)
    if (end !== -1) return { mark, end }
    return reading === 'none' ? null : { mark, end: endOfCell(this.#record, mark + 1, this.#delimiter) }
  }

  /** The first mark after which the cell ends. */
  #findInner(open: number): Closing | null {
    let mark = this.#nextMark(open + 1)
    const isUnclosed = open < this.#failedUntil && mark !== open + this.#runLength(open) - 1
    if (isUnclosed) return null
    let last = open
    while (mark !== -1) {
      const end = this.#endOfSpace(mark + 1)
      if (end !== -1) return { mark, end }
      last = mark
      // An undoubled mark must not extend the cell into the next line: that would swallow rows.
      mark = open < this.#failedUntil || this.#endsLineFirst(mark + 1) ? -1 : this.#nextMark(mark + 1)
    }
    this.#failedUntil = Math.max(this.#failedUntil, last)
    return null
  }

  /** Index of the next mark that is not doubled, inside a quotation. */
  #nextMark(from: number): number {
    const record = this.#record
    for (let at = from; ; at += 2) {
      if (record.charCodeAt(at) !== QUOTE) {
        at = record.indexOf('"', at)
        if (at === -1) return -1
      }
      if (record.charCodeAt(at + 1) !== QUOTE) return at
    }
  }

  #runLength(from: number): number {
    let at = from
    while (this.#record.charCodeAt(at) === QUOTE) at += 1
    return at - from
  }

  /** Index of the separator or the end after only spaces, or -1. */
  #endOfSpace(from: number): number {
    let at = from
    while (at < this.#record.length && this.#record.charAt(at) !== this.#delimiter) {
      if (!isSpace(this.#record.charCodeAt(at))) return -1
      at += 1
    }
    return at
  }

  /** True if the line ends before the next mark. */
  #endsLineFirst(from: number): boolean {
    const record = this.#record
    let at = from
    while (at < record.length && record.charCodeAt(at) !== QUOTE) {
      if (endsLine(record.charCodeAt(at))) return true
      at += 1
    }
    return false
  }
}

/** White space as in `trim`. */
function isSpace(code: number): boolean {
  if (code < 0xa0) return code === SPACE || (code >= 9 && code <= 13)
  return String.fromCharCode(code).trim() === ''
}
