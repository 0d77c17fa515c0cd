import type { FieldValue } from '../src/customers/fields/index.ts'
import type { RowProblem } from '../src/row-problems.ts'
import type { UploadCounts } from './outcomes.ts'

/** Why the guard holds a file. `rows` of the first `of` rows are suspicious. */
export type HoldReason =
  /** Rows that cannot be imported. */
  | { kind: 'invalid'; rows: number; of: number }
  /** Known customers whose name would change to one with no word in common. */
  | { kind: 'names'; rows: number; of: number }
  /** Known customers whose amounts would change, in every amount column or because a column moved. */
  | { kind: 'amounts'; rows: number; of: number }
  /** Known customers who would get back values that a later file replaced. */
  | { kind: 'old_values'; rows: number; of: number }
  /** Rows that share a phone but differ in name or loan ID. */
  | { kind: 'shared_phones'; rows: number; of: number }
  /** The same bytes as an earlier file. */
  | { kind: 'identical'; number: number; by: string; at: Date }

/**
 * A held upload waits for a decision, with or without a question: a person in its channel chooses to import
 * or discard.
 */
export interface UploadHold {
  /** Empty if a person asked for a preview. */
  reasons: HoldReason[]
  answer?: {
    by: string
    at: Date
    /** Rows that share a phone but differ are not imported; they go to the CSV of rows to correct. */
    shared_phones?: 'to_correct'
  }
}

/** The changes of one field, in numbers of updated customers. */
export interface FieldPreview {
  /** Path in the customer document. */
  field: string
  customers: number
  examples: { line: number; from: FieldValue | null; to: FieldValue | null }[]
}

/** What an import would do, computed without writes. */
export interface UploadPreview {
  counts: UploadCounts
  fields: FieldPreview[]
  problems: { line: number; problem: Omit<RowProblem, 'line'> }[]
  /** Absent if there are none. */
  shared_phones?: SharedPhones
  /**
   * Rows that would become their own customers, although another customer has their phone as a second one.
   */
  second_phones?: SecondPhones
  /** Rows that would be matched to a customer by a second phone. */
  matched_phones?: SecondPhones
  /** Sentences about dummy numbers. */
  dummies?: string[]
  /** Sentences about values that a rule keeps from being written. */
  kept?: string[]
  /** SHA-256 of what every row was read as; absent in previews of older versions. */
  reading?: string
  at: Date
}

/** Rows of one file that share a phone with an earlier row but differ from it in name or loan ID. */
export interface SharedPhones {
  rows: number
  /** The first of these rows, with both values. */
  examples: {
    line: number
    fields: { field: string; earlier: number; from: FieldValue | null; to: FieldValue | null }[]
  }[]
}

/** Rows of a file whose phone is a second phone of other customers. */
export interface SecondPhones {
  rows: number
  /** The first of these rows, with the row's record and the other records. */
  examples: { line: number; phone: string; name?: string; others: NamedPhone[] }[]
}

/** A record as a receipt shows it. */
export interface NamedPhone {
  phone: string
  name?: string
}

/** An earlier upload of the same bytes. */
export interface SameFile {
  number: number
  by: string
  at: Date
}

/** Customers to whom another person gave different values within a day. */
export interface UploadCollisions {
  customers: number
  examples: { line: number; fields: string[]; number: number; by: string }[]
}
