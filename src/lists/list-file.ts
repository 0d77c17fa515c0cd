import type { CsvDialect, CsvFile } from '../csv/index.ts'

/** A sheet of a workbook, as its file names it. */
export interface ListPlace {
  readonly name: string
  /** The place of its tab, from 1, hidden ones counted. */
  readonly position: number
}

/** How a list was read. The fields of one kind are absent in the other: a sheet has neither encoding nor delimiter. */
export type ListDialect = CsvDialect | { readonly sheet: ListPlace }

/** A list that is open. What `CsvFile` says of lines holds for the rows of a sheet: `line` is Excel's row number. */
export interface ListFile extends Omit<CsvFile, 'dialect'> {
  readonly dialect: ListDialect
}

export interface OpenListOptions {
  /** Hears how many bytes of the file have been read so far. */
  readonly onBytes?: ((total: number) => void) | undefined
  /** The first row is data. See `CsvOptions.headerless`. */
  readonly headerless?: boolean
  /** The encoding of bytes that prove none, an iconv-lite name. See `ListSource.readings`. */
  readonly encoding?: string | undefined
  /** How an earlier run read a text: the separator, and the encoding of bytes that are not Unicode. Not judged again. */
  readonly stated?: { readonly encoding?: string; readonly delimiter?: string } | undefined
}

/** One list in a file, opened from its beginning as often as its import needs. */
export interface List {
  /** Undefined where the file itself is the list. */
  readonly place: ListPlace | undefined
  /** Hidden lists are read only if no other has rows. */
  readonly isHidden: boolean
  /** True for the list that its program shows first. */
  readonly isActive: boolean
  /** More rows than it can have: only where the limit is lower it has to be proved. */
  readonly maxRows: number
  /** @throws AppError whatever is wrong with the list; file_empty and no_rows where nothing is in it */
  open(options?: OpenListOptions): Promise<ListFile>
}
