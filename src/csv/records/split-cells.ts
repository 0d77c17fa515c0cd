import { endsLine, QUOTE, SPACE, TAB } from './line-ends.ts'

/**
 * Three ways to read a record whose quotation marks are not as RFC 4180 wants them. What differs is what a mark
 * inside a quoted cell means when neither another mark nor a separator follows it:
 *
 * - `inner`: a letter that should have been doubled. `"Ram "Bunty" Kumar",1` → `Ram "Bunty" Kumar` | `1`
 * - `outer`: the end of the quoting; both marks are letters. `"Ram, K" Kumar,1` → `"Ram, K" Kumar` | `1`
 * - `none`: proof that the cell is not quoted. `"Ram,"1",2` → `"Ram` | `1` | `2`
 */
type LooseReading = 'inner' | 'outer' | 'none'

/** How much of a record is of use: what is beyond is left out. */
export interface SplitLimits {
  readonly maxCells: number
  /** Characters of a quoted cell; a longer one comes out cut, but longer than this. */
  readonly maxCellLength: number
}

const UNLIMITED: SplitLimits = { maxCells: Infinity, maxCellLength: Infinity }

/**
 * Splits one record by hand, for the records csv-parse is not given: those with loose quotes, and very long ones. The
 * work is linear in the record.
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
 * The cells of a record with loose quotes: of the readings that leave quoted separators alone, the one that gives as
 * many cells as the header has, or the one all readings agree on. Null where they differ and none fits, which nobody
 * should guess: a wrong guess puts a phone into another column.
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
    // Twice the length, for every character may be a doubled mark.
    const quoted = record
      .slice(open + 1, Math.min(close.mark, open + 3 + 2 * maxLength))
      .replaceAll('""', '"')
    if (close.end === close.mark + 1) return { cell: quoted, end: close.end }
    // What stands behind the mark may be mere space, which exporters put before a separator.
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

/** Index of the mark that opens the cell, with or without space before it; -1 for a cell that is not quoted. */
function findOpening(record: string, at: number, delimiter: string): number {
  let index = at
  let code = record.charCodeAt(index)
  while (code === SPACE || (code === TAB && delimiter !== '\t')) {
    index += 1
    code = record.charCodeAt(index)
  }
  return code === QUOTE ? index : -1
}

/** The mark that closes a cell, and the end of the cell behind it. */
interface Closing {
  readonly mark: number
  readonly end: number
}

/** Finds closing marks in one record, from its beginning to its end. */
class ClosingFinder {
  readonly #record: string
  readonly #delimiter: string
  /** The last mark of a search for an inner reading that found nothing; none is found from any mark before it. */
  #failedUntil = -1

  constructor(record: string, delimiter: string) {
    this.#record = record
    this.#delimiter = delimiter
  }

  find(open: number, reading: LooseReading): Closing | null {
    // Where no mark ends the cell when those inside are letters, the first of them ends the quoting after all.
    const inner = reading === 'inner' ? this.#findInner(open) : null
    if (inner) return inner
    const mark = this.#nextMark(open + 1)
    if (mark === -1) return null
    const end = this.#endOfSpace(mark + 1)
    if (end !== -1) return { mark, end }
    return reading === 'none' ? null : { mark, end: endOfCell(this.#record, mark + 1, this.#delimiter) }
  }

  /** The first mark behind which the cell ends. */
  #findInner(open: number): Closing | null {
    let mark = this.#nextMark(open + 1)
    const isUnclosed = open < this.#failedUntil && mark !== open + this.#runLength(open) - 1
    if (isUnclosed) return null
    let last = open
    while (mark !== -1) {
      const end = this.#endOfSpace(mark + 1)
      if (end !== -1) return { mark, end }
      last = mark
      // An undoubled mark may not carry the cell into the next line: that would swallow rows.
      mark = open < this.#failedUntil || this.#endsLineFirst(mark + 1) ? -1 : this.#nextMark(mark + 1)
    }
    this.#failedUntil = Math.max(this.#failedUntil, last)
    return null
  }

  /** Index of the next mark that is not doubled, from within a quotation. */
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

  /** Index of the separator or the end behind nothing but space, or -1. */
  #endOfSpace(from: number): number {
    let at = from
    while (at < this.#record.length && this.#record.charAt(at) !== this.#delimiter) {
      if (!isSpace(this.#record.charCodeAt(at))) return -1
      at += 1
    }
    return at
  }

  /** Whether the line ends before the next mark. */
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

/** White space as `trim` takes it. */
function isSpace(code: number): boolean {
  if (code < 0xa0) return code === SPACE || (code >= 9 && code <= 13)
  return String.fromCharCode(code).trim() === ''
}
