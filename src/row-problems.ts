/** How to fix a row problem, by code; the message is built where the cell is known. */
export const ROW_PROBLEMS = {
  phone_missing: 'Fill in the phone number.',
  phone_invalid: 'Correct the phone number. Write it with its country code, for example +91 74171 19014.',
  phone_dummy:
    'Fill in the real phone number. If this number is real, an administrator can allow it (DUMMY_PHONES).',
  phone_shared:
    'Keep the row of the person this phone belongs to. Give the others a phone of their own, or remove them.',
  phone_of_several:
    "Fill in the customer's own phone number. This one belongs to several customers, so it does not tell which of them is meant.",
  country_unknown:
    'Write the country as India, IN or +91, or write the phone with its country code, for example +91 74171 19014.',
  phone_masked: 'Export the full number. Digits replaced by letters or stars cannot be restored.',
  excel_damaged: 'Format the column as Text in the spreadsheet, export it again, and share that file.',
  email_invalid: 'Correct the e-mail address, or leave the cell empty.',
  number_invalid: 'Write a plain number such as 12000 or 12,000.50, or leave the cell empty.',
  money_invalid: 'Write an amount such as 1,20,000.50, or leave the cell empty.',
  date_invalid: 'Write the date as 2026-01-31, or leave the cell empty.',
  yes_no_invalid: 'Write yes or no, or leave the cell empty.',
  text_invalid:
    'Correct or shorten the text. If the cells of the row have slipped, move each one to its column.',
  cell_too_long: 'Shorten the cell.',
  customer_too_large:
    'Shorten the long texts of this row, or first empty fields of the customer that are not needed (#CLEAR).',
  too_many_cells: 'Put quotes around each cell that contains the separator, or remove the extra cells.',
  too_few_cells: 'Add the missing cells. The row ends before the phone column.',
  quote_unbalanced: 'Close the quotation mark that opens in this row, or double it: "".',
} as const satisfies Record<string, string>

export type RowProblemCode = keyof typeof ROW_PROBLEMS

/** An invalid row, as data. `line` is the line in a text editor; `column` the header as written, or null. */
export interface RowProblem {
  readonly line: number
  readonly column: string | null
  readonly code: RowProblemCode
  readonly message: string
}
