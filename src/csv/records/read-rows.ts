import { parse } from 'csv-parse/sync'
import { formatNumber } from '../../locale.ts'
import { TOO_LONG } from '../../missing-cell.ts'
import type { RowProblem, RowProblemCode } from '../../row-problems.ts'
import type { CsvRow } from '../csv-file.ts'
import type { FramedRecord } from './frame-records.ts'
import { mergeMarked, OTHER_MARKS } from './merge-marked.ts'
import { readLooseCells, splitCells } from './split-cells.ts'

/** Characters of quoted records, padded with separators, per call of csv-parse: 2 to 3 ms of work. */
const BLOCK_CHARACTERS = 16 * 1024
/** Longer records are split by hand, and their cells detached from the text. */
const LONG_RECORD = 64 * 1024

/** Characters of rows after which a batch is returned before it is full. */
const HEAVY_CHARACTERS = 4 * 1024 * 1024

/** The form that rows are checked against. */
interface RowForm {
  readonly delimiter: string
  /** The header as written, for naming a column. */
  readonly header: readonly string[]
  readonly maxColumns: number
  readonly maxCellLength: number
}

/** The cells of regularly quoted records, parsed together to share csv-parse's start-up cost. */
function parseQuoted(records: readonly string[], delimiter: string): string[][] {
  return parse(`${records.join('\n')}\n`, {
    delimiter,
    record_delimiter: '\n',
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: false,
  })
}

/**
 * Turns framed records into rows. Without doubled marks and line breaks in cells, the text between separators
 * is the cells (a test compares with csv-parse, which takes some ten times as long). Other records wait until
 * a block is full, so rows are fetched with `take`.
 */
export class RowBuilder {
  readonly #form: RowForm
  #rows: CsvRow[] = []
  #waiting: { readonly index: number; readonly record: FramedRecord }[] = []
  #waitingCharacters = 0
  /** Cells of the widest waiting record. */
  #waitingCells = 0
  #characters = 0
  /** Rows whose cells were joined because of separators inside other marks. */
  #merged = { rows: 0, line: 0 }

  constructor(form: RowForm) {
    this.#form = form
  }

  get size(): number {
    return this.#rows.length
  }

  /** True if the waiting rows hold so much text that they should be taken. */
  get isHeavy(): boolean {
    return this.#characters > HEAVY_CHARACTERS
  }

  get merged(): { readonly rows: number; readonly line: number } {
    return this.#merged
  }

  add(record: FramedRecord): void {
    this.#characters += Math.min(record.text.length, this.#form.maxColumns * this.#form.maxCellLength)
    if (record.form === 'quoted' && !record.cells && record.text.length <= LONG_RECORD) {
      this.#waiting.push({ index: this.#rows.length, record })
      this.#waitingCharacters += record.text.length
      this.#waitingCells = Math.max(this.#waitingCells, record.count)
      this.#rows.push({ line: record.line, cells: [] })
      const filled = this.#waiting.length * this.#waitingCells
      if (this.#waitingCharacters + filled >= BLOCK_CHARACTERS) this.#parseWaiting()
      return
    }
    const row = this.#readAlone(record)
    this.#rows.push(record.text.length > LONG_RECORD ? { ...row, cells: row.cells.map(detach) } : row)
  }

  addBlank(line: number): void {
    this.#rows.push({ line, cells: BLANK_CELLS })
  }

  /** The rows added since the last call, in order. */
  take(): CsvRow[] {
    this.#parseWaiting()
    const rows = this.#rows
    this.#rows = []
    this.#characters = 0
    return rows
  }

  #parseWaiting(): void {
    if (this.#waiting.length === 0) return
    const { delimiter } = this.#form
    // csv-parse creates an Error with its stack for every record of another length, even if allowed. So short
    // records are padded, and the padding is removed again.
    const texts = this.#waiting.map(
      ({ record }) => record.text + delimiter.repeat(this.#waitingCells - record.count),
    )
    const parsed = parseQuoted(texts, delimiter)
    for (const [position, { index, record }] of this.#waiting.entries()) {
      const cells = parsed[position] ?? []
      if (cells.length > record.count) cells.length = record.count
      this.#rows[index] = this.#check(record, cells)
    }
    this.#waiting = []
    this.#waitingCharacters = 0
    this.#waitingCells = 0
  }

  #readAlone(record: FramedRecord): CsvRow {
    const { delimiter, header, maxColumns, maxCellLength } = this.#form
    const limits = { maxCells: maxColumns + 1, maxCellLength }
    if (record.form === 'plain' && record.text.length <= LONG_RECORD) {
      return this.#check(record, record.text.split(delimiter))
    }
    if (record.cells) return this.#check(record, record.cells)
    if (record.form === 'plain' || record.form === 'quoted') {
      const cells = splitCells(record.text, delimiter, 'outer', limits)
      if (cells.length > maxColumns) return this.#reject(record, cells, 'too_many_cells', null)
      return this.#check(record, cells)
    }
    if (record.form === 'loose') {
      const cells = readLooseCells(record.text, delimiter, header.length, limits)
      if (cells) return this.#check(record, cells)
    }
    const cells = splitCells(record.text, delimiter, 'none', limits)
    if (record.form === 'overlong') {
      const cell = record.opened?.cell ?? indexOfTooLong(cells, maxCellLength)
      return this.#reject(record, cells, 'cell_too_long', cell)
    }
    return this.#reject(record, cells, 'quote_unbalanced', record.opened?.cell ?? null)
  }

  /** The row, or the row with its problem. */
  #check(record: FramedRecord, cells: readonly string[]): CsvRow {
    const { header, maxCellLength } = this.#form
    if (record.text.length > maxCellLength) {
      const long = cells.findIndex((cell) => cell.length > maxCellLength)
      if (long >= 0) return this.#reject(record, cells, 'cell_too_long', long)
    }
    if (cells.length > header.length) {
      const merged = this.#merge(record, cells)
      if (merged) return this.#check(record, merged)
      for (let index = header.length; index < cells.length; index += 1) {
        if (cells[index]?.trim()) return this.#reject(record, cells, 'too_many_cells', null)
      }
    }
    return { line: record.line, cells }
  }

  /** The cells of a row with too many, if separators inside other marks are text. */
  #merge(record: FramedRecord, cells: readonly string[]): readonly string[] | null {
    const { delimiter, header } = this.#form
    if (record.text.length > LONG_RECORD || !OTHER_MARKS.test(record.text)) return null
    // Cells in quotation marks are whole.
    const isBare = same(record.text.split(delimiter), cells)
    const merged = isBare ? mergeMarked(cells, delimiter, header.length) : null
    if (!merged) return null
    const { rows, line } = this.#merged
    this.#merged = { rows: rows + 1, line: line || record.line }
    return merged
  }

  #reject(record: FramedRecord, cells: readonly string[], code: RowProblemCode, cell: number | null): CsvRow {
    const { header, maxCellLength, maxColumns } = this.#form
    const column = cell === null ? null : header[cell] || null
    const place = column === null ? (cell === null ? '' : ` (cell ${cell + 1})`) : ` (column "${column}")`
    const problem: RowProblem = {
      line: record.line,
      column,
      code,
      message: describeProblem(code, place, record, cells.length, this.#form),
    }
    // One character more than allowed: if shared again uncorrected, the cell is still too long.
    const kept = cells.slice(0, maxColumns).map((text) => text.slice(0, maxCellLength + 1))
    const isCut = code === 'cell_too_long' && cell === null
    return { line: record.line, cells: isCut ? markMissing(kept, header.length) : kept, problem }
  }
}

/** A too long row keeps only its beginning, which may end inside a cell. */
function markMissing(cells: readonly string[], width: number): readonly string[] {
  const whole = cells.slice(0, -1)
  return [...whole, ...Array.from({ length: Math.max(1, width - whole.length) }, () => TOO_LONG)]
}

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((cell, index) => cell === b[index])

/** Null if all cells are short: the record is too long because of their number. */
function indexOfTooLong(cells: readonly string[], maxLength: number): number | null {
  const index = cells.findIndex((cell) => cell.length > maxLength)
  return index === -1 ? null : index
}

/** The cell as a separate string: a slice would keep its record's whole text in memory. */
const detach = (cell: string): string => Buffer.from(cell, 'utf16le').toString('utf16le')

const BLANK_CELLS: readonly string[] = ['']

function describeProblem(
  code: RowProblemCode,
  place: string,
  record: FramedRecord,
  cells: number,
  form: RowForm,
): string {
  if (code === 'cell_too_long') {
    if (place === '') return 'The row is too long to be read.'
    return `A cell${place} is longer than ${formatNumber(form.maxCellLength)} characters.`
  }
  if (code === 'too_many_cells') {
    return `The row has ${cells} cells but the header has ${form.header.length}.`
  }
  return record.form === 'loose'
    ? 'A quotation mark is in the middle of a cell, so the end of the cell is unclear.'
    : `The quotation mark opened in line ${record.opened?.line ?? record.line}${place} is never closed.`
}
