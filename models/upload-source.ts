import type {
  AssignedColumn,
  FieldRule,
  HeaderMapping,
  IdentityReading,
} from '../src/customers/fields/index.ts'

export interface SlackSource {
  kind: 'slack'
  team: string
  channel: string
  user: string
  file_id: string
  /**
   * Address of the file, in uploads of older versions. Never shown, because posting a link to a file can
   * share the file again.
   */
  permalink?: string
  /** Address of the message that shared the file, once Slack has reported it. */
  message_link?: string
  /** `ts` of the message that shared the file; replies are posted in its thread. */
  thread?: string
  /** The file came through a modal: Slack stores it, but no message shares it. */
  unshared?: true
  /** For an unused file from a modal: true once Slack deleted it. */
  file_deleted?: boolean
}

interface CliSource {
  kind: 'cli'
  /** Host name of the machine that has the path. */
  host: string
  path: string
  user: string
  /** The phone column given on the command line, by heading or by position from 1. */
  phone_column?: string
  /** The encoding given on the command line: an iconv-lite name. */
  encoding?: string
  /** The sheet given on the command line, by name or by tab position from 1. */
  sheet?: string
  /** Targets of single columns given on the command line. */
  columns?: CliColumn[]
  /** Import the file even if the guard would hold it. */
  anyway?: true
}

export type UploadSource = SlackSource | CliSource

export interface UploadFile {
  name: string
  bytes?: number
  sha256?: string
  /** For text files. */
  encoding?: string
  delimiter?: string
  /** For workbooks: the imported sheet. */
  sheet?: UploadSheet
  /** Number of line ends in a text file. */
  lines?: number
  header?: string[]
  /**
   * Equal for files with the same headings, in every version of the program; absent if there are no headings.
   */
  headings?: string
  mapping?: HeaderMapping
  /** The words its rows are read with; absent in uploads of older versions. */
  read_with?: ReadingWords
  /** How an earlier file with these headings was read, if no row of this file shows a difference. */
  earlier_reading?: EarlierReading
  /** The phone column a person chose, if a question was asked. */
  phone_column?: ChosenColumn
  /** The targets a person chose for single columns. */
  columns?: ChosenColumns
  /**
   * The first cells of each column, shown to the person who corrects columns; absent in uploads of older
   * versions.
   */
  sample?: ColumnSample[]
  /** The encoding a person chose, if the bytes prove none. */
  chosen_encoding?: ChosenEncoding
}

/** Settings that change how cells are read. A run that continues the upload reads the rest with the same. */
export interface ReadingWords {
  /** CLEAR_WORD. */
  clear_word: string
  /** BLANK_WORDS, if any. */
  blank_words?: string[]
  /** DUMMY_PHONES, if any. */
  dummy_phones?: string[]
}

/**
 * An encoding that a person chose, for this file or for an earlier one of the same sender with the same
 * header.
 */
export interface ChosenEncoding {
  /** iconv-lite name. */
  name: string
  by: string
  at: Date
  /** The earlier upload the encoding was chosen for; absent if chosen for this one. */
  upload?: number
}

/** Column targets that a person chose, for this file or for an earlier one with the same header. */
export interface ChosenColumns {
  columns: AssignedColumn[]
  by: string
  at: Date
  /** The earlier upload they were chosen for; absent if chosen for this one. */
  upload?: number
}

/** The first non-blank cells of a column. */
export interface ColumnSample {
  index: number
  cells: { line: number; text: string }[]
}

/** A column given on the command line, by heading or by position from 1. */
export interface CliColumn {
  heading: string
  target?: 'phone' | 'field' | 'attribute' | 'ignored'
  /** For the target `field`. */
  field?: string
  rule?: FieldRule
}

/** How an upload read its phones and their countries. */
export interface EarlierReading extends IdentityReading {
  upload: number
}

/** A column that a person chose, for this file or for an earlier one with the same header. */
export interface ChosenColumn {
  /** The heading as written; empty if the file has none. */
  header: string
  /** Index from 0. */
  index: number
  by: string
  at: Date
  /** The earlier upload it was chosen for; absent if chosen for this one. */
  upload?: number
  /** If a whole reading was chosen: all its columns, and the region if the readings differed in it. */
  reading?: ChosenReading
}

export type ChosenReading = Pick<IdentityReading, 'phones' | 'regions' | 'labels'> &
  Partial<Pick<IdentityReading, 'region'>>

/** A sheet of a workbook. */
export interface UploadSheet {
  name: string
  /** Tab position from 1; hidden tabs count. */
  position: number
  /** Names of other sheets with rows. */
  left_out?: string[]
  /** If a person had to choose. */
  chosen?: { by: string; at: Date; upload?: number }
}
