import type { CsvDialect, CsvFile } from '../csv/index.ts'

/** A sheet of a workbook. */
export interface ListPlace {
  readonly name: string
  /** Tab position from 1; hidden tabs count. */
  readonly position: number
}

/**
 * How a list was read. Fields of one kind are absent in the other: a sheet has neither encoding nor
 * delimiter.
 */
type ListDialect = CsvDialect | { readonly sheet: ListPlace }

/** An open list. For a sheet, `line` is Excel's row number. */
export interface ListFile extends Omit<CsvFile, 'dialect'> {
  readonly dialect: ListDialect
}

export interface OpenListOptions {
  /** Called with the number of bytes read so far. */
  readonly onBytes?: ((total: number) => void) | undefined
  /** The first row is data. See `CsvOptions.headerless`. */
  readonly headerless?: boolean
  /** The encoding of bytes that prove none, an iconv-lite name. See `ListSource.readings`. */
  readonly encoding?: string | undefined
  /**
   * How an earlier run read a text: the separator, and the encoding of bytes that are not Unicode. Not
   * detected again.
   */
  readonly stated?: { readonly encoding?: string; readonly delimiter?: string } | undefined
}

/** One list in a file; it can be opened repeatedly from its start. */
export interface List {
  /** Undefined if the file itself is the list. */
  readonly place: ListPlace | undefined
  /** Hidden lists are read only if no other has rows. */
  readonly isHidden: boolean
  /** True for the sheet that Excel shows first. */
  readonly isActive: boolean
  /** An upper bound of its rows; the row limit is checked by reading only if it is lower. */
  readonly maxRows: number
  /** @throws AppError errors of the list; file_empty and no_rows if it is empty */
  open(options?: OpenListOptions): Promise<ListFile>
}
