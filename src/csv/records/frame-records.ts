import { countLineBreaks, findLineEnd, LineEnds } from './line-ends.ts'

/** Characters a record may have before it is given up on; also how far back an unclosed quote is undone. */
export const RECORD_LIMIT = 4 * 1024 * 1024

/**
 * One record, not yet split into cells.
 *
 * - `plain`: no quotation mark in it.
 * - `quoted`: has quotation marks, all of them by the rules of RFC 4180 (a stray one inside an unquoted cell counts
 *   as a letter).
 * - `loose`: a quoted cell goes on behind its closing mark (`"Ram" Kumar`), or has space before its opening one.
 * - `unclosed`: a cell is opened in its last line and never properly closed. The lines after it are records of their own.
 * - `overlong`: longer than `RECORD_LIMIT`; `text` is its beginning and the rest of the line is dropped.
 */
export interface FramedRecord {
  readonly form: 'plain' | 'quoted' | 'loose' | 'unclosed' | 'overlong'
  /** Line of its first character, as a text editor counts. */
  readonly line: number
  /** Without the line end. */
  readonly text: string
  /** Of a `quoted` record: how many cells it has. */
  readonly count: number
  /** Of a `quoted` record that holds no doubled mark and no line break: its cells, for which there is nothing left to parse. */
  readonly cells: readonly string[] | undefined
  /** Where the mark was opened that is not closed: line, and index of the cell. */
  readonly opened: { readonly line: number; readonly cell: number } | undefined
}

/** Where a quoted cell was opened: index, line breaks before it in its record, and index of the cell. */
interface Opened {
  readonly at: number
  readonly breaks: number
  readonly cell: number
}

/** Answers in place of an index: more text is needed to tell; there is none within the limit. */
const WAIT = -1
const NEVER = -2

const QUOTE = 34
const CR = 13
const LF = 10
const SPACE = 32
const TAB = 9
const CTRL_Z = 26
/** More cells than any table has: beyond, they are counted and not kept. */
const MAX_CELLS = 20_000
/** Characters of a record given up on that are handed out. */
const KEPT_CHARACTERS = 256 * 1024
/** Lines of a very long cell that are looked at, to tell a text from rows. */
const JUDGED_LINES = 1000
/** Lines one after the other that look like rows, in what was taken for a text. */
const ROWS_THAT_PROVE = 5

/**
 * Cuts text that arrives in pieces into records, and keeps count of lines. csv-parse splits the records into cells;
 * what it cannot do, and this is here for, is to give up on an unclosed quotation mark without giving up on the rest
 * of the file, and to number lines where CR, LF and CRLF are mixed.
 *
 * No decision depends on where the pieces were cut: each is taken with all the text in hand that it could depend on.
 * A record is held in memory until it is whole or `limit` characters long.
 */
export class RecordFramer {
  /** Cells of the header. When known, a quoted cell that swallowed lines looking like rows is recognised. */
  columns = 0
  readonly #delimiter: string
  readonly #delimiterCode: number
  readonly #limit: number
  #text = ''
  #at = 0
  /** What was pushed and is not part of `#text` yet. */
  #added: string[] = []
  #addedLength = 0
  #line: number
  #ends = new LineEnds('')
  #nextQuote = -1
  #isEnded = false
  /** What of a record given up on is still to be dropped: the rest of its line, or of its quoted cell and then of the line. */
  #dropping: 'line' | 'cell' | null = null
  /** Whether the last cell looked at holds a doubled mark. */
  #sawDoubled = false
  /** Characters to wait for before a record that was not whole is looked at again. */
  #wanted = 0

  constructor(delimiter: string, firstLine = 1, limit = RECORD_LIMIT) {
    this.#delimiter = delimiter
    this.#delimiterCode = delimiter.charCodeAt(0)
    this.#line = firstLine
    this.#limit = limit
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

  /** Line of the text not yet handed out, and that text: for telling where in the file something is. */
  get rest(): { readonly line: number; readonly text: string } {
    return { line: this.#line, text: [this.#text.slice(this.#at), ...this.#added].join('') }
  }

  #join(): void {
    // Joined, not added up: reading character by character is faster in a string that is in one part.
    const parts = this.#at < this.#text.length ? [this.#text.slice(this.#at), ...this.#added] : this.#added
    this.#text = parts.length === 1 ? (parts[0] ?? '') : parts.join('')
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

  /** The next whole record; null where more text is needed, or none is left. */
  next(): FramedRecord | null {
    const text = this.#text
    if (this.#at >= text.length) return null
    if (!this.#isEnded && this.#wanted > text.length) return null
    if (this.#dropping && !this.#drop()) return null
    const from = this.#at
    if (from >= text.length) return null
    if (this.#nextQuote !== -1 && this.#nextQuote < from) this.#nextQuote = text.indexOf('"', from)
    const end = this.#lineEnd(from)
    const quote = this.#nextQuote
    if (quote !== -1 && (end === -1 || quote < end)) return this.#frameQuoted(from)
    if (end !== -1 && end - from <= this.#limit) return this.#emit('plain', end, 0)
    if (text.length - from > this.#limit + 1) return this.#giveUp(from, 0)
    return this.#wait()
  }

  /** Index of the line end at or after `from`, the end of the text where that is the end of the file, or -1. */
  #lineEnd(from: number): number {
    const end = this.#ends.next(from)
    if (end === -1) return this.#isEnded ? this.#text.length : -1
    // A CR at the end of what is known may be the first half of a CRLF.
    if (end === this.#text.length - 1 && this.#text.charCodeAt(end) === CR && !this.#isEnded) return -1
    return end
  }

  #frameQuoted(from: number): FramedRecord | null {
    const text = this.#text
    const limitEnd = from + this.#limit
    let at = from
    const cells: string[] = []
    let cell = 0
    let isSimple = true
    let breaks = 0
    let firstMultiline: Opened | undefined
    let isLoose = false
    for (;;) {
      if (text.charCodeAt(at) === QUOTE) {
        const close = this.#findClose(at, limitEnd)
        if (close === WAIT) return this.#wait()
        if (close === NEVER && this.#isLongText(at, limitEnd)) return this.#giveUp(from, breaks, { at, cell })
        if (close === NEVER) return this.#emitUnclosed({ at, breaks, cell })
        const inside = this.#countBreaks(at + 1, close)
        const after = text.charCodeAt(close + 1)
        if (close + 1 < text.length && after !== this.#delimiterCode && after !== CR && after !== LF) {
          // Behind a mark inside a cell of several lines: it is the opening mark of a later row that was met.
          if (inside > 0) return this.#emitUnclosed({ at, breaks, cell })
          isLoose = true
        }
        if (inside > 0) firstMultiline ??= { at, breaks, cell }
        breaks += inside
        if (cell < MAX_CELLS) cells.push(text.slice(at + 1, close))
        if (this.#sawDoubled) isSimple = false
        at = close + 1
        while (at < text.length && !this.#endsCell(text.charCodeAt(at))) at += 1
      } else {
        if (this.#opensAfterSpace(at)) isLoose = true
        const start = at
        while (at < text.length && !this.#endsCell(text.charCodeAt(at))) at += 1
        if (cell < MAX_CELLS) cells.push(text.slice(start, at))
      }
      if (at > limitEnd) return this.#giveUp(from, breaks)
      if (at >= text.length) {
        if (!this.#isEnded) return this.#wait()
        break
      }
      if (text.charCodeAt(at) !== this.#delimiterCode) {
        if (at === text.length - 1 && text.charCodeAt(at) === CR && !this.#isEnded) return this.#wait()
        break
      }
      at += 1
      cell += 1
    }
    if (firstMultiline && this.#swallowedRows(from, at, cell + 1, firstMultiline.at)) {
      return this.#emitUnclosed(firstMultiline)
    }
    if (isLoose) return this.#emit('loose', at, breaks, cell + 1)
    const isParsed = isSimple && breaks === 0 && cell < MAX_CELLS
    return this.#emit('quoted', at, breaks, cell + 1, isParsed ? cells : undefined)
  }

  #countBreaks(from: number, to: number): number {
    const first = this.#ends.next(from)
    return first === -1 || first >= to ? 0 : countLineBreaks(this.#text, first, to)
  }

  #endsCell(code: number): boolean {
    return code === this.#delimiterCode || code === LF || code === CR
  }

  #opensAfterSpace(at: number): boolean {
    let index = at
    let code = this.#text.charCodeAt(index)
    while ((code === SPACE || code === TAB) && code !== this.#delimiterCode) {
      index += 1
      code = this.#text.charCodeAt(index)
    }
    return code === QUOTE && index > at
  }

  /** Index of the mark that ends the cell opened at `open` (doubled marks stand for one), or `WAIT`, or `NEVER`. */
  #findClose(open: number, limitEnd: number): number {
    const text = this.#text
    this.#sawDoubled = false
    for (let at = open + 1; ; at += 2) {
      if (text.charCodeAt(at) !== QUOTE) {
        at = text.indexOf('"', at)
        if (at === -1) return this.#isEnded || text.length > limitEnd + 1 ? NEVER : WAIT
      }
      if (at > limitEnd) return NEVER
      if (at + 1 >= text.length && !this.#isEnded) return WAIT
      if (text.charCodeAt(at + 1) !== QUOTE) return at
      this.#sawDoubled = true
    }
  }

  /**
   * Whether a cell of several lines swallowed rows: a mark that is never closed can meet one later that happens to
   * stand before a separator (`6",`). Then the lines inside look like rows, and the record mostly does not.
   */
  #swallowedRows(from: number, end: number, cells: number, open: number): boolean {
    if (this.columns < 2) return false
    const firstEnd = findLineEnd(this.#text, open)
    const looksLikeRow = (line: string) => this.#looksLikeRow(line)
    const lines = this.#text
      .slice(firstEnd, end)
      .split(/\r\n|\r|\n/, 200)
      .slice(1)
    const inner = lines.slice(0, -1).map(looksLikeRow)
    const first = this.#text.slice(from, firstEnd).split(this.#delimiter).length
    const isLastLike = looksLikeRow(lines.at(-1) ?? '')
    if (cells !== this.columns) return inner.includes(true) || (first >= this.columns && isLastLike)
    // The mark met stands in the same column as the one opened. Text with line breaks may by chance look like rows
    // where there are few columns, so the more columns, the fewer lines prove it.
    if (inner.length === 0 || inner.includes(false)) return false
    return inner.length > 1 ? this.columns > 2 : this.columns > 3 && first >= this.columns && isLastLike
  }

  #emit(
    form: FramedRecord['form'],
    end: number,
    breaks: number,
    count = 0,
    cells?: readonly string[],
    opened?: FramedRecord['opened'],
  ): FramedRecord {
    // Every record has the same properties in the same order, which is what makes reading them fast.
    const record = { form, line: this.#line, text: this.#text.slice(this.#at, end), count, cells, opened }
    this.#advance(end, breaks)
    return record
  }

  #advance(end: number, breaks: number): void {
    const isCrLf = this.#text.charCodeAt(end) === CR && this.#text.charCodeAt(end + 1) === LF
    this.#at = end + (isCrLf ? 2 : 1)
    this.#line += breaks + 1
  }

  #emitUnclosed({ at, breaks, cell }: Opened): FramedRecord | null {
    const line = this.#line + breaks
    const end = this.#lineEnd(at)
    if (end === -1 || end > this.#at + this.#limit) return this.#giveUp(this.#at, breaks)
    return this.#emit('unclosed', end, breaks, 0, undefined, { line, cell })
  }

  /**
   * Whether a quoted cell over the limit is a long text of many lines. Where these look like rows, its mark was never
   * closed.
   */
  #isLongText(open: number, limitEnd: number): boolean {
    if (this.#text.length <= limitEnd || this.columns < 2) return false
    const lines = this.#text
      .slice(open, limitEnd)
      .split(/\r\n|\r|\n/, JUDGED_LINES)
      .slice(1)
    const rows = lines.filter((line) => this.#looksLikeRow(line)).length
    return lines.length > 1 && rows <= lines.length * 0.1
  }

  /** No row begins a cell with a doubled mark, unless nothing else is in it: that is a quotation within a text. */
  #looksLikeRow(line: string): boolean {
    const cells = line.split(this.#delimiter)
    return cells.length === this.columns && !cells.some((cell) => /^""[^"]/u.test(cell))
  }

  /** Hands out the beginning of a record that is too long to be held, and drops the rest of its cell and of its last line. */
  #giveUp(
    from: number,
    breaks: number,
    inside?: { readonly at: number; readonly cell: number },
  ): FramedRecord {
    const cut = inside ? inside.at + 1 : from + this.#limit
    const text = this.#text.slice(from, Math.min(from + this.#limit, from + KEPT_CHARACTERS))
    const line = this.#line
    this.#at = cut
    this.#line += breaks
    this.#dropping = inside ? 'cell' : 'line'
    const opened = inside && { line: this.#line, cell: inside.cell }
    return { form: 'overlong', line, text, count: 0, cells: undefined, opened }
  }

  /** Drops up to and with the next line end; false where it has not come yet. */
  #drop(): boolean {
    if (this.#dropping === 'cell' && !this.#dropCell()) return false
    if (this.#dropping === null) return true
    const end = this.#lineEnd(this.#at)
    if (end === -1) {
      const isHalf = this.#text.charCodeAt(this.#text.length - 1) === CR
      this.#at = this.#text.length - (isHalf ? 1 : 0)
      return false
    }
    this.#advance(end, 0)
    this.#dropping = null
    return true
  }

  /**
   * Drops the lines of a quoted cell up to the mark that closes it; false where that has not come yet. Lines that look
   * like rows again and again are rows: then the mark was never closed.
   */
  #dropCell(): boolean {
    for (let at = this.#at, line = this.#line, rows = 0; ; ) {
      const end = this.#lineEnd(at)
      if (end === -1) {
        if (this.#text.length - at <= this.#limit) return false
        this.#dropping = 'line'
        return true
      }
      const close = this.#findClosingIn(at, end)
      if (close !== -1) {
        this.#at = close + 1
        this.#line = line
        this.#dropping = 'line'
        return true
      }
      rows = this.#looksLikeRow(this.#text.slice(at, end)) ? rows + 1 : 0
      if (rows === ROWS_THAT_PROVE) {
        this.#dropping = null
        return true
      }
      if (end >= this.#text.length) {
        this.#at = end
        return false
      }
      const isCrLf = this.#text.charCodeAt(end) === CR && this.#text.charCodeAt(end + 1) === LF
      at = end + (isCrLf ? 2 : 1)
      line += 1
      // What may be the first of several rows is kept until it is told.
      if (rows > 0) continue
      this.#at = at
      this.#line = line
    }
  }

  /** Index of a mark before `end` that closes a cell, or -1. */
  #findClosingIn(from: number, end: number): number {
    for (
      let at = this.#text.indexOf('"', from);
      at !== -1 && at < end;
      at = this.#text.indexOf('"', at + 1)
    ) {
      const after = this.#text.charCodeAt(at + 1)
      if (after === QUOTE) at += 1
      else if (at + 1 >= end || after === this.#delimiterCode) return at
    }
    return -1
  }

  #wait(): null {
    if (this.#at > 0) {
      this.#text = this.#text.slice(this.#at)
      this.#at = 0
      this.#index()
    }
    // Looking again only once the text has doubled keeps the work linear in the length of the record.
    const held = this.#text.length
    if (held > 2 ** 16) this.#wanted = Math.min(held * 2, this.#limit + 2)
    return null
  }
}

function trimEnd(text: string, code: number): string {
  let end = text.length
  while (end > 0 && text.charCodeAt(end - 1) === code) end -= 1
  return text.slice(0, end)
}
