import {
  type CsvLimits,
  type CsvRow,
  type FramedRecord,
  findHeader,
  findSmallTables,
  isBlankLine,
  joinHeader,
  NonDataLines,
  SecondHeaders,
} from '../csv/index.ts'
import type { ErrorDetails } from '../error-texts/index.ts'
import { AppError, type ErrorCode } from '../errors.ts'
import { formatNumber } from '../locale.ts'
import { LONG_GAP, type SheetReading, type SheetRow, Turns } from '../xlsx/index.ts'
import { checkSheetRow } from './check-sheet-row.ts'
import { describeSheetNotes } from './describe-sheet-notes.ts'
import type { ListFile, ListPlace } from './list-file.ts'

interface SheetOptions {
  readonly place: ListPlace
  readonly limits: CsvLimits
  readonly batchSize: number
  readonly fileName: string
  readonly headerless: boolean
}

/** A row in the form that the check for non-data lines needs. */
interface SheetRecord extends FramedRecord {
  readonly row: SheetRow
}

const SAMPLE_ROWS = 200
/** Rows below the header that can widen the table are read first, up to this many characters. */
const WIDTH_LENGTH = 1024 * 1024
/** Maximum of rows read to find the header, and of their cells and characters. */
const HEAD_ROWS = 100
const HEAD_CELLS = 1000
const HEAD_CHARACTERS = 1000
/** Joins the cells when a row is checked as text. */
const SEPARATOR = '\t'

/** Reads one sheet; its header is found by content, like a text file's. */
export class SheetFile implements ListFile {
  readonly dialect: { readonly sheet: ListPlace }
  header: readonly string[] = []
  headerLine = 0
  looksHeaderless = false
  sample: readonly CsvRow[] = []
  readonly #options: SheetOptions
  readonly #reading: SheetReading
  readonly #batches: AsyncGenerator<readonly SheetRow[]>
  readonly #turns = new Turns()
  readonly #notes: string[] = []
  /** Rows of the workbook not yet processed. */
  #waiting: readonly SheetRow[] = []
  #at = 0
  #nonDataLines: NonDataLines<SheetRecord> | undefined
  #secondHeaders: SecondHeaders | undefined
  #rows: CsvRow[] = []
  /** Blank rows, which count only if a row with content follows. */
  #blank: number[] = []
  #lastNumber = 0
  #count = 0
  #isEnded = false
  #isWalked = false
  #isClosed = false

  private constructor(reading: SheetReading, options: SheetOptions) {
    this.#reading = reading
    this.#batches = reading.batches()
    this.#options = options
    this.dialect = { sheet: options.place }
  }

  /** @throws AppError file_empty, no_rows, too_many_columns, and those of `SheetReading.batches` */
  static async open(reading: SheetReading, options: SheetOptions): Promise<SheetFile> {
    const file = new SheetFile(reading, options)
    try {
      await file.#open()
      return file
    } catch (error) {
      await file.close()
      throw error
    }
  }

  get notes(): readonly string[] {
    const nonData = [...(this.#nonDataLines?.notes ?? []), ...(this.#secondHeaders?.notes ?? [])]
    return [...this.#notes, ...nonData, ...describeSheetNotes(this.#reading.notes)]
  }

  async *batches(): AsyncGenerator<readonly CsvRow[]> {
    if (this.#isWalked) throw new Error('The batches of a list can be walked once.')
    this.#isWalked = true
    const { batchSize } = this.#options
    let waiting = [...this.sample]
    try {
      while (!this.#isClosed) {
        if (waiting.length < batchSize) waiting = waiting.concat(await this.#read(batchSize - waiting.length))
        if (waiting.length === 0 || this.#isClosed) return
        yield waiting.slice(0, batchSize)
        waiting = waiting.slice(batchSize)
      }
    } finally {
      await this.close()
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#batches.return(undefined)
  }

  async #open(): Promise<void> {
    const head = await this.#readHead()
    const filled = head.filter((row) => !isBlankRow(row))
    const cells = filled.slice(0, HEAD_ROWS).map(shorten)
    const { at, isData, lines } = findHeader(cells, usualWidth(cells))
    this.looksHeaderless = isData
    if (at > 0)
      this.#notes.push(
        at === 1 ? 'Left out one row above the header.' : `Left out ${at} rows above the header.`,
      )
    for (const headings of isData ? [] : findSmallTables(cells.slice(0, at)))
      this.#notes.push(`Another table above the header was left out: ${headings}.`)
    const first = filled[at]
    if (!first) throw this.#refusal('file_empty')
    const second = lines === 2 && !this.#options.headerless ? filled[at + 1] : undefined
    this.#useHeader(first, second, filled.slice(at, at + SAMPLE_ROWS), at)
    this.#waiting = head.slice(head.indexOf(second ?? first) + (this.#options.headerless ? 0 : 1))
    this.sample = await this.#read(SAMPLE_ROWS)
    if (this.sample.length === 0) throw this.#refusal('no_rows')
  }

  async #readHead(): Promise<readonly SheetRow[]> {
    let head: SheetRow[] = []
    let filled = 0
    let length = 0
    while (filled < HEAD_ROWS || (filled < HEAD_ROWS + SAMPLE_ROWS && length < WIDTH_LENGTH)) {
      const { done, value } = await this.#batches.next()
      if (done) {
        this.#isEnded = true
        break
      }
      head = head.concat(value)
      for (const row of value) {
        if (!isBlankRow(row)) filled += 1
        for (const cell of row.cells) length += cell.length
      }
    }
    return head
  }

  /**
   * @param second the row that completes merged headings
   * @param rows the header, or the first row if there is none, and the rows below it
   */
  #useHeader(
    first: SheetRow,
    second: SheetRow | undefined,
    rows: readonly SheetRow[],
    titleRows: number,
  ): void {
    const { headerless, limits } = this.#options
    if (first.columns > limits.maxColumns)
      throw this.#refusal('too_many_columns', { columns: first.columns, limit: limits.maxColumns })
    // A sheet has no last column: columns without a heading are found by the rows below.
    const width = Math.max(...rows.map((row) => row.cells.length))
    const named = second ? joinHeader(first.cells, second.cells) : first.cells
    if (second)
      this.#notes.push(`The header stands in two rows; row ${second.number} was read as its second.`)
    const names = headerless ? [] : named
    this.header = Array.from({ length: width }, (_, index) => names[index] ?? '')
    this.headerLine = headerless ? 0 : first.number
    this.#lastNumber = headerless ? first.number - 1 : (second ?? first).number
    this.#nonDataLines = new NonDataLines<SheetRecord>({
      delimiter: SEPARATOR,
      columns: this.header.length,
      headerText: headerless ? null : toRecord(first).text,
      titleLines: titleRows,
      noun: 'row',
    })
    if (!headerless && !this.looksHeaderless)
      this.#secondHeaders = new SecondHeaders(this.header, toRecord(first).text, SEPARATOR, 'row')
  }

  /** The next rows, at most `count`; fewer at the end of the sheet. */
  async #read(count: number): Promise<CsvRow[]> {
    while (this.#rows.length < count && !this.#isClosed) {
      const row = this.#waiting[this.#at]
      if (row) {
        this.#at += 1
        this.#take(row)
        if (this.#at % HEAD_ROWS === 0) await this.#turns.giveWay()
      } else if (this.#isEnded) {
        this.#end()
        break
      } else await this.#readOn()
    }
    return this.#rows.splice(0, count)
  }

  async #readOn(): Promise<void> {
    const { done, value } = await this.#batches.next()
    this.#isEnded = done === true
    this.#waiting = value ?? []
    this.#at = 0
    await this.#turns.giveWay()
  }

  #take(row: SheetRow): void {
    const gap = row.number - this.#lastNumber - 1
    // Longer gaps are skipped, and the notes of the sheet report them.
    if (gap <= LONG_GAP)
      for (let number = this.#lastNumber + 1; number < row.number; number += 1)
        this.#pass(blankRecord(number))
    this.#lastNumber = row.number
    this.#pass(toRecord(row))
  }

  #pass(record: SheetRecord): void {
    if (this.#secondHeaders?.take(record)) return
    this.#add(this.#nonDataLines?.pass(record) ?? null)
    this.#addReady()
  }

  #end(): void {
    this.#nonDataLines?.end()
    this.#addReady()
    this.#blank = []
  }

  #addReady(): void {
    for (let ready = this.#nonDataLines?.next(); ready; ready = this.#nonDataLines?.next()) this.#add(ready)
  }

  #add(record: SheetRecord | null): void {
    if (!record) return
    if (isBlankLine(record, SEPARATOR)) {
      this.#blank.push(record.line)
      return
    }
    for (const line of this.#blank) this.#rows.push({ line, cells: BLANK_CELLS })
    this.#blank = []
    const { maxRows } = this.#options.limits
    this.#count += 1
    if (this.#count > maxRows) throw this.#refusal('too_many_rows', { limit: formatNumber(maxRows) })
    const row = checkSheetRow(record.row, this.header, this.#options.limits)
    this.#rows.push(this.#secondHeaders?.isEmpty === false ? this.#secondHeaders.place(row) : row)
  }

  #refusal(code: ErrorCode, details: ErrorDetails = {}): AppError {
    return new AppError(code, { ...details, file: this.#options.fileName })
  }
}

const BLANK_CELLS: readonly string[] = ['']

const isBlankRow = ({ cells }: SheetRow): boolean => cells.every((cell) => cell.trim() === '')

const shorten = ({ cells }: SheetRow): readonly string[] =>
  cells.slice(0, HEAD_CELLS).map((cell) => cell.slice(0, HEAD_CHARACTERS))

/** The last column that at least a tenth of the rows use: a remark at the side does not widen the table. */
function usualWidth(records: readonly (readonly string[])[]): number {
  const widths = records.map(({ length }) => length).sort((a, b) => b - a)
  return widths[Math.floor(widths.length / 10)] ?? 1
}

function toRecord(row: SheetRow): SheetRecord {
  const { number: line, cells } = row
  if (isBlankRow(row)) return { ...blankRecord(line), row }
  const text = cells.join(SEPARATOR)
  return { form: 'quoted', line, text, count: cells.length, cells, opened: undefined, row }
}

function blankRecord(line: number): SheetRecord {
  const row = { number: line, cells: BLANK_CELLS, columns: 0, isHidden: false, longCell: null }
  return { form: 'plain', line, text: '', count: 1, cells: undefined, opened: undefined, row }
}
