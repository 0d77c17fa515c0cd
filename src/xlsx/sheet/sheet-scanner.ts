import { TOO_LONG } from '../../missing-cell.ts'
import { damaged, EXCEL_COLUMNS, EXCEL_ROWS, ROW_LENGTH, tooLarge } from '../bounds/index.ts'
import {
  attributesOf,
  ESCAPE_LENGTH,
  isTrue,
  readPlainContent,
  type XmlHandler,
  XmlScanner,
  type XmlTag,
} from '../xml/index.ts'
import { type CellTag, type RowTag, readCellTag, readRowTag, rowOfArea } from './cell-place.ts'
import { type CellContent, type CellContext, CellTexts } from './cell-text.ts'
import { LONG_GAP, SheetNotes } from './sheet-notes.ts'

/** A row with content. Blank rows are skipped; the row numbers show them. */
export interface SheetRow {
  /** Excel's row number, from 1. */
  readonly number: number
  /** The text of each cell up to the last non-blank one; at most `maxColumns`. */
  readonly cells: readonly string[]
  /**
   * Number of columns up to the last non-blank one; larger than `cells` if the row is wider than
   * `maxColumns`.
   */
  readonly columns: number
  readonly isHidden: boolean
  /**
   * Index of the first cell longer than `maxCellLength`; its text is cut one character later. Null if there
   * is none.
   */
  readonly longCell: number | null
}

export interface RowLimits {
  readonly maxColumns: number
  /** Characters of one cell. */
  readonly maxCellLength: number
  /** Characters of all cells of the sheet. More are rejected as `workbook_too_large`. */
  readonly maxLength: number
}

/** Rows per batch. */
const BATCH_ROWS = 100
/** Characters per batch, plus at most one row. */
const BATCH_LENGTH = 256 * 1024
const SHEET_DATA_DEPTH = 2

/**
 * A class, because V8 may come to allocate the objects of one literal as long-lived ones. All rows then stay in memory
 * until the next full garbage collection.
 */
class ScannedRow implements SheetRow {
  readonly number: number
  readonly cells: readonly string[]
  readonly columns: number
  readonly isHidden: boolean
  readonly longCell: number | null

  constructor(
    number: number,
    cells: readonly string[],
    columns: number,
    isHidden: boolean,
    longCell: number | null,
  ) {
    this.number = number
    this.cells = cells
    this.columns = columns
    this.isHidden = isHidden
    this.longCell = longCell
  }
}

type Capture = 'value' | 'inline' | null

/** Turns a worksheet's XML into rows, piece by piece. */
export class SheetScanner implements XmlHandler {
  readonly notes = new SheetNotes()
  readonly #limits: RowLimits
  readonly #maxRaw: number
  readonly #texts: CellTexts
  readonly #scanner = new XmlScanner(this)
  #rows: SheetRow[] = []
  #length = 0
  /** Characters returned before this batch. */
  #taken = 0
  #isInData = false
  readonly #hiddenColumns: [first: number, last: number][] = []
  #widest = 0

  /** The last row with content. */
  #lastRow = 0
  #row = 0
  #rowIsStated = false
  #isHidden = false
  #isInRow = false
  /** The cells of the current row; reused, and copied at the row's end. */
  readonly #cells: string[] = []
  #filled = 0
  #columns = 0
  #rowLength = 0
  #longCell: number | null = null

  readonly #rowTag: RowTag = { number: null, isHidden: false }
  readonly #tag: CellTag = { column: -1, row: 0, type: 'n', style: 0 }
  readonly #content: CellContent = { value: null, inline: null, hasFormula: false }
  #column = -1
  #isInCell = false
  #phonetic = 0
  #capture: Capture = null

  constructor(context: CellContext, limits: RowLimits) {
    this.#limits = limits
    this.#maxRaw = ESCAPE_LENGTH * (limits.maxCellLength + 1)
    this.#texts = new CellTexts(context, this.notes)
  }

  /** The completed rows, in batches of limited size. */
  *write(piece: string): Generator<readonly SheetRow[]> {
    this.#scanner.write(piece)
    while (this.#scanner.isPaused) {
      yield this.#take()
      this.#scanner.write('')
    }
  }

  /** The last rows. @throws AppError workbook_damaged if the sheet is cut off */
  end(): readonly SheetRow[] {
    this.#scanner.end()
    this.#noteHiddenColumns()
    return this.#take()
  }

  open(name: string, depth: number, tag: XmlTag): void {
    if (!this.#isInData) this.#openOutside(name, depth, tag)
    else if (depth === SHEET_DATA_DEPTH + 1) {
      if (name === 'row') this.#openRow(tag)
    } else if (depth === SHEET_DATA_DEPTH + 2) {
      if (name === 'c') this.#openCell(tag)
    } else if (this.#isInCell) this.#openContent(name, depth === SHEET_DATA_DEPTH + 3)
  }

  close(name: string, depth: number): void {
    if (!this.#isInData) return
    if (depth > SHEET_DATA_DEPTH + 2) this.#closeContent(name)
    else if (depth === SHEET_DATA_DEPTH + 2) {
      if (this.#isInCell) this.#closeCell()
    } else if (depth === SHEET_DATA_DEPTH + 1) {
      if (this.#isInRow) this.#closeRow()
    } else this.#isInData = false
  }

  text(piece: string): void {
    const capture = this.#capture
    if (capture === null) return
    const text = this.#content[capture] ?? ''
    if (text.length < this.#maxRaw) this.#content[capture] = text === '' ? piece : text + piece
  }

  #openOutside(name: string, depth: number, tag: XmlTag): void {
    if (depth === SHEET_DATA_DEPTH && name === 'sheetData') this.#isInData = true
    else if (depth !== SHEET_DATA_DEPTH + 1) return
    else if (name === 'mergeCell')
      this.notes.add('merged_areas', rowOfArea(attributesOf(tag).get('ref') ?? ''))
    else if (name === 'col') this.#openColumns(attributesOf(tag))
  }

  #openColumns(attributes: ReadonlyMap<string, string>): void {
    const [first, last] = [Number(attributes.get('min')), Number(attributes.get('max'))]
    const isRange = first >= 1 && last >= first && this.#hiddenColumns.length < EXCEL_COLUMNS
    if (isRange && isTrue(attributes.get('hidden'))) this.#hiddenColumns.push([first, last])
  }

  #openRow(tag: XmlTag): void {
    readRowTag(tag, this.#rowTag)
    const { number, isHidden } = this.#rowTag
    this.#moveTo(number ?? this.#row + 1)
    this.#rowIsStated = number !== null
    this.#isHidden = isHidden
    this.#isInRow = true
    this.#filled = 0
    this.#column = -1
    this.#columns = 0
    this.#rowLength = 0
    this.#longCell = null
  }

  #moveTo(number: number): void {
    if (!(Number.isInteger(number) && number > this.#row && number <= EXCEL_ROWS))
      throw damaged('its rows are not in order')
    this.#row = number
  }

  #openCell(tag: XmlTag): void {
    readCellTag(tag, this.#tag)
    const { column, row } = this.#tag
    if (row > 0 && row !== this.#row) {
      // A row may leave its number to its first cell.
      if (this.#rowIsStated || this.#column >= 0) throw damaged('a cell stands in a row that is not its own')
      this.#row -= 1
      this.#moveTo(row)
    }
    this.#column = column < 0 ? this.#column + 1 : column
    if (this.#column >= EXCEL_COLUMNS) throw damaged('a row has too many cells')
    this.#content.value = null
    this.#content.inline = null
    this.#content.hasFormula = false
    this.#phonetic = 0
    if (this.#readPlainCell(tag)) this.#closeCell()
    else this.#isInCell = true
  }

  #readPlainCell(tag: XmlTag): boolean {
    const value = readPlainContent(tag, 'c', '<v>', '</v></c>')
    this.#content.value = value
    if (value !== null || this.#tag.type !== 'inlineStr') return value !== null
    const inline = readPlainContent(tag, 'c', '<is><t>', '</t></is></c>')
    this.#content.inline = inline
    return inline !== null
  }

  #openContent(name: string, isDirect: boolean): void {
    if (isDirect) {
      if (name === 'v') {
        this.#capture = 'value'
        this.#content.value ??= ''
      } else if (name === 'is') this.#content.inline ??= ''
      else if (name === 'f') this.#content.hasFormula = true
    } else if (name === 'rPh') this.#phonetic += 1
    else if (name === 't' && this.#phonetic === 0 && this.#content.inline !== null) this.#capture = 'inline'
  }

  #closeContent(name: string): void {
    this.#capture = null
    if (name === 'rPh') this.#phonetic -= 1
  }

  #closeCell(): void {
    this.#isInCell = false
    const text = this.#texts.textOf(this.#tag, this.#content, this.#row)
    if (text !== '') this.#keep(text)
  }

  #keep(text: string): void {
    const { maxColumns, maxCellLength } = this.#limits
    const column = this.#column
    this.#columns = Math.max(this.#columns, column + 1)
    if (column >= maxColumns || !this.#isInRow) return
    if (column < this.#filled && this.#cells[column] !== '') throw damaged('a cell is there twice')
    // One character more than allowed: if shared again uncorrected, the cell is still too long.
    const cut = text.length > maxCellLength ? text.slice(0, maxCellLength + 1) : text
    // If the file is shared again uncorrected, the missing text must read as an error and not as a blank.
    const kept = this.#rowLength + cut.length > ROW_LENGTH ? TOO_LONG : cut
    const isLong = text.length > maxCellLength || kept !== text
    if (isLong) this.#longCell = Math.min(this.#longCell ?? column, column)
    this.#rowLength += kept.length
    for (; this.#filled < column; this.#filled += 1) this.#cells[this.#filled] = ''
    this.#cells[column] = kept
    this.#filled = Math.max(this.#filled, column + 1)
  }

  #closeRow(): void {
    this.#isInRow = false
    if (this.#columns === 0) return
    if (this.#isHidden) this.notes.add('hidden_rows', this.#row)
    const gap = this.#row - this.#lastRow - 1
    if (gap > LONG_GAP) this.notes.add('rows_in_gaps', this.#lastRow + 1, gap)
    this.#lastRow = this.#row
    this.#widest = Math.max(this.#widest, this.#columns)
    const cells = this.#cells.slice(0, this.#filled)
    this.#rows.push(new ScannedRow(this.#row, cells, this.#columns, this.#isHidden, this.#longCell))
    this.#length += this.#rowLength
    if (this.#taken + this.#length > this.#limits.maxLength) throw tooLarge('its cells hold too much text')
    if (this.#rows.length >= BATCH_ROWS || this.#length >= BATCH_LENGTH) this.#scanner.pause()
  }

  #noteHiddenColumns(): void {
    let hidden = 0
    for (const [first, last] of this.#hiddenColumns)
      hidden += Math.max(0, Math.min(last, this.#widest) - first + 1)
    if (hidden > 0) this.notes.add('hidden_columns', 1, hidden)
  }

  #take(): readonly SheetRow[] {
    const rows = this.#rows
    this.#rows = []
    this.#taken += this.#length
    this.#length = 0
    return rows
  }
}
