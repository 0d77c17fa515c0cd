import type { FieldValue } from '../src/customers/fields/index.ts'
import type { RowProblem } from '../src/errors.ts'
import type { UploadCounts } from './outcomes.ts'

/** Why a file looks like the wrong one. `rows` of `of` at its beginning. */
export type HoldReason =
  /** Rows that cannot be used. */
  | { kind: 'invalid'; rows: number; of: number }
  /** Known customers who would get a name that has no word in common with theirs. */
  | { kind: 'names'; rows: number; of: number }
  /** Known customers whose amounts would become others, in every column of amounts or by a column that has moved. */
  | { kind: 'amounts'; rows: number; of: number }
  /** Known customers who would get back values that a later file has replaced. */
  | { kind: 'old_values'; rows: number; of: number }
  /** Rows that share a phone but differ in name or loan ID. */
  | { kind: 'shared_phones'; rows: number; of: number }
  /** Byte for byte an earlier file. */
  | { kind: 'identical'; number: number; by: string; at: Date }

/** What a held upload waits for, beside a question: somebody in its channel has to say "import" or "discard". */
export interface UploadHold {
  /** Empty where somebody asked for a preview. */
  reasons: HoldReason[]
  answer?: {
    by: string
    at: Date
    /** Rows that share a phone but differ are not imported: they go among the rows to correct. */
    shared_phones?: 'to_correct'
  }
}

/** What changes in one field, over the customers that are updated. */
export interface FieldPreview {
  /** Path in the customer document. */
  field: string
  customers: number
  examples: { line: number; from: FieldValue | null; to: FieldValue | null }[]
}

/** What an import would do, found out without a write. */
export interface UploadPreview {
  counts: UploadCounts
  fields: FieldPreview[]
  problems: { line: number; problem: Omit<RowProblem, 'line'> }[]
  /** Absent where there are none. */
  shared_phones?: SharedPhones
  /** Rows that would be customers of their own, though another customer has their phone. */
  second_phones?: SecondPhones
  /** Rows that would go to the customer who has their phone as a second one. */
  matched_phones?: SecondPhones
  /** Sentences about dummy numbers. */
  dummies?: string[]
  /** Sentences about values that would not be written because of a rule. */
  kept?: string[]
  at: Date
}

/** Rows of one file that share a phone with an earlier row but differ from it in name or loan ID. */
export interface SharedPhones {
  rows: number
  /** The first of them, with both values. */
  examples: {
    line: number
    fields: { field: string; earlier: number; from: FieldValue | null; to: FieldValue | null }[]
  }[]
}

/** Rows of a file whose phone is a second phone of other customers. */
export interface SecondPhones {
  rows: number
  /** The first of them, with both records: that of the row, and the others. */
  examples: { line: number; phone: string; name?: string; others: NamedPhone[] }[]
}

/** A record, as a receipt names it. */
export interface NamedPhone {
  phone: string
  name?: string
}

/** An earlier upload of the very same bytes. */
export interface SameFile {
  number: number
  by: string
  at: Date
}

/** Customers to whom somebody else gave other values within a day. */
export interface UploadCollisions {
  customers: number
  examples: { line: number; fields: string[]; number: number; by: string }[]
}
