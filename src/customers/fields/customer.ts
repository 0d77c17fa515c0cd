import type { RowProblem } from '../../row-problems.ts'

/** The types of fields. Each has one reader from cell to value. */
export const FIELD_TYPES = ['text', 'phone', 'email', 'number', 'money', 'date', 'yes_no'] as const
export type FieldType = (typeof FIELD_TYPES)[number]

/**
 * What a file's value does to an existing customer's field.
 * - `overwrite`: it replaces the value.
 * - `fill_blanks`: it is written only if the field is blank.
 * - `keep`: it is written only by the row that creates the customer.
 */
export const FIELD_RULES = ['overwrite', 'fill_blanks', 'keep'] as const
export type FieldRule = (typeof FIELD_RULES)[number]

/** A person's choices for one column, by index from 0. Unchanged parts are absent. */
export interface AssignedColumn {
  readonly index: number
  /** As in `ColumnMapping`. */
  readonly target?: ColumnMapping['target']
  /** Catalogue field for the target `field`. */
  readonly field?: string
  readonly rule?: FieldRule
}

/** A catalogue field. `name` is the key in the database and part of the contract with other systems. */
export interface FieldDefinition {
  readonly name: string
  readonly type: FieldType
  /** Its name in receipts and cards. */
  readonly label: string
  /** Its headers, in any case, accent and punctuation. */
  readonly synonyms: readonly string[]
  /**
   * Columns that together form the value if a file has no single one: first and last name, two address lines.
   * Non-blank parts are joined in this order; the value is blank only if all parts are.
   */
  readonly parts?: { readonly separator: string; readonly synonyms: readonly (readonly string[])[] }
  /** A date in the past by its nature: a birthday. */
  readonly isBirth?: boolean
  /** The rule of its values by default; absent: `overwrite`. */
  readonly rule?: FieldRule
  /** Fields of one place belong together: a home city is never mixed with an office street. */
  readonly group?: 'address'
}

/**
 * A stored value. Dates are calendar days `YYYY-MM-DD`, without a time zone. Money and numbers are numbers; a
 * phone is E.164; yes/no a boolean; `other_phones` a list.
 */
export type FieldValue = string | number | boolean | readonly string[]

/**
 * The values a row requests: a value, or `null` for the clear word (`#CLEAR`). A blank cell has no entry.
 *
 * Keys are catalogue fields, or `attributes.<name>` for other columns: the value's path in the customer
 * document. `<name>` never contains a dot.
 */
export type FieldValues = Readonly<Record<string, FieldValue | null>>

/**
 * A row after reading: blank, invalid or customer. The reader does not know whether it creates, updates or
 * repeats a customer.
 */
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
      /** As typed; only if it is not E.164. */
      readonly written?: string
      readonly values: FieldValues
      /** Choices made in this row that the receipt counts; absent if none. */
      readonly notes?: readonly RowNote[]
      /**
       * The row as written, and its phone's column; only if the stored customers can still make it invalid.
       */
      readonly source?: { readonly cells: readonly string[]; readonly column: string | null }
    }

/**
 * - `phone_from_next_column`: the better phone column was blank or held no phone, so `column` gave the key.
 * - `phone_left_out`: something in `column` beside the key is no phone and was left out.
 * - `blank_word`: the cell holds a blank word and changes nothing. At most one per row.
 * - `email_left_out`: the cell holds more e-mail addresses than the one that is kept.
 * - `blank_date`: the cell holds a date that programs write for "no date", and changes nothing.
 * - `date_without_year`: the cell holds a birthday without a year, which is no date.
 * - `date_converted`: the date was written in another calendar.
 * - `damaged_left_out`: a column without a field holds a value that a spreadsheet broke or shortened.
 * - `masked`: the value has stars or crosses in place of characters, and is stored as written.
 * - `letter_lost`: a question mark inside a word, as programs write for a letter they do not have.
 * - `kept_by_rule`: the column's rule keeps the stored value, which differs.
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
  | 'masked'
  | 'letter_lost'
  | 'kept_by_rule'

export interface RowNote {
  readonly code: RowNoteCode
  /** Header as written in the file. */
  readonly column: string
}

/** The role of one column of the file. */
export interface ColumnMapping {
  readonly index: number
  /** As written in the file; empty if it has none. */
  readonly header: string
  /**
   * - `phone`: a candidate for `primary_phone`; several are tried in `rank` order.
   * - `field`: stored in the catalogue field `field` (`phone_code` and `country` may also help to read a
   *   phone).
   * - `attribute`: stored under `attributes.<field>`.
   * - `ignored`: left out for the reason in `why` (the bot's columns of a CSV of failed rows, an empty
   *   column).
   */
  readonly target: 'phone' | 'field' | 'attribute' | 'ignored'
  readonly field: string
  /** Precedence among columns of one field, lowest first: the first non-blank one gives the value. */
  readonly rank?: number
  /** Index among the field's `parts`. */
  readonly part?: number
  /**
   * The column's own value is also stored under `attributes.<this>` if another column gives the field its
   * value.
   */
  readonly keptAs?: string
  /**
   * For a phone: false if its numbers belong to several people; it then gives other phones and never the key.
   */
  readonly isKey?: false
  /** Stored there only if the field does not contain the value: the surname beside a company's name. */
  readonly keptWhen?: 'missing'
  readonly why?: string
  /**
   * The sample shows whole numbers that a program wrote as decimals (`411001.0`), or a spreadsheet with
   * thousands (`4,11,001`): only their digits are kept.
   */
  readonly wholeNumbers?: WholeNumberStyle
  /** The sample shows two-letter codes, so `NA` is a code. */
  readonly holdsCodes?: boolean
  /** The sample shows digits in nearly every cell, so that a cell without any has slipped into the column. */
  readonly holdsDigits?: boolean
  /** The sample shows identifiers without spaces: a cell such as `Dec-05` is a date that a spreadsheet made. */
  readonly holdsIdentifiers?: boolean
}

/** A column with the country or area of a row's numbers that have no country code. */
export interface RegionColumn {
  readonly index: number
  /** `code`: of a phone, in any form. `country`: of the person. `area`: an area code before the number. */
  readonly kind: 'code' | 'country' | 'area'
  /** Index of its phone column; absent if it applies to all. */
  readonly phone?: number
}

/** A column with the kind of one phone column's number: `Mobile`, `Work Fax`. */
export interface LabelColumn {
  readonly index: number
  /** Index of the phone column. */
  readonly phone: number
}

/** The part of a mapping that identifies a row's customer. Plain data: stored with questions and choices. */
export interface IdentityReading {
  /** Indexes of the phone columns, in order of precedence. */
  readonly phones: readonly number[]
  readonly regions: readonly RegionColumn[]
  /** Absent if there are none. */
  readonly labels?: readonly LabelColumn[]
  /** ISO 3166 region of numbers whose country no column gives. */
  readonly region: string
}

export type WholeNumberStyle = 'decimal_zeros' | 'comma_groups' | 'point_groups'

/** The rule of one value, by its path in the customer document. */
export interface PathRule {
  readonly path: string
  readonly rule: Exclude<FieldRule, 'overwrite'>
}
export type DateCalendar = 'nepali' | 'mixed_nepali'

/**
 * How a file's columns are read. Plain data: stored with the upload so that a resumed run reads the rest the
 * same way.
 */
export interface HeaderMapping {
  readonly columns: readonly ColumnMapping[]
  /** For each date field (by column index), how its ambiguous dates are read, from evidence in the sample. */
  readonly dateOrder: Readonly<Record<string, 'day_first' | 'month_first'>>
  /** For each amount (by column index), its decimal mark, if the sample proves it. */
  readonly decimalMark?: Readonly<Record<string, 'point' | 'comma'>>
  /**
   * The columns that give the country of numbers without a country code, the first non-blank one counts;
   * absent in older mappings.
   */
  readonly regions?: readonly RegionColumn[]
  /** The columns that order a row's phones; absent if none, and in older mappings. */
  readonly labels?: readonly LabelColumn[]
  /** ISO 3166 region of numbers whose country no column gives; absent in older mappings. */
  readonly region?: string
  /**
   * Date columns (by index) of another calendar; `mixed_nepali` if some cells can only be Gregorian, so that
   * none is certain.
   */
  readonly calendars?: Readonly<Record<string, DateCalendar>>
  /**
   * The width of rows: a non-blank cell after `columns` has slipped, and in a row with more cells than
   * `width` some cell has slipped, even if the last ones are blank. Absent in older mappings.
   */
  readonly shape?: { readonly columns: number; readonly width?: number }
  /** The file has no header: its first line is a row. */
  readonly isHeaderRow?: boolean
  /** Fields whose values do not simply overwrite; absent if all do, as in older mappings. */
  readonly rules?: readonly PathRule[]
  /** Sentences for the receipt about choices: two phone columns, an ambiguous date, a repeated header. */
  readonly notes: readonly string[]
}
