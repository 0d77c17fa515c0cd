import { parse } from 'csv-parse/sync'
import type { RowProblem, RowProblemCode } from '../../errors.ts'
import { formatNumber } from '../../locale.ts'
import { TOO_LONG } from '../../missing-cell.ts'
import type { CsvRow } from '../csv-file.ts'
import type { FramedRecord } from './frame-records.ts'
import { mergeMarked, OTHER_MARKS } from './merge-marked.ts'
import { readLooseCells, splitCells } from './split-cells.ts'

/** Characters of quoted records, filled up with separators, after which they are handed to csv-parse: 2 to 3 ms of its work. */
const BLOCK_CHARACTERS = 16 * 1024
/** A record longer than this is split by hand, and its cells are cut loose from its text. */
const LONG_RECORD = 64 * 1024

/** Characters of rows after which a batch is handed over before it is full. */
const HEAVY_CHARACTERS = 4 * 1024 * 1024

/** What a row is measured against. */
export interface RowForm {
  readonly delimiter: string
  /** The header as written, for naming a column. */
  readonly header: readonly string[]
  readonly maxColumns: number
  readonly maxCellLength: number
}

/** The cells of records that hold quotation marks by the rules, in one go: what starting csv-parse costs is shared. */
export function parseQuoted(records: readonly string[], delimiter: string): string[][] {
  return parse(`${records.join('\n')}\n`, {
    delimiter,
    record_delimiter: '\n',
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: false,
  })
}

/**
 * Turns framed records into rows. Where no mark is doubled and no line broken inside a cell, there is nothing to
 * parse: the cells are what stands between the separators (a test holds this against csv-parse, which takes some ten
 * times as long). The others wait until there is a block of them for csv-parse, so `take` is asked for the rows.
 */
export class RowBuilder {
  readonly #form: RowForm
  #rows: CsvRow[] = []
  #waiting: { readonly index: number; readonly record: FramedRecord }[] = []
  #waitingCharacters = 0
  /** Cells of the widest record that waits. */
  #waitingCells = 0
  #characters = 0
  /** Rows whose cells were joined again where a separator stands within marks of another kind. */
  #merged = { rows: 0, line: 0 }

  constructor(form: RowForm) {
    this.#form = form
  }

  get size(): number {
    return this.#rows.length
  }

  /** Whether the rows waiting hold so much text that they should be taken, however few they are. */
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

  /** The rows added since the last time, in order. */
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
    // csv-parse makes an Error with its stack for every record of another length, also where that is allowed. So short
    // records are filled up, and what was filled is cut off again.
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

  /** The row, or the row with what is wrong with its form. */
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

  /** The cells of a row that is too long, where separators within other marks are text. */
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
    // One character more than allowed: shared again uncorrected, the cell is still too long.
    const kept = cells.slice(0, maxColumns).map((text) => text.slice(0, maxCellLength + 1))
    const isCut = code === 'cell_too_long' && cell === null
    return { line: record.line, cells: isCut ? markMissing(kept, header.length) : kept, problem }
  }
}

/** Of a row that is too long only the beginning is kept, up to somewhere in a cell. */
function markMissing(cells: readonly string[], width: number): readonly string[] {
  const whole = cells.slice(0, -1)
  return [...whole, ...Array.from({ length: Math.max(1, width - whole.length) }, () => TOO_LONG)]
}

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((cell, index) => cell === b[index])

/** Null where all cells are short, and it is their number that makes the record too long. */
function indexOfTooLong(cells: readonly string[], maxLength: number): number | null {
  const index = cells.findIndex((cell) => cell.length > maxLength)
  return index === -1 ? null : index
}

/** The cell as a string of its own: a slice would keep the whole text of its record in memory. */
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
