import type { RowProblem } from '../errors.ts'

/** The bytes of a file as they arrive. Chunks may be cut anywhere, also inside a character. */
export type ByteSource = AsyncIterable<Uint8Array>

/** What a file may not exceed. Each is answered in words when it is. */
export interface CsvLimits {
  /** Bytes of the whole file. */
  readonly maxBytes: number
  /** Data rows, the header not counted. */
  readonly maxRows: number
  readonly maxColumns: number
  /** Characters of one cell. A longer one makes its row invalid (`cell_too_long`); the file goes on. */
  readonly maxCellLength: number
}

export interface CsvOptions {
  readonly limits: CsvLimits
  /** Rows handed over at once; also the most that is held in memory. */
  readonly batchSize: number
  /** Name the person knows the file by, for sentences. */
  readonly fileName?: string
  /** Encoding of bytes that are not Unicode, an iconv-lite name. Without it their encoding is judged. */
  readonly fallbackEncoding?: string
  /** Where the list is from (ISO 3166): its languages help to judge an encoding. */
  readonly region?: string
  /** Say instead of finding out. `encoding` is an iconv-lite name, `delimiter` one character. */
  readonly encoding?: string
  readonly delimiter?: string
  /**
   * The file has no header: its first line is data too. `header` then holds an empty name per column and
   * `headerLine` is 0. See `CsvFile.looksHeaderless`.
   */
  readonly headerless?: boolean
}

/**
 * One data row. `cells` are exactly what stood between the separators, quotes resolved, nothing trimmed. There are
 * fewer than header columns where the line is short, and more where it is long. A cell of a row with a `problem` is
 * cut one character behind `maxCellLength`.
 *
 * A cell may be a slice that keeps some 64 KB of the file's text alive: who keeps one for longer than its batch
 * keeps a copy.
 */
export interface CsvRow {
  /** The line a text editor shows for the row's first character; the first line of the file is 1. */
  readonly line: number
  readonly cells: readonly string[]
  /** Set when the row cannot be used for a reason of form (unbalanced quote, cell too long, too many cells). */
  readonly problem?: RowProblem
}

/** How the file was found to be written. */
export interface CsvDialect {
  /**
   * iconv-lite name: `utf-8`, `utf-16le`, `utf-16be`, `windows-1252`, … A file whose first letter outside ASCII comes
   * late can turn out to be other than `utf-8`: final once `batches` has ended.
   */
  readonly encoding: string
  readonly delimiter: ',' | ';' | '\t' | '|' | '^' | '~' | '¦' | ':' | '，' | '；' | '؛' | '،'
}

/** A file opened: its form is known, its first rows are in `sample`, the rest is read as it is asked for. */
export interface CsvFile {
  readonly dialect: CsvDialect
  /** Header cells as written; empty where the file has none for a column. */
  readonly header: readonly string[]
  readonly headerLine: number
  /**
   * The first line is evidently data (it has a number, a phone or an e-mail address where the other lines have one).
   * It was taken for the header all the same; open the file with `headerless` to have it as a row.
   */
  readonly looksHeaderless: boolean
  /** The first rows (at most 200), for judging what the columns hold. They come again in `batches`. */
  readonly sample: readonly CsvRow[]
  /** Things worth saying in the receipt: a skipped title line, a guessed encoding. Complete once `batches` has ended. */
  readonly notes: readonly string[]
  /**
   * Every data row in order, in arrays of at most `batchSize` (fewer where rows are so long that they would weigh on
   * memory). Can be walked once. A row whose cells are all empty
   * is handed over like any other; wholly empty lines after the last row belong to no row and are left out.
   * A limit that only the end of the file can tell is answered when it is met, after earlier batches were handed over.
   * @throws AppError too_many_rows, file_too_large, or whatever the byte source throws
   */
  batches(): AsyncIterable<readonly CsvRow[]>
  /**
   * Stops reading and lets go of the source, at any moment. A walk of `batches` under way ends without another row.
   */
  close(): Promise<void>
}
