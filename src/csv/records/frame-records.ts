import { DroppedCell } from './drop-cell.ts'
import { CR, findLineEnd, findLineStart, LineEnds, nextLine } from './line-ends.ts'
import { LineEvidence, measureLine, type TableWidth } from './line-evidence.ts'
import { type Opened, QuotedRecord } from './quoted-record.ts'
import { CellScanner } from './scan-cell.ts'

/** Maximum characters of a record; splitting it into cells takes at most some 20 ms. */
export const RECORD_LIMIT = 1024 * 1024
/**
 * Maximum characters of a quoted cell; longer ones are long texts, or rows after a mark that is never closed.
 */
export const CELL_LIMIT = 128 * 1024

/**
 * One record, not yet split into cells.
 *
 * - `plain`: no quotation mark in it.
 * - `quoted`: has quotation marks, all by the rules of RFC 4180 (a stray one inside an unquoted cell counts
 *   as a letter).
 * - `loose`: a quoted cell continues after its closing mark (`"Ram" Kumar`), or has space before its opening
 *   one.
 * - `unclosed`: a cell is opened in its last line and never properly closed. The lines after it are separate
 *   records.
 * - `overlong`: longer than a record or a cell may be; `text` is its start, the rest is dropped.
 */
export interface FramedRecord {
  readonly form: 'plain' | 'quoted' | 'loose' | 'unclosed' | 'overlong'
  /** Line number of its first character in a text editor. */
  readonly line: number
  /** Without the line end. */
  readonly text: string
  /** For a `quoted` record: its number of cells. */
  readonly count: number
  /** For a `quoted` record without doubled marks and line breaks: its cells, which need no parsing. */
  readonly cells: readonly string[] | undefined
  /** Where the unclosed mark is: line, and index of the cell. */
  readonly opened: { readonly line: number; readonly cell: number } | undefined
}

interface FramerOptions {
  /** Number of the first line. */
  readonly firstLine?: number
  readonly recordLimit?: number
  readonly cellLimit?: number
}

const CTRL_Z = 26
/** Characters returned of an overlong record. */
const KEPT_CHARACTERS = 256 * 1024
/** Characters of a record whose lines are checked. */
const CHECKED_CHARACTERS = 64 * 1024
/** Held characters from which on a record is tried again only after the text has doubled. */
const RETRIED_CHARACTERS = 64 * 1024

/**
 * Cuts text that arrives in pieces into records, and counts lines. csv-parse splits the records into cells.
 * It cannot skip an unclosed quotation mark without losing the rest of the file, nor number lines with mixed
 * CR, LF and CRLF; this class does both.
 *
 * The records depend on the text alone, not on where it is cut: a record is framed once every character that
 * could change it has arrived, and a failed attempt leaves no state.
 *
 * The work is linear in the text. If a record's marks prove wrong, it ends with the line of the first one,
 * and its other lines become records of one line each. They are read a second time, never a third.
 */
export class RecordFramer {
  /** Cells of the rows. Once known, a quoted cell that swallowed rows is recognised. */
  width: TableWidth = { columns: 0, named: 0 }
  readonly #delimiter: number
  readonly #recordLimit: number
  readonly #cellLimit: number
  readonly #scanner: CellScanner
  #text = ''
  #at = 0
  /** Pushed text that is not part of `#text` yet. */
  #added: string[] = []
  #addedLength = 0
  #line: number
  #ends = new LineEnds('')
  #nextQuote = -1
  #isEnded = false
  /** No quotation crosses the end of a line that starts before this index. */
  #oneLineUntil = 0
  #dropsLine = false
  #droppedCell: DroppedCell | null = null
  /** Characters to wait for before an incomplete record is tried again. */
  #wanted = 0

  constructor(delimiter: string, options: FramerOptions = {}) {
    const { firstLine = 1, recordLimit = RECORD_LIMIT, cellLimit = CELL_LIMIT } = options
    this.#delimiter = delimiter.charCodeAt(0)
    this.#scanner = new CellScanner(this.#delimiter)
    this.#line = firstLine
    this.#recordLimit = recordLimit
    this.#cellLimit = cellLimit
  }

  push(text: string): void {
    if (text === '') return
    this.#added.push(text)
    this.#addedLength += text.length
    if (this.#text.length - this.#at + this.#addedLength >= this.#wanted) this.#join()
  }

  end(): void {
    this.#isEnded = true
    this.#join()
    // Old programs end a text file with Ctrl-Z.
    this.#text = trimEnd(this.#text, CTRL_Z)
    this.#index()
  }

  /** The text not yet returned and the line it starts in, for locating things in the file. */
  get rest(): { readonly line: number; readonly text: string } {
    return { line: this.#line, text: [this.#text.slice(this.#at), ...this.#added].join('') }
  }

  #join(): void {
    // Joined, not concatenated: reading characters is faster in a flat string.
    const parts = this.#at < this.#text.length ? [this.#text.slice(this.#at), ...this.#added] : this.#added
    this.#text = parts.length === 1 ? (parts[0] ?? '') : parts.join('')
    this.#oneLineUntil -= this.#at
    this.#droppedCell?.shift(this.#at)
    this.#at = 0
    this.#added = []
    this.#addedLength = 0
    this.#index()
  }

  #index(): void {
    this.#ends = new LineEnds(this.#text)
    this.#nextQuote = this.#text.indexOf('"')
    this.#wanted = 0
  }

  /** The next whole record; null if more text is needed, or none is left. */
  next(): FramedRecord | null {
    const text = this.#text
    if (this.#at >= text.length || this.#wanted > text.length - this.#at) return null
    if (this.#droppedCell && !this.#dropCell(this.#droppedCell)) return this.#wait()
    if (this.#dropsLine && !this.#dropLine()) return null
    const from = this.#at
    if (from >= text.length) return null
    if (this.#nextQuote !== -1 && this.#nextQuote < from) this.#nextQuote = text.indexOf('"', from)
    const end = this.#lineEnd(from)
    const quote = this.#nextQuote
    if (quote !== -1 && (end === -1 || quote < end)) return this.#frameQuoted(from, end)
    return this.#emitLine('plain', end, 0)
  }

  /** Index of the line end at or after `from`, the text's end at the end of the file, or -1. */
  #lineEnd(from: number): number {
    const end = this.#ends.next(from)
    if (end === -1) return this.#isEnded ? this.#text.length : -1
    return this.#isHalfCrLf(end) ? -1 : end
  }

  /** A CR at the end of the text may be half of a CRLF. */
  #isHalfCrLf(at: number): boolean {
    return !this.#isEnded && at === this.#text.length - 1 && this.#text.charCodeAt(at) === CR
  }

  #frameQuoted(from: number, lineEnd: number): FramedRecord | null {
    const isOneLine = from < this.#oneLineUntil
    if (isOneLine && lineEnd === -1) return this.#emitLine('plain', lineEnd, 0)
    const record = new QuotedRecord(from)
    const found = this.#readCells(record, isOneLine ? lineEnd : null)
    const { first } = record
    switch (found) {
      case 'cut':
        return this.#wait()
      case 'unclosed':
      case 'too_long':
        return this.#frameUnclosed(record, found === 'too_long' && !isOneLine)
      case 'overlong':
        return first ? this.#takeBack(first, from + this.#recordLimit) : this.#giveUp(0)
      case 'whole':
        return first && this.#hasSwallowedRows(from, record, first)
          ? this.#takeBack(first, record.at)
          : this.#emitQuoted(record)
    }
  }

  /**
   * Reads cells to the end of the record.
   * @param lineEnd last index at which a quotation may close, if it must not cross a line end
   */
  #readCells(
    record: QuotedRecord,
    lineEnd: number | null,
  ): 'whole' | 'overlong' | 'unclosed' | 'too_long' | 'cut' {
    const text = this.#text
    const scanner = this.#scanner
    const limitEnd = record.at + this.#recordLimit
    for (;;) {
      const form = scanner.scan(text, record.at, lineEnd ?? this.#boundOf(record.at, limitEnd), this.#isEnded)
      if (form === 'unclosed' || form === 'too_long') return form
      if (scanner.breaks > 0) record.first ??= record.opened
      if (scanner.end > limitEnd) return 'overlong'
      if (form === 'cut') return form
      record.add(text, form, scanner)
      if (this.#isCellLast(record)) break
      record.passSeparator()
      if (record.at > limitEnd) return 'overlong'
    }
    return this.#isHalfCrLf(record.at) ? 'cut' : 'whole'
  }

  /** Last index at which a quotation opened at `open` may close. */
  #boundOf(open: number, limitEnd: number): number {
    return Math.min(open + this.#cellLimit, limitEnd)
  }

  /** Also true for a record with more multi-line cells than a row has cells, because it is no row. */
  #isCellLast({ at, multiline }: QuotedRecord): boolean {
    const isSeparated = at < this.#text.length && this.#text.charCodeAt(at) === this.#delimiter
    return !isSeparated || (this.width.columns > 0 && multiline > this.width.columns)
  }

  #emitQuoted({ at, breaks, count, isLoose, parsed }: QuotedRecord): FramedRecord {
    return isLoose ? this.#emit('loose', at, breaks, count) : this.#emit('quoted', at, breaks, count, parsed)
  }

  #frameUnclosed(record: QuotedRecord, isTooLong: boolean): FramedRecord | null {
    const { first, opened } = record
    if (first && this.#areRowsBetween(first.at, opened.at)) {
      return this.#takeBack(first, findLineStart(this.#text, opened.at))
    }
    const bound = this.#boundOf(opened.at, this.#at + this.#recordLimit)
    if (isTooLong && this.#isLongText(opened.at, bound)) return this.#giveUpCell(opened, bound)
    return this.#emitUnclosed(opened)
  }

  #areRowsBetween(open: number, end: number): boolean {
    return this.width.columns > 1 && this.#measureLines(open, end).areRows
  }

  /**
   * True if a quoted cell over the limit is a text of many lines. If the lines look like rows, its mark was
   * never closed.
   */
  #isLongText(open: number, bound: number): boolean {
    return this.width.columns > 1 && this.#measureLines(open, bound).areText
  }

  /** Measures the lines below the one in which a cell is opened. */
  #measureLines(open: number, end: number, opening = 0): LineEvidence {
    const evidence = new LineEvidence(this.#delimiter, this.width, opening)
    const firstEnd = findLineEnd(this.#text, open)
    if (firstEnd < end) {
      const start = nextLine(this.#text, firstEnd)
      evidence.addLines(this.#text, start, Math.min(end, start + CHECKED_CHARACTERS))
    }
    return evidence
  }

  /**
   * True if a multi-line cell swallowed rows: an unclosed mark can meet a later one that precedes a separator
   * (`6",`). Then the lines inside look like rows, and the record usually does not.
   */
  #hasSwallowedRows(from: number, record: QuotedRecord, first: Opened): boolean {
    const { columns, named } = this.width
    const end = record.at
    if (columns === 0) return false
    if (record.multiline > columns) return true
    const opening = this.#measure(from, findLineEnd(this.#text, first.at)).separators
    const evidence = this.#measureLines(first.at, end, opening)
    if (evidence.areRowsAgainstForm) return true
    if (columns === 1) return false
    const fits = record.count >= named && record.filled <= columns
    if (!fits && evidence.areRows) return true
    if (fits && (columns < 4 || !evidence.areAllRows)) return false
    return opening + 1 >= columns && this.#measure(findLineStart(this.#text, end), end).isRow
  }

  #measure(from: number, to: number) {
    return measureLine(this.#text, from, to, this.#delimiter, this.width)
  }

  #emit(
    form: FramedRecord['form'],
    end: number,
    breaks: number,
    count = 0,
    cells?: readonly string[],
    opened?: FramedRecord['opened'],
  ): FramedRecord {
    // All records have the same properties in the same order, which makes reading them fast.
    const record = { form, line: this.#line, text: this.#text.slice(this.#at, end), count, cells, opened }
    this.#advance(end, breaks)
    return record
  }

  #advance(end: number, breaks: number): void {
    this.#at = nextLine(this.#text, end)
    this.#line += breaks + 1
  }

  /** The record that ends at the line end `end` (-1: not arrived), unless that is beyond the limit. */
  #emitLine(
    form: FramedRecord['form'],
    end: number,
    breaks: number,
    opened?: FramedRecord['opened'],
  ): FramedRecord | null {
    const length = (end === -1 ? this.#text.length - 1 : end) - this.#at
    if (length > this.#recordLimit) return this.#giveUp(breaks)
    if (end === -1) return this.#wait()
    return this.#emit(form, end, breaks, 0, undefined, opened)
  }

  #emitUnclosed({ at, breaks, cell }: Opened): FramedRecord | null {
    return this.#emitLine('unclosed', this.#lineEnd(at), breaks, { line: this.#line + breaks, cell })
  }

  /** Ends the record in the line of its first multi-line cell: the marks up to `until` were stray. */
  #takeBack(first: Opened, until: number): FramedRecord | null {
    this.#oneLineUntil = until
    return this.#emitUnclosed(first)
  }

  /** Returns the start of an overlong record, and drops the rest of its last line. */
  #giveUp(breaks: number): FramedRecord {
    const cut = this.#at + this.#recordLimit
    this.#dropsLine = true
    return this.#emitBeginning(cut, cut, breaks)
  }

  /** Returns the start of a record with a text too long for a cell, and drops the rest of the text. */
  #giveUpCell(opened: Opened, bound: number): FramedRecord {
    const line = this.#line + opened.breaks
    const start = { at: opened.at + 1, line }
    this.#droppedCell = new DroppedCell(start, this.#delimiter, this.width, this.#recordLimit)
    return this.#emitBeginning(bound, start.at, opened.breaks, { line, cell: opened.cell })
  }

  #emitBeginning(end: number, next: number, breaks: number, opened?: FramedRecord['opened']): FramedRecord {
    const text = this.#text.slice(this.#at, Math.min(end, this.#at + KEPT_CHARACTERS))
    const record = { form: 'overlong' as const, line: this.#line, text, count: 0, cells: undefined, opened }
    this.#at = next
    this.#line += breaks
    return record
  }

  /** Drops text through the next line end; false if it has not arrived. */
  #dropLine(): boolean {
    const end = this.#lineEnd(this.#at)
    if (end === -1) {
      this.#at = this.#text.length - (this.#isHalfCrLf(this.#text.length - 1) ? 1 : 0)
      return false
    }
    this.#advance(end, 0)
    this.#dropsLine = false
    return true
  }

  /** Drops the lines of a text that is too long for a cell; false if its end has not arrived. */
  #dropCell(cell: DroppedCell): boolean {
    for (;;) {
      const end = this.#lineEnd(cell.at)
      const length = (end === -1 ? this.#text.length - 1 : end) - cell.at
      // A line that is too long to hold is dropped, and the text ends with it.
      if (length > this.#recordLimit) return this.#goOn(cell, 'closed')
      if (end === -1) break
      const found = cell.pass(this.#text, end, nextLine(this.#text, end))
      if (found) return this.#goOn(found.place, found.kind)
      if (cell.at >= this.#text.length) break
    }
    this.#at = this.#isEnded ? this.#text.length : cell.undecided.at
    this.#line = cell.undecided.line
    return false
  }

  #goOn({ at, line }: { readonly at: number; readonly line: number }, kind: 'closed' | 'rows'): true {
    this.#at = at
    this.#line = line
    this.#droppedCell = null
    this.#dropsLine = kind === 'closed'
    this.#ends = new LineEnds(this.#text, at)
    return true
  }

  #wait(): null {
    // Waiting until the text has doubled keeps the work linear in the record's length.
    const waiting = this.#text.length - this.#at
    if (waiting > RETRIED_CHARACTERS)
      this.#wanted = Math.min(waiting * 2, Math.max(waiting + 1, this.#recordLimit + 2))
    return null
  }
}

function trimEnd(text: string, code: number): string {
  let end = text.length
  while (end > 0 && text.charCodeAt(end - 1) === code) end -= 1
  return text.slice(0, end)
}
