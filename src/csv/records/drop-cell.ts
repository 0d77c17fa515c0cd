import { QUOTE } from './line-ends.ts'
import { LineEvidence, type TableWidth } from './line-evidence.ts'

/** Consecutive lines that look like rows, inside what was taken for a text. */
const ROWS_THAT_PROVE = 5
/** Consecutive lines with separators: most with as many as the line before, or none with more than a row. */
const EVEN_LINES_THAT_PROVE = 20
const EVEN_SHARE = 0.8
const TABULAR_LINES_THAT_PROVE = 40

/** The start of a line: its index, and its number in a text editor. */
interface LinePlace {
  readonly at: number
  readonly line: number
}

/**
 * Skips the lines of a quoted text that is too long for a cell, up to its closing mark. If lines repeatedly
 * look like rows, they are rows: the mark was never closed, and reading continues with the first of them.
 */
export class DroppedCell {
  /** Where the next line starts; after the closing mark once it is found. */
  at: number
  line: number
  readonly #delimiter: number
  readonly #evidence: LineEvidence
  /** Maximum of characters held until it is clear whether the lines are rows. */
  readonly #maxHeld: number
  #isFirst = true
  #rows: Run | null = null
  #separated: Run | null = null

  constructor(start: LinePlace, delimiter: number, width: TableWidth, maxHeld: number) {
    this.at = start.at
    this.line = start.line
    this.#delimiter = delimiter
    this.#evidence = new LineEvidence(delimiter, width)
    this.#maxHeld = maxHeld
  }

  /** The first line that may still be a row. */
  get undecided(): LinePlace {
    const rows = this.#rows ?? this
    return this.#separated && this.#separated.at < rows.at ? this.#separated : rows
  }

  /** Adjusts indexes after `by` characters were dropped. */
  shift(by: number): void {
    this.at -= by
    if (this.#rows) this.#rows.at -= by
    if (this.#separated) this.#separated.at -= by
  }

  /**
   * Processes the line that ends at `end`.
   * @returns where reading continues if the line ends the cell: after its mark, or at rows
   */
  pass(
    text: string,
    end: number,
    next: number,
  ): { readonly kind: 'closed' | 'rows'; readonly place: LinePlace } | null {
    const close = this.#findClosing(text, end)
    if (close !== -1) return { kind: 'closed', place: { at: close + 1, line: this.line } }
    const rows = this.#isFirst ? null : this.#decide(text, end)
    this.#isFirst = false
    if (rows) return { kind: 'rows', place: rows }
    this.at = next
    this.line += 1
    return null
  }

  #decide(text: string, end: number): LinePlace | null {
    const shape = this.#evidence.add(text, this.at, end)
    if (shape.isBlank) return null
    this.#rows = shape.isRow ? this.#extend(this.#rows) : null
    if (this.#rows?.count === ROWS_THAT_PROVE) return this.#rows
    const run = shape.separators > 0 ? this.#extend(this.#separated) : null
    this.#separated = run
    if (!run) return null
    if (shape.isEven) run.even += 1
    if (shape.isTabular) run.tabular += 1
    const isEven = run.count >= EVEN_LINES_THAT_PROVE && run.even >= run.count * EVEN_SHARE
    return isEven || (run.count >= TABULAR_LINES_THAT_PROVE && run.tabular === run.count) ? run : null
  }

  #extend(run: Run | null): Run {
    const known = run && this.at - run.at <= this.#maxHeld ? run : null
    const extended = known ?? { at: this.at, line: this.line, count: 0, even: 0, tabular: 0 }
    extended.count += 1
    return extended
  }

  /** Index of a mark before `end` that closes the cell, or -1. A mark before a letter is a letter. */
  #findClosing(text: string, end: number): number {
    for (let at = this.at; at < end; at += 1) {
      if (text.charCodeAt(at) !== QUOTE) continue
      const after = text.charCodeAt(at + 1)
      if (at + 1 >= end || after === this.#delimiter) return at
      if (after === QUOTE) at += 1
    }
    return -1
  }
}

interface Run {
  at: number
  line: number
  count: number
  even: number
  tabular: number
}
