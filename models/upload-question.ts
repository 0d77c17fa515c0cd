import type { IdentityReading } from '../src/customers/fields/index.ts'
import type { ChosenColumn } from './upload-source.ts'

/** The question of a held upload: a person in its channel chooses how its bytes are read. */
export interface EncodingQuestion {
  kind: 'encoding'
  /**
   * The likeliest readings. `header` is an iconv-lite name; `examples` are the `lines` decoded with it. The
   * answer deletes the examples.
   */
  candidates: { index: number; header: string; examples: string[] }[]
  /** Numbers of the lines shown. */
  lines: number[]
  /** Equal for files of the same sender with the same headings; absent if there are no headings. */
  fingerprint?: string
  answer?: { index: number; by: string; at: Date }
}

/** The question of a held upload: a person in its channel chooses the sheet of the workbook. */
export interface SheetQuestion {
  kind: 'sheet'
  /** Sheets with rows; the sheet Excel shows first comes first. `index` is the tab position from 1. */
  candidates: { index: number; header: string; examples: string[] }[]
  /** Equal for workbooks with the same sheets and headings. */
  fingerprint: string
  answer?: { index: number; by: string; at: Date }
}

/**
 * The question of a held upload: an earlier file with its headings was read with another phone column or
 * country. A person in its channel chooses the reading.
 */
export interface ReadingQuestion {
  kind: 'reading'
  candidates: ReadingCandidate[]
  /** Line numbers of the examples. */
  lines: number[]
  /** Number of first rows used to look up customers. */
  rows: number
  /** Number of the upload with the earlier reading. */
  before: number
  /** Equal for files with the same header; absent if there is none. */
  fingerprint?: string
  answer?: { index: number; by: string; at: Date }
}

/** One of two readings of a file. */
export interface ReadingCandidate {
  /** 0: the earlier reading. 1: the reading of this version. */
  index: number
  /** The heading of its first phone column. */
  header: string
  /** The phone of each line; empty if the line gives none. The answer deletes them. */
  examples: string[]
  reading: IdentityReading
  /** Number of stored customers with the phones of these rows. */
  known: number
}

/** The question of a held upload: a person in its channel chooses the phone column. */
export interface PhoneColumnQuestion {
  kind: 'phone_column'
  /** Non-blank columns, the likeliest first. The answer deletes the examples. */
  candidates: { index: number; header: string; examples: string[] }[]
  /** The file has no header: its first line is a row. */
  is_headerless: boolean
  /** No cell of the first rows is a phone. */
  is_phoneless: boolean
  /** Equal for files with the same header; absent if there is none. */
  fingerprint?: string
  /** Quoted names of columns with different phones whose headings are equivalent. */
  equal?: string[]
  /** The column chosen for such a file in another channel, by its position. */
  suggested?: Omit<ChosenColumn, 'header' | 'reading'>
  /** The column used for an earlier file with these headings. */
  before?: { index: number; upload: number }
  answer?: { index: number; by: string; at: Date }
}
