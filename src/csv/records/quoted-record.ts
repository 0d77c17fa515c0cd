import type { CellForm, CellScanner } from './scan-cell.ts'

/** Where a quoted cell was opened: index, line breaks before it in its record, and index of the cell. */
export interface Opened {
  readonly at: number
  readonly breaks: number
  readonly cell: number
}

/** More cells than any table has: further ones are counted and not kept. */
const MAX_CELLS = 20_000

/** The cells of a record with quotation marks, read so far. */
export class QuotedRecord {
  /** Where the next cell starts; after the last cell once the record is whole. */
  at: number
  breaks = 0
  /** Cells up to the last non-empty one. */
  filled = 0
  isLoose = false
  /** Number of multi-line cells. */
  multiline = 0
  /** The first multi-line cell. */
  first: Opened | undefined
  readonly #cells: string[] = []
  #cell = 0
  #hasDoubled = false

  constructor(at: number) {
    this.at = at
  }

  /** The position of the next cell. */
  get opened(): Opened {
    return { at: this.at, breaks: this.breaks, cell: this.#cell }
  }

  get count(): number {
    return this.#cell + 1
  }

  /** The cells, if no mark is doubled and no cell contains a line break. */
  get parsed(): readonly string[] | undefined {
    return this.#hasDoubled || this.breaks > 0 || this.#cell >= MAX_CELLS ? undefined : this.#cells
  }

  add(text: string, form: CellForm, { end, close, breaks, hasDoubled }: CellScanner): void {
    if (form === 'loose') this.isLoose = true
    if (hasDoubled) this.#hasDoubled = true
    if (breaks > 0) this.multiline += 1
    if (end > this.at) this.filled = this.#cell + 1
    if (this.#cell < MAX_CELLS) {
      this.#cells.push(form === 'quoted' ? text.slice(this.at + 1, close) : text.slice(this.at, end))
    }
    this.breaks += breaks
    this.at = end
  }

  passSeparator(): void {
    this.at += 1
    this.#cell += 1
  }
}
