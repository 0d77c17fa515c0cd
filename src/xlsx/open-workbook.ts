import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { ErrorDetails } from '../error-texts/index.ts'
import { AppError, type ErrorCode } from '../errors.ts'
import { type Archive, openArchive } from './archive.ts'
import { ARCHIVE_LIMITS, type ArchiveLimits, Turns, withFileName } from './bounds/index.ts'
import { type FileKind, identifyArchive, identifyHead } from './identify-file.ts'
import type { NumberFormat } from './numbers/index.ts'
import {
  type CellContext,
  type RowLimits,
  type SheetNote,
  type SheetRow,
  SheetScanner,
  StringTable,
} from './sheet/index.ts'
import { describeSheet, noSheet, type Sheet } from './sheets.ts'
import {
  partOfType,
  type Relation,
  readCellFormats,
  readRelations,
  readSharedTexts,
  readWorkbookPart,
  type WorkbookPart,
} from './workbook-parts.ts'
import { decodeXml } from './xml/index.ts'

export interface OpenWorkbookOptions extends Omit<RowLimits, 'maxLength'> {
  /**
   * An existing folder of the caller. Large string tables are stored in a file in it, which `close` deletes.
   */
  readonly folder: string
  /** The file's name in sentences. */
  readonly fileName?: string
  readonly signal?: AbortSignal
  readonly limits?: Partial<ArchiveLimits>
}

export interface SheetReading {
  /**
   * Rows with content in ascending order. Can be iterated once, and stopped early.
   * @throws AppError workbook_damaged, workbook_too_large
   */
  batches(): AsyncGenerator<readonly SheetRow[]>
  /** Complete after `batches` has ended. */
  readonly notes: readonly SheetNote[]
}

interface ReadSheetOptions {
  /** Called with the packed bytes of the sheet read so far. */
  readonly onPackedBytes?: (total: number) => void
}

export interface Workbook {
  /** All sheets in tab order. */
  readonly sheets: readonly Sheet[]
  /**
   * Reads one worksheet; can be repeated. The shared strings are read once, with the first sheet.
   * @throws AppError no_sheet if it is no worksheet
   */
  read(sheet: Sheet, options?: ReadSheetOptions): SheetReading
  /** Closes the file, then deletes temporary files. */
  close(): Promise<void>
}

/**
 * Opens an .xlsx or .xlsm file. Memory does not grow with it, and other tasks get a turn every few
 * milliseconds.
 *
 * @throws AppError workbook_damaged, workbook_too_large, no_sheet, file_encrypted, workbook_xls,
 * workbook_xlsb, workbook_ods, workbook_numbers, not_csv (documents and other archives); or the file system's
 * error
 */
export async function openWorkbook(path: string, options: OpenWorkbookOptions): Promise<Workbook> {
  const { fileName, signal } = options
  const limits = { ...ARCHIVE_LIMITS, ...options.limits }
  try {
    const kind = await identifyHead(path)
    if (kind !== 'zip') throw refusalOf(kind)
    const archive = await openArchive(path, limits, signal)
    try {
      return await OpenedWorkbook.open(archive, { ...options, limits })
    } catch (error) {
      await archive.close()
      throw error
    }
  } catch (error) {
    throw withFileName(error, fileName)
  }
}

const REFUSALS: Readonly<Record<Exclude<FileKind, 'workbook'>, [ErrorCode, ErrorDetails]>> = {
  xls: ['workbook_xls', {}],
  xlsb: ['workbook_xlsb', {}],
  ods: ['workbook_ods', {}],
  numbers: ['workbook_numbers', {}],
  encrypted: ['file_encrypted', {}],
  word: [
    'not_csv',
    { kind: 'a text document', how: 'Copy its table into a spreadsheet and share that file.' },
  ],
  presentation: [
    'not_csv',
    { kind: 'a presentation', how: 'Copy its table into a spreadsheet and share that file.' },
  ],
  zip: ['not_csv', { kind: 'a zip archive', how: 'Unpack it and share the workbook inside.' }],
  other: ['workbook_damaged', { reason: 'it is not a workbook' }],
}

function refusalOf(kind: Exclude<FileKind, 'workbook'>): AppError {
  return new AppError(...REFUSALS[kind])
}

type OpenedOptions = OpenWorkbookOptions & { readonly limits: ArchiveLimits }

class OpenedWorkbook implements Workbook {
  readonly sheets: readonly Sheet[]
  readonly #archive: Archive
  readonly #options: OpenedOptions
  readonly #part: WorkbookPart
  /** Parts of the worksheets. */
  readonly #parts: ReadonlyMap<Sheet, string>
  readonly #formats: readonly NumberFormat[]
  readonly #textsPart: string | undefined
  readonly #table: StringTable
  #texts: Promise<void> | undefined

  private constructor(
    archive: Archive,
    options: OpenedOptions,
    part: WorkbookPart,
    relations: ReadonlyMap<string, Relation>,
    formats: readonly NumberFormat[],
  ) {
    this.#archive = archive
    this.#options = options
    this.#part = part
    const parts = new Map<Sheet, string>()
    this.sheets = part.sheets.map((entry, at) => {
      const relation = relations.get(entry.relationId)
      const sheet = describeSheet(archive, part, at, relation)
      if (relation && sheet.kind === 'worksheet') parts.set(sheet, relation.part)
      return sheet
    })
    this.#parts = parts
    this.#formats = formats
    this.#textsPart = partOfType(relations, 'sharedStrings')
    this.#table = new StringTable(join(options.folder, `texts-${randomUUID()}`))
  }

  static async open(archive: Archive, options: OpenedOptions): Promise<OpenedWorkbook> {
    const { limits } = options
    const { kind, mainPart: main } = await identifyArchive(archive, limits)
    if (kind !== 'workbook') throw refusalOf(kind)
    const part = await readWorkbookPart(archive, main, limits)
    const relations = await readRelations(archive, main, limits)
    const stylesPart = partOfType(relations, 'styles')
    const formats =
      stylesPart !== undefined && archive.has(stylesPart)
        ? await readCellFormats(archive, stylesPart, limits)
        : []
    const workbook = new OpenedWorkbook(archive, options, part, relations, formats)
    if (workbook.#parts.size === 0) throw new AppError('no_sheet')
    return workbook
  }

  read(sheet: Sheet, options: ReadSheetOptions = {}): SheetReading {
    const part = this.#parts.get(sheet)
    if (part === undefined) throw noSheet(this.sheets, sheet.name, this.#options.fileName)
    const context: CellContext = { ...this.#part, table: this.#table, formats: this.#formats }
    const scanner = new SheetScanner(context, {
      ...this.#options,
      maxLength: this.#options.limits.sheetLength,
    })
    let isWalked = false
    return {
      batches: () => {
        if (isWalked) throw new Error('The batches of a reading can be walked once.')
        isWalked = true
        return this.#readRows(part, scanner, options)
      },
      get notes() {
        return scanner.notes.all
      },
    }
  }

  async close(): Promise<void> {
    this.#table.close()
    await this.#archive.close()
  }

  async *#readRows(
    part: string,
    scanner: SheetScanner,
    options: ReadSheetOptions,
  ): AsyncGenerator<readonly SheetRow[]> {
    const { limits, fileName } = this.#options
    try {
      this.#texts ??= this.#readTexts()
      await this.#texts
      const bytes = this.#archive.read(part, { ...options, maxBytes: limits.sheetBytes })
      const turns = new Turns()
      for await (const piece of decodeXml(bytes)) {
        for (const batch of scanner.write(piece)) {
          yield batch
          await turns.giveWay()
        }
      }
      const last = scanner.end()
      if (last.length > 0) yield last
    } catch (error) {
      throw withFileName(error, fileName)
    }
  }

  async #readTexts(): Promise<void> {
    const { limits, maxCellLength } = this.#options
    const part = this.#textsPart
    if (part === undefined || !this.#archive.has(part)) return
    await readSharedTexts(this.#archive, part, this.#table, maxCellLength, { maxBytes: limits.textsBytes })
  }
}
