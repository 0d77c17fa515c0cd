const MEBIBYTE = 1024 * 1024
const GIBIBYTE = 1024 * MEBIBYTE

/**
 * Bounds on what an archive may unpack to. Real workbooks stay far below; archives made to exhaust a reader
 * do not.
 */
export interface ArchiveLimits {
  readonly entries: number
  /** Bytes of all names, extra fields and comments together. */
  readonly directoryBytes: number
  /** Unpacked bytes of one worksheet. */
  readonly sheetBytes: number
  /** Characters of all cells of one worksheet: many cells may refer to one long text. */
  readonly sheetLength: number
  /** Unpacked bytes of the shared string table. */
  readonly textsBytes: number
  /** Unpacked bytes of any other part. */
  readonly partBytes: number
  /** Unpacked bytes per packed byte, checked after `ratioFromBytes` unpacked bytes. */
  readonly ratio: number
  readonly ratioFromBytes: number
  readonly sheets: number
  readonly relations: number
  /** Cell formats. Excel allows 65,490. */
  readonly formats: number
}

export const ARCHIVE_LIMITS: ArchiveLimits = {
  entries: 5000,
  directoryBytes: 4 * MEBIBYTE,
  sheetBytes: 4 * GIBIBYTE,
  sheetLength: 2 * GIBIBYTE,
  textsBytes: 2 * GIBIBYTE,
  partBytes: 64 * MEBIBYTE,
  ratio: 150,
  ratioFromBytes: 64 * MEBIBYTE,
  sheets: 1000,
  relations: 10_000,
  formats: 70_000,
}

/** Excel's own limits (its page "Excel specifications and limits"). */
export const EXCEL_ROWS = 1_048_576
export const EXCEL_COLUMNS = 16_384
/** Characters of one cell, in UTF-16 units. */
export const EXCEL_CELL_LENGTH = 32_767

/** Characters of all cells of one row, as for a CSV record. */
export const ROW_LENGTH = 4 * MEBIBYTE
