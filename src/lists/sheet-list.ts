import type { CsvLimits } from '../csv/index.ts'
import type { Sheet, Workbook } from '../xlsx/index.ts'
import type { List } from './list-file.ts'
import { SheetFile } from './sheet-file.ts'

interface SheetFileOptions {
  readonly limits: CsvLimits
  /** Rows per batch. */
  readonly batchSize: number
  /** Bytes of the whole file; progress is a share of them. */
  readonly bytes: number
  /** The file's name in sentences. */
  readonly fileName: string
}

/** Excel's limit of rows (its page "specifications and limits"). */
const MAX_SHEET_ROWS = 1_048_576
/** Bytes of the shortest row with content: `<row><c><v>1</v></c></row>`. */
const MIN_ROW_BYTES = 27

/** A worksheet as a list. */
export function sheetList(workbook: Workbook, sheet: Sheet, options: SheetFileOptions): List {
  const { name, position, isActive, visibility, packedBytes, unpackedBytes } = sheet
  const { limits, batchSize, bytes, fileName } = options
  return {
    place: { name, position },
    isHidden: visibility !== 'visible',
    isActive,
    maxRows: Math.min(MAX_SHEET_ROWS, Math.floor(unpackedBytes / MIN_ROW_BYTES)),
    async open({ onBytes, headerless = false } = {}) {
      const share = bytes / Math.max(1, packedBytes)
      const onPackedBytes =
        onBytes && ((total: number) => onBytes(Math.min(bytes, Math.round(total * share))))
      const reading = workbook.read(sheet, onPackedBytes ? { onPackedBytes } : {})
      const place = { name, position }
      return await SheetFile.open(reading, { place, limits, batchSize, fileName, headerless })
    },
  }
}
