import { endsLine, nextLine, QUOTE, SPACE } from './line-ends.ts'

/** Cells of a row: at most `columns`, at least `named` (exporters leave out unnamed columns at the end). */
export interface TableWidth {
  readonly columns: number
  readonly named: number
}

/** Number of lines from which on a majority of rows is proof; with fewer lines, all must look like rows. */
const MANY_LINES = 10
/** Number of consecutive lines with equally many separators that no text has. */
const EVEN_LINES = 20
const EVEN_SHARE = 0.8

/** Facts about one line from its separators. */
interface LineShape {
  readonly isBlank: boolean
  /** Has the cells of a row, and further ones only if blank. */
  readonly isRow: boolean
  /** Has as many separators as the line before, and at least one. */
  readonly isEven: boolean
  /** Has several cells, but no more than a row. */
  readonly isTabular: boolean
  readonly separators: number
}

/**
 * Decides whether the lines inside a quotation are rows of the table or lines of a text. Each line is read
 * once.
 *
 * Rows of another width than the header (they end in a comma, or lack their last cells) are recognised by an
 * equal number of separators, line after line.
 */
export class LineEvidence {
  readonly #delimiter: number
  readonly #width: TableWidth
  readonly #opening: number
  #total = 0
  #filled = 0
  #rows = 0
  #even = 0
  #tabular = 0
  /** Lines with as many separators as the line that opens the quotation. */
  #alike = 0
  #separators = 0

  /** @param opening separators of the line that opens the quotation, if known */
  constructor(delimiter: number, width: TableWidth, opening = 0) {
    this.#delimiter = delimiter
    this.#width = width
    this.#opening = opening
  }

  /**
   * Adds the lines that start at or after `from` and end before `to`. A line cut off by `to` does not count.
   */
  addLines(text: string, from: number, to: number): void {
    let start = from
    for (let at = from; at < to; at += 1) {
      if (!endsLine(text.charCodeAt(at))) continue
      this.add(text, start, at)
      start = nextLine(text, at)
      at = start - 1
    }
  }

  add(text: string, from: number, to: number): LineShape {
    const shape = measureLine(text, from, to, this.#delimiter, this.#width, this.#separators)
    this.#total += 1
    if (shape.isBlank) return shape
    this.#separators = shape.separators
    this.#filled += 1
    if (shape.isRow) this.#rows += 1
    if (shape.isEven) this.#even += 1
    if (shape.separators > 0 && shape.separators === this.#opening) this.#alike += 1
    if (shape.isTabular) this.#tabular += 1
    return shape
  }

  /**
   * True if the lines are rows although their record has the cells of a row: a mark met another one in its
   * column.
   */
  get areRowsAgainstForm(): boolean {
    // With few columns, lines of a text may look like rows by chance.
    const least = this.#width.columns > 2 ? 2 : MANY_LINES
    const share = this.#filled < MANY_LINES ? 1 : 0.5
    const areAlike = this.#alike >= EVEN_LINES && this.#alike >= this.#filled * EVEN_SHARE
    return areAlike || (this.#rows >= least && this.#rows >= this.#filled * share)
  }

  /** True if the lines are rows, given that their record does not have the cells of a row. */
  get areRows(): boolean {
    const areEven = this.#filled >= EVEN_LINES && this.#even >= this.#filled * EVEN_SHARE
    return areEven || (this.#rows > 0 && this.#rows >= this.#filled * 0.1)
  }

  /** True if at least one line looks like a row, and all do. */
  get areAllRows(): boolean {
    return this.#rows > 0 && this.#rows === this.#filled
  }

  /** True if the lines are a text, given that they are longer than any cell. */
  get areText(): boolean {
    const filled = this.#filled
    const isTable = this.#rows > filled * 0.1 || this.#even > filled * 0.5 || this.#tabular > filled * 0.8
    return this.#total > 0 && !isTable
  }
}

/** @param before separators of the line before */
export function measureLine(
  text: string,
  from: number,
  to: number,
  delimiter: number,
  { columns, named }: TableWidth,
  before = 0,
): LineShape {
  let separators = 0
  /** Cells up to the last non-blank one. */
  let filled = 0
  let isQuotation = false
  let start = from
  for (let at = from; at < to; at += 1) {
    const code = text.charCodeAt(at)
    if (code === delimiter) {
      separators += 1
      start = at + 1
    } else if (code > SPACE) {
      filled = separators + 1
      if (code === QUOTE && at === start && at + 2 < to) isQuotation ||= opensQuotation(text, at, delimiter)
    }
  }
  const isBlank = separators === 0 && filled === 0
  const fits = filled <= columns
  return {
    isBlank,
    isRow: !isBlank && !isQuotation && fits && separators + 1 >= named,
    isEven: separators > 0 && separators === before,
    isTabular: separators > 0 && fits,
    separators,
  }
}

/**
 * No row starts a cell with a doubled mark, unless the cell is otherwise empty: it is a quotation inside a
 * text.
 */
function opensQuotation(text: string, at: number, delimiter: number): boolean {
  const third = text.charCodeAt(at + 2)
  return text.charCodeAt(at + 1) === QUOTE && third !== QUOTE && third !== delimiter
}
