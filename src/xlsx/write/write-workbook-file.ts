import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'
import { TOO_LONG } from '../../missing-cell.ts'
import { EXCEL_CELL_LENGTH, EXCEL_COLUMNS, EXCEL_ROWS, Turns } from '../bounds/index.ts'
import {
  CONTENT_TYPES,
  cellXml,
  PACKAGE_RELATIONS,
  SHEET_END,
  SHEET_START,
  STYLES,
  workbookRelationsXml,
  workbookXml,
} from './workbook-xml.ts'

export interface WriteWorkbookOptions {
  /** Rows per sheet, including the header. */
  readonly maxRows?: number
  /** Bytes of XML after which another sheet begins; a sheet may be larger by some 64 KB and one row. */
  readonly maxSheetBytes?: number
}

interface WrittenWorkbook {
  readonly sheets: number
  /** Number of rows without the header. */
  readonly rows: number
  /** Number of cells over Excel's 32,767 characters; `TOO_LONG` replaces them. */
  readonly longCells: number
}

/** Characters of XML per piece. */
const PIECE_LENGTH = 64 * 1024
/** Below 4 GiB, the limit of zip archives without an extension and of this project's reader. */
const MAX_SHEET_BYTES = 3.5 * 1024 * 1024 * 1024
/** Name of the first sheet; others get a number appended. */
const SHEET_NAME = 'Sheet'

/**
 * Writes rows to an .xlsx file that only its owner may read. Every cell is text, never a formula or a number.
 * If the rows exceed a sheet, another one begins with the same header. Memory does not grow with them.
 * @param rows the header first
 * @throws errors of `rows`, or the file system's error
 */
export async function writeWorkbookFile(
  path: string,
  rows: AsyncIterable<readonly string[]> | Iterable<readonly string[]>,
  { maxRows = EXCEL_ROWS, maxSheetBytes = MAX_SHEET_BYTES }: WriteWorkbookOptions = {},
): Promise<WrittenWorkbook> {
  const zip = new ZipFile()
  const failure = new AbortController()
  // An error of one side ends the other, so that neither waits for it.
  const fail = (error: unknown) => failure.abort(error)
  zip.on('error', fail)
  const saved = pipeline(zip.outputStream, createWriteStream(path, { mode: 0o600 }), {
    signal: failure.signal,
  }).catch(fail)
  const writer = new SheetWriter(rows, maxRows, maxSheetBytes)
  try {
    addText(zip, '[Content_Types].xml', CONTENT_TYPES)
    addText(zip, '_rels/.rels', PACKAGE_RELATIONS)
    addText(zip, 'xl/styles.xml', STYLES)
    do {
      const sheet = Readable.from(writer.nextSheet(), { objectMode: false })
      sheet.on('error', fail)
      zip.addReadStream(sheet, `xl/worksheets/sheet${writer.sheets}.xml`)
      await finished(sheet, { signal: failure.signal })
    } while (writer.hasMore)
    const names = Array.from({ length: writer.sheets }, (_, at) => nameOf(at))
    addText(zip, 'xl/workbook.xml', workbookXml(names))
    addText(zip, 'xl/_rels/workbook.xml.rels', workbookRelationsXml(names.length))
    zip.end()
    await saved
  } catch (error) {
    fail(error)
    await saved
  } finally {
    await writer.close()
  }
  if (failure.signal.aborted) throw failure.signal.reason
  return { sheets: writer.sheets, rows: writer.rows, longCells: writer.longCells }
}

function addText(zip: ZipFile, name: string, text: string): void {
  zip.addBuffer(Buffer.from(text), name)
}

function nameOf(at: number): string {
  return at === 0 ? SHEET_NAME : `${SHEET_NAME} ${at + 1}`
}

/** Produces the XML of one sheet after another from one iteration of the rows. */
class SheetWriter {
  sheets = 0
  rows = 0
  longCells = 0
  readonly #source: AsyncIterator<readonly string[]> | Iterator<readonly string[]>
  readonly #maxRows: number
  readonly #maxBytes: number
  #header: readonly string[] | null = null
  /** The row that did not fit into the last sheet. */
  #next: readonly string[] | null = null

  constructor(
    rows: AsyncIterable<readonly string[]> | Iterable<readonly string[]>,
    maxRows: number,
    maxBytes: number,
  ) {
    this.#source = Symbol.asyncIterator in rows ? rows[Symbol.asyncIterator]() : rows[Symbol.iterator]()
    this.#maxRows = maxRows
    this.#maxBytes = maxBytes
  }

  get hasMore(): boolean {
    return this.#next !== null
  }

  nextSheet(): AsyncGenerator<string> {
    this.sheets += 1
    return this.#writeSheet()
  }

  async close(): Promise<void> {
    await this.#source.return?.()
  }

  async *#writeSheet(): AsyncGenerator<string> {
    const turns = new Turns()
    this.#header ??= await this.#read()
    let piece = SHEET_START
    let bytes = 0
    let count = 0
    for (let row = this.#header; row !== null; row = await this.#takeNext()) {
      if (count === this.#maxRows || bytes >= this.#maxBytes) {
        this.#next = row
        break
      }
      count += 1
      if (count > 1) this.rows += 1
      piece += this.#rowXml(row, count)
      if (piece.length < PIECE_LENGTH) continue
      bytes += Buffer.byteLength(piece)
      yield piece
      piece = ''
      await turns.giveWay()
    }
    yield piece + SHEET_END
  }

  async #takeNext(): Promise<readonly string[] | null> {
    const next = this.#next ?? (await this.#read())
    this.#next = null
    return next
  }

  async #read(): Promise<readonly string[] | null> {
    const { done, value } = await this.#source.next()
    return done ? null : value
  }

  #rowXml(cells: readonly string[], number: number): string {
    if (cells.length > EXCEL_COLUMNS) throw new Error(`A sheet has ${EXCEL_COLUMNS} columns at most.`)
    let xml = `<row r="${number}">`
    for (const [column, cell] of cells.entries()) {
      if (cell === '') continue
      xml += cellXml(column, number, this.#fit(cell))
    }
    return `${xml}</row>`
  }

  #fit(text: string): string {
    if (text.length <= EXCEL_CELL_LENGTH) return text
    this.longCells += 1
    return TOO_LONG
  }
}
