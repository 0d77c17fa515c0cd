import type { RowProblem } from '../../errors.ts'

/** Types a field can have. Each has one reader from cell to value. */
export const FIELD_TYPES = ['text', 'phone', 'email', 'number', 'money', 'date', 'yes_no'] as const
export type FieldType = (typeof FIELD_TYPES)[number]

/**
 * What a value of a file does to the field of a customer who is there already.
 * - `overwrite`: it takes the place of the value.
 * - `fill_blanks`: it is written only where the field is empty.
 * - `keep`: it is written only by the row that creates the customer.
 */
export const FIELD_RULES = ['overwrite', 'fill_blanks', 'keep'] as const
export type FieldRule = (typeof FIELD_RULES)[number]

/** What a person said a column is for, by its position from 0. What they left as it was is absent. */
export interface AssignedColumn {
  readonly index: number
  /** As in `ColumnMapping`. */
  readonly target?: ColumnMapping['target']
  /** Catalogue field of the target `field`. */
  readonly field?: string
  readonly rule?: FieldRule
}

/** One field of the catalogue. `name` is the key in the database and part of the contract with other systems. */
export interface FieldDefinition {
  readonly name: string
  readonly type: FieldType
  /** What people call it, in receipts and cards. */
  readonly label: string
  /** Headers it is known under, in any case, accent and punctuation. */
  readonly synonyms: readonly string[]
  /**
   * Columns that together make the value where a file has no single one: first and last name, two address lines.
   * Those that are not blank are joined in this order; the value is blank only where all of them are.
   */
  readonly parts?: { readonly separator: string; readonly synonyms: readonly (readonly string[])[] }
  /** A date that lies in the past by its nature: the day somebody was born. */
  readonly isBirth?: boolean
  /** What its values do unless a person chose otherwise; `overwrite` where absent. */
  readonly rule?: FieldRule
  /** Fields that describe one place belong together: a file's home city is never mixed with its office street. */
  readonly group?: 'address'
}

/**
 * A stored value. Dates are calendar days as `YYYY-MM-DD`: a due date has no time zone. Money and numbers are
 * numbers; a phone is E.164; yes/no a boolean; `other_phones` a list.
 */
export type FieldValue = string | number | boolean | readonly string[]

/**
 * What a cell asks for: a value, or `null` where the person wrote the clear word (`#CLEAR`). A blank cell asks for
 * nothing and has no entry at all.
 *
 * Keys are field names of the catalogue, or `attributes.<name>` for a column the catalogue does not know: the path
 * of the value inside the customer document. `<name>` never contains a dot.
 */
export type FieldValues = Readonly<Record<string, FieldValue | null>>

/** A row after reading: exactly one of the three. Whether it creates, updates or repeats is not known here. */
export type ReadRow =
  | { readonly kind: 'blank'; readonly line: number }
  | {
      readonly kind: 'invalid'
      readonly line: number
      readonly problem: RowProblem
      readonly cells: readonly string[]
    }
  | {
      readonly kind: 'customer'
      readonly line: number
      readonly phone: string
      /** As typed; only where it is not the E.164 form. */
      readonly written?: string
      readonly values: FieldValues
      /** Choices made in this row that the receipt counts; absent where there were none. */
      readonly notes?: readonly RowNote[]
      /** The row as written, and the column of its phone; only where a look at the customers can refuse it yet. */
      readonly source?: { readonly cells: readonly string[]; readonly column: string | null }
    }

/**
 * - `phone_from_next_column`: the better phone column was blank or held no phone, so `column` gave the key.
 * - `phone_left_out`: something in `column` beside the key is no phone number and was not kept.
 * - `blank_word`: the cell holds a word for nothing, and so changes nothing. At most one of a row.
 * - `email_left_out`: the cell holds more e-mail addresses than the one that is kept.
 * - `blank_date`: the cell holds a day that programs write for "no date", and so changes nothing.
 * - `date_without_year`: the cell holds a birthday without its year, which is no date.
 * - `date_converted`: the day was written in another calendar.
 * - `damaged_left_out`: a column without a field of its own holds what a spreadsheet broke or shortened.
 * - `kept_by_rule`: the value differs from the stored one, which the rule of the column keeps.
 */
export type RowNoteCode =
  | 'phone_from_next_column'
  | 'phone_left_out'
  | 'email_left_out'
  | 'blank_word'
  | 'blank_date'
  | 'date_without_year'
  | 'date_converted'
  | 'damaged_left_out'
  | 'kept_by_rule'

export interface RowNote {
  readonly code: RowNoteCode
  /** Header as written in the file. */
  readonly column: string
}

/** What became of one column of the file. */
export interface ColumnMapping {
  readonly index: number
  /** As written in the file; empty where it has none. */
  readonly header: string
  /**
   * - `phone`: a candidate for `primary_phone`; several are tried in the order of `rank`.
   * - `field`: goes to the catalogue field `field` (`phone_code` and `country` may also help read a phone).
   * - `attribute`: kept under `attributes.<field>`.
   * - `ignored`: left out, `why` says the reason (our own columns of a failed-rows file, an empty column).
   */
  readonly target: 'phone' | 'field' | 'attribute' | 'ignored'
  readonly field: string
  /** Order in which columns of one field are asked, lowest first: the first that is not blank gives the value. */
  readonly rank?: number
  /** Which of the field's `parts` the column is, counted from 0. */
  readonly part?: number
  /** The column loses nothing where another gives the field its value: it is also kept under `attributes.<this>`. */
  readonly keptAs?: string
  /** Of a phone: false where its numbers belong to several people, so that it gives other phones and never the key. */
  readonly isKey?: false
  /** Kept there only where the field does not hold the value: the surname beside a company's name. */
  readonly keptWhen?: 'missing'
  readonly why?: string
  /**
   * The sample shows whole numbers that a program wrote as decimal ones (`411001.0`), or a spreadsheet with thousands
   * (`4,11,001`): they are kept as digits alone.
   */
  readonly wholeNumbers?: WholeNumberStyle
  /** The sample shows two-letter codes, so that `NA` is one of them. */
  readonly holdsCodes?: boolean
}

/** A column that says how the numbers of a row are dialled where they have no country code of their own. */
export interface RegionColumn {
  readonly index: number
  /** `code`: of a phone, in any form. `country`: of the person. `area`: an area code, which stands before the number. */
  readonly kind: 'code' | 'country' | 'area'
  /** Index of the one phone column it is about; absent where it is about all. */
  readonly phone?: number
}

/** A column that says of one phone column what kind its number is: `Mobile`, `Work Fax`. */
export interface LabelColumn {
  readonly index: number
  /** Index of the phone column. */
  readonly phone: number
}

/** The part of a mapping that decides whose record a row is. Plain data: stored with questions and choices. */
export interface IdentityReading {
  /** Indexes of the phone columns, in the order they are asked. */
  readonly phones: readonly number[]
  readonly regions: readonly RegionColumn[]
  /** Absent where there are none. */
  readonly labels?: readonly LabelColumn[]
  /** ISO 3166 region of numbers whose country no column says. */
  readonly region: string
}

export type WholeNumberStyle = 'decimal_zeros' | 'comma_groups' | 'point_groups'

/** The rule of one value, by its path in the customer document. */
export interface PathRule {
  readonly path: string
  readonly rule: Exclude<FieldRule, 'overwrite'>
}
export type DateCalendar = 'nepali' | 'mixed_nepali'

/** How a file's columns are read. Plain data: stored with the upload so that a resumed run reads the rest the same way. */
export interface HeaderMapping {
  readonly columns: readonly ColumnMapping[]
  /** For each date field (by column index) how its ambiguous dates are read, decided by evidence in the sample. */
  readonly dateOrder: Readonly<Record<string, 'day_first' | 'month_first'>>
  /** For each amount (by column index) what stands before its decimals, where the sample proves it. */
  readonly decimalMark?: Readonly<Record<string, 'point' | 'comma'>>
  /** What decides about numbers without a country code, the first that is filled; absent in files read before. */
  readonly regions?: readonly RegionColumn[]
  /** What tells which phone of a row is asked first; absent where there are none, and in mappings of earlier versions. */
  readonly labels?: readonly LabelColumn[]
  /** ISO 3166 region of numbers whose country no column says; absent in mappings of earlier versions. */
  readonly region?: string
  /** Date columns (by index) of another calendar; `mixed_nepali` where some cells can only be of ours, so that none is sure. */
  readonly calendars?: Readonly<Record<string, DateCalendar>>
  /**
   * How wide the rows are: a filled cell behind `columns` has slipped there, and a row with more cells than `width` has
   * slipped somewhere, also where they are blank. Absent in mappings of earlier versions.
   */
  readonly shape?: { readonly columns: number; readonly width?: number }
  /** The file has no header: its first line is a row like the others and is to be read as one. */
  readonly isHeaderRow?: boolean
  /** Fields whose values do not simply overwrite; absent where all do, as in mappings of earlier versions. */
  readonly rules?: readonly PathRule[]
  /** Sentences for the receipt about choices made: two phone columns, an ambiguous date, a repeated header. */
  readonly notes: readonly string[]
}
