import type { RowProblem } from '../row-problems.ts'

/** The bytes of a file as they arrive. Chunks may be cut anywhere, also inside a character. */
export type ByteSource = AsyncIterable<Uint8Array>

/** Limits of a file; exceeding one is an error with a message. */
export interface CsvLimits {
  /** Bytes of the whole file. */
  readonly maxBytes: number
  /** Data rows, without the header. */
  readonly maxRows: number
  readonly maxColumns: number
  /** Characters per cell. A longer one makes its row invalid (`cell_too_long`). */
  readonly maxCellLength: number
}

export interface CsvOptions {
  readonly limits: CsvLimits
  /** Rows per batch, which is also the maximum in memory. */
  readonly batchSize: number
  /** The file's name in sentences. */
  readonly fileName?: string
  /** Encoding of bytes that are not Unicode, an iconv-lite name. By default it is detected. */
  readonly fallbackEncoding?: string
  /** Region of the list (ISO 3166): its languages help to detect an encoding. */
  readonly region?: string
  /** Given values instead of detection. `encoding` is an iconv-lite name, `delimiter` one character. */
  readonly encoding?: string
  readonly delimiter?: string
  /**
   * The file has no header: its first line is data. `header` then holds an empty name per column, and
   * `headerLine` is 0. See `CsvFile.looksHeaderless`.
   */
  readonly headerless?: boolean
}

/**
 * One data row. `cells` are exactly the text between separators, with quotes resolved and nothing trimmed. A
 * short line has fewer cells than the header, a long one more. In a row with a `problem`, cells are cut one
 * character after `maxCellLength`.
 *
 * A cell may be a slice that keeps some 64 KB of the file's text in memory: copy a cell that is kept longer
 * than its batch.
 */
export interface CsvRow {
  /** The line number of the row's first character in a text editor, from 1. */
  readonly line: number
  readonly cells: readonly string[]
  /** Set if the row's form is invalid (unbalanced quote, cell too long, too many cells). */
  readonly problem?: RowProblem
}

/** The detected dialect of a file. */
export interface CsvDialect {
  /**
   * iconv-lite name: `utf-8`, `utf-16le`, `utf-16be`, `windows-1252`, … It is final when `batches` has ended,
   * because a file's first letter outside ASCII may come late.
   */
  readonly encoding: string
  readonly delimiter: ',' | ';' | '\t' | '|' | '^' | '~' | '¦' | ':' | '，' | '；' | '؛' | '،'
}

/** An opened file: its dialect is known, `sample` has its first rows, and the rest is read on demand. */
export interface CsvFile {
  readonly dialect: CsvDialect
  /** Header cells as written; empty if a column has none. */
  readonly header: readonly string[]
  readonly headerLine: number
  /**
   * True if the first line is evidently data (a number, a phone or an e-mail address as in the other lines).
   * It still counts as the header; open the file with `headerless` to get it as a row.
   */
  readonly looksHeaderless: boolean
  /** The first rows (at most 200), for deciding what the columns hold. `batches` yields them again. */
  readonly sample: readonly CsvRow[]
  /**
   * Sentences for the receipt, such as a skipped title line or a guessed encoding. Complete after `batches`
   * has ended.
   */
  readonly notes: readonly string[]
  /**
   * Every data row in order, in arrays of at most `batchSize`, fewer if rows are long. Can be iterated once.
   * A row of blank cells is a row; empty lines after the last row are not. A limit that only the end of the
   * file shows is an error after earlier batches.
   * @throws AppError too_many_rows, file_too_large; errors of the byte source
   */
  batches(): AsyncIterable<readonly CsvRow[]>
  /**
   * Stops reading and releases the source, at any time. A running iteration of `batches` ends without another
   * row.
   */
  close(): Promise<void>
}
