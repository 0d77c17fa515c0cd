import type { ErrorDetails } from '../error-texts/index.ts'
import type { AppError, ErrorCode } from '../errors.ts'
import { formatNumber } from '../locale.ts'
import type { ByteSource, CsvDialect, CsvFile, CsvOptions, CsvRow } from './csv-file.ts'
import {
  type DetectedTable,
  detectTable,
  isBlankLine,
  joinHeader,
  NonDataLines,
  readSeparatorLine,
  recogniseColumnsOfSpace,
  recogniseForm,
  recogniseOddSeparator,
  recogniseWideSeparator,
  SecondHeaders,
} from './detect/index.ts'
import {
  CELL_LIMIT,
  type FramedRecord,
  RECORD_LIMIT,
  RecordFramer,
  RowBuilder,
  type TableWidth,
} from './records/index.ts'
import { createFilter, describeForm } from './text-filters.ts'
import { refuse, TextSource } from './text-source.ts'

const SAMPLE_ROWS = 200
/** Characters of records after which other tasks may get their turn: 2 to 5 ms of work. */
const CHARACTERS_PER_TURN = 64 * 1024
/** Fixed work per record, counted as characters: 128 empty records make a turn. */
const CHARACTERS_PER_RECORD = 512
/** Characters of the first text read to find separator and header; more only if one line is longer. */
const DETECTED_CHARACTERS = 256 * 1024
/** Maximum of header cells read: somewhat more than a spreadsheet's columns (Excel has 16,384). */
const WIDEST_HEADER = 20_000
/** Reads one file. Created by `openCsv`, which documents its behaviour. */
export class CsvReader implements CsvFile {
  header: readonly string[] = []
  headerLine = 0
  looksHeaderless = false
  sample: readonly CsvRow[] = []
  readonly #options: CsvOptions
  readonly #source: TextSource
  #delimiter = ','
  #framer = new RecordFramer(',')
  #builder: RowBuilder | undefined
  #nonDataLines: NonDataLines | undefined
  #secondHeaders: SecondHeaders | undefined
  #rows = 0
  /** Empty lines that are rows only if a row follows. They are consecutive, so their number is enough. */
  #blank = { line: 0, count: 0 }
  /** The row after them, while they are returned. */
  #pending: FramedRecord | null = null
  #isWalked = false
  /** Work since other tasks last had a turn. */
  #work = 0

  constructor(source: ByteSource, options: CsvOptions) {
    this.#options = options
    this.#source = new TextSource(source, options)
  }

  get dialect(): CsvDialect {
    return {
      encoding: this.#source.encoding,
      delimiter: this.#delimiter as CsvDialect['delimiter'],
    }
  }

  get notes(): readonly string[] {
    return [
      ...this.#source.notes,
      ...(this.#nonDataLines?.notes ?? []),
      ...(this.#secondHeaders?.notes ?? []),
      ...describeMerged(this.#builder),
    ]
  }

  async close(): Promise<void> {
    await this.#source.close()
  }

  async *batches(): AsyncGenerator<readonly CsvRow[]> {
    if (this.#isWalked) throw new Error('The batches of a file can be walked once.')
    this.#isWalked = true
    const { batchSize } = this.#options
    let waiting = [...this.sample]
    try {
      for (;;) {
        if (this.#source.isClosed) return
        if (waiting.length < batchSize) waiting = waiting.concat(await this.#read(batchSize - waiting.length))
        if (waiting.length === 0) return
        yield waiting.slice(0, batchSize)
        waiting = waiting.slice(batchSize)
      }
    } catch (error) {
      if (!this.#source.isClosed) throw error
    } finally {
      await this.close()
    }
  }

  /** Detects the dialect and reads the first rows. */
  async open(): Promise<void> {
    let head = await this.#source.readHead()
    const separator = readSeparatorLine(head.text)
    if (separator) {
      if (!separator.delimiter) {
        this.#source.notes.push(`Line ${head.line} names an unknown separator and was left out.`)
      }
      head = { line: head.line + 1, text: head.text.slice(separator.length) }
    }
    head = this.#source.straightenQuotes(head)
    const { isEnded } = this.#source
    const form = recogniseForm(head.text)
    if (form) {
      this.#source.notes.push(describeForm(form))
      head = this.#source.filter(head, createFilter(form))
    }
    const sample = head.text.slice(0, DETECTED_CHARACTERS)
    const isWhole = isEnded || sample.length < head.text.length
    const stated = this.#options.delimiter ?? separator?.delimiter
    let table = detectTable(sample, isWhole, stated)
    if (separator?.delimiter) table = this.#correctSeparator(sample, isWhole, table)
    await this.#source.giveWay()
    this.#refuseMisfit(head.text, table)
    this.#delimiter = table.delimiter
    if (this.#options.delimiter === undefined && !/[,;\t|]/.test(table.delimiter))
      this.#source.notes.push(`The cells are separated by “${table.delimiter}”.`)
    // Marks are resolved before a cell is cut, and each character may be a doubled mark.
    const cellLimit = Math.max(CELL_LIMIT, 2 * this.#options.limits.maxCellLength + 2)
    const recordLimit = Math.max(RECORD_LIMIT, 2 * cellLimit)
    this.#framer = new RecordFramer(table.delimiter, { firstLine: head.line, recordLimit, cellLimit })
    this.#framer.push(head.text)
    if (isEnded) this.#framer.end()
    await this.#readHeader(table)
    this.sample = await this.#read(SAMPLE_ROWS)
    if (this.sample.length === 0) throw this.#refusal('no_rows')
  }

  /** A first line `sep=,` may name another separator than the one of the lines. */
  #correctSeparator(sample: string, isWhole: boolean, table: DetectedTable): DetectedTable {
    if (this.#options.delimiter !== undefined || table.width > 1) return table
    const found = detectTable(sample, isWhole)
    if (found.width < 2 || found.delimiter === table.delimiter) return table
    const [named, used] = [nameDelimiter(table.delimiter), nameDelimiter(found.delimiter)]
    this.#source.notes.push(
      `The first line names ${named} as separator, but the cells are separated by ${used}.`,
    )
    return found
  }

  /** @throws AppError not_csv, separator_unclear if the rows are not cut like the header */
  #refuseMisfit(head: string, { width, delimiter, rowDelimiter }: DetectedTable): void {
    if (this.#options.delimiter !== undefined) return
    if (rowDelimiter !== undefined) {
      const [header, rows] = [nameDelimiter(delimiter), nameDelimiter(rowDelimiter)]
      throw this.#refusal('separator_unclear', width > 1 && header !== rows ? { header, rows } : { rows })
    }
    const format =
      width === 1
        ? (recogniseColumnsOfSpace(head) ?? recogniseOddSeparator(head))
        : recogniseWideSeparator(head, delimiter)
    if (format) throw this.#refusal('not_csv', { kind: format.kind, how: format.how })
  }

  async #readHeader(table: DetectedTable): Promise<void> {
    const { headerless, limits } = this.#options
    for (let skipped = 0; skipped < table.recordsAbove; skipped += 1) await this.#nextRecord()
    if (table.titleLines > 0) {
      this.#source.notes.push(
        table.titleLines === 1
          ? 'Left out one line above the header.'
          : `Left out ${table.titleLines} lines above the header.`,
      )
      for (const headings of table.tablesAbove)
        this.#source.notes.push(`Another table above the header was left out: ${headings}.`)
    }
    this.looksHeaderless = table.looksHeaderless
    const form = {
      delimiter: table.delimiter,
      maxColumns: limits.maxColumns,
      maxCellLength: limits.maxCellLength,
    }
    let headerText: string | null = null
    if (headerless) this.header = Array.from({ length: table.width }, () => '')
    else {
      const record = await this.#nextRecord()
      if (!record) throw this.#refusal('file_empty')
      const header = Array.from({ length: table.width }, () => '')
      const builder = new RowBuilder({ ...form, header, maxColumns: WIDEST_HEADER })
      builder.add(record)
      const [row] = builder.take()
      if (row?.problem?.code === 'quote_unbalanced')
        this.#source.notes.push(`The header: ${row.problem.message}`)
      const cells = table.headerLines === 2 ? await this.#joinHeader(row?.cells ?? [], builder) : row?.cells
      this.header = withoutSurplus(cells ?? [], limits.maxColumns)
      this.headerLine = record.line
      headerText = record.text
    }
    if (this.header.length > limits.maxColumns) {
      throw this.#refusal('too_many_columns', { columns: this.header.length, limit: limits.maxColumns })
    }
    this.#framer.width = widthOf(this.header)
    this.#builder = new RowBuilder({ ...form, header: this.header })
    this.#nonDataLines = new NonDataLines({
      delimiter: table.delimiter,
      columns: this.header.length,
      headerText,
      titleLines: table.titleLines,
    })
    if (headerText !== null && !table.looksHeaderless)
      this.#secondHeaders = new SecondHeaders(this.header, headerText, table.delimiter)
  }

  /** The header, completed by the line below it. */
  async #joinHeader(first: readonly string[], builder: RowBuilder): Promise<readonly string[]> {
    const record = await this.#nextRecord()
    if (!record) return first
    builder.add(record)
    this.#source.notes.push(`The header stands in two lines; line ${record.line} was read as its second.`)
    return joinHeader(first, builder.take()[0]?.cells ?? [])
  }

  /** The next rows, at most `count`; fewer at the end of the file. */
  async #read(count: number): Promise<CsvRow[]> {
    const builder = this.#builder
    if (!builder) return []
    while (builder.size < count && !builder.isHeavy) {
      if (this.#work >= CHARACTERS_PER_TURN) await this.#giveWay()
      if (this.#pending && this.#blank.count > 0) {
        this.#countRow()
        this.#work += CHARACTERS_PER_RECORD
        builder.addBlank(this.#blank.line)
        this.#blank.line += 1
        this.#blank.count -= 1
        continue
      }
      const record: FramedRecord | null = this.#pending ?? this.#takeRow() ?? (await this.#nextRow())
      if (!record) break
      if (isBlankLine(record, this.#delimiter)) {
        if (this.#blank.count === 0) this.#blank.line = record.line
        this.#blank.count += 1
      } else if (this.#blank.count > 0) this.#pending = record
      else {
        this.#pending = null
        this.#countRow()
        builder.add(record)
      }
    }
    const rows = builder.take()
    const headers = this.#secondHeaders
    return headers?.isEmpty === false ? rows.map((row) => headers.place(row)) : rows
  }

  async #giveWay(): Promise<void> {
    this.#work = 0
    await this.#source.giveWay()
  }

  #countRow(): void {
    const { maxRows } = this.#options.limits
    this.#rows += 1
    if (this.#rows > maxRows) throw this.#refusal('too_many_rows', { limit: formatNumber(maxRows) })
  }

  /** The next record that is a row or an empty line; null at the end of the file. */
  async #nextRow(): Promise<FramedRecord | null> {
    for (;;) {
      if (this.#work >= CHARACTERS_PER_TURN) await this.#giveWay()
      const row = this.#takeRow()
      if (row) return row
      if (this.#work >= CHARACTERS_PER_TURN) continue
      if (this.#source.isEnded) {
        this.#nonDataLines?.end()
        return this.#nonDataLines?.next() ?? null
      }
      await this.#readOn()
    }
  }

  /**
   * The same from the text that is there; null if more must be read, or if others are due a turn. A promise per row
   * costs more than the row's cells.
   */
  #takeRow(): FramedRecord | null {
    const nonDataLines = this.#nonDataLines
    while (nonDataLines && this.#work < CHARACTERS_PER_TURN) {
      const waiting = nonDataLines.next()
      if (waiting) return waiting
      const record = this.#takeRecord()
      if (!record) return null
      if (this.#secondHeaders?.take(record)) continue
      const row = nonDataLines.pass(record)
      if (row) return row
    }
    return null
  }

  /** The next record, reading on if needed; null at the end of the file. */
  async #nextRecord(): Promise<FramedRecord | null> {
    for (;;) {
      const record = this.#takeRecord()
      if (record || this.#source.isEnded) return record
      await this.#readOn()
    }
  }

  /** The next record of the text that is there. */
  #takeRecord(): FramedRecord | null {
    const record = this.#framer.next()
    if (record) this.#work += record.text.length + CHARACTERS_PER_RECORD
    return record
  }

  async #readOn(): Promise<void> {
    const text = await this.#source.next(() => this.#framer.rest)
    this.#framer.push(text ?? '')
    if (this.#source.isEnded) this.#framer.end()
  }

  #refusal(code: ErrorCode, details: ErrorDetails = {}): AppError {
    return refuse(code, this.#options.fileName, details)
  }
}

/** For the receipt: rows in which separators inside other marks than quotation marks were text. */
function describeMerged(builder: RowBuilder | undefined): readonly string[] {
  const { rows = 0, line = 0 } = builder?.merged ?? {}
  if (rows === 0) return []
  const where = rows === 1 ? `Line ${line} has a cell` : `${formatNumber(rows)} lines have cells`
  const first = rows === 1 ? '' : ` The first is line ${line}.`
  return [
    `${where} in other marks than quotation marks. A separator in such a cell was read as text.${first}`,
  ]
}

const nameDelimiter = (delimiter: string): string => (delimiter === '\t' ? 'a tab' : `“${delimiter}”`)

/**
 * Spreadsheets write thousands of separators after the last column; within the limit the header stays as
 * written.
 */
function withoutSurplus(header: readonly string[], maxColumns: number): readonly string[] {
  const named = header.findLastIndex((cell) => cell.trim() !== '') + 1
  return header.slice(0, Math.max(named, maxColumns))
}

function widthOf(header: readonly string[]): TableWidth {
  const columns = header.length
  const named = header.findLastIndex((cell) => cell.trim() !== '') + 1
  return { columns, named: named < 2 ? columns : named }
}
