/**
 * The two ways something can be wrong, and their names.
 *
 * - A bad row is data: a `RowProblem`, stored with the row and shown in the receipt; the rest of the file goes on.
 * - A bad file, or a part of the world that fails, is an `AppError` with a code and the original as `cause`.
 *
 * `ERRORS` and `ROW_PROBLEMS` hold the sentence a person gets for every code, so a code without words does not
 * compile. A sentence says what happened; `next` says what to do about it.
 */

/** Facts that complete a sentence: a limit, a file name, the columns found. Never a phone, a name or a token. */
export type ErrorDetails = Readonly<Record<string, string | number | readonly string[]>>

interface ErrorWords {
  readonly sentence: (details: ErrorDetails) => string
  readonly next: (details: ErrorDetails) => string
  /** True where trying the same thing again later can succeed without a person doing anything. */
  readonly isTransient?: true
}

const list = (value: ErrorDetails[string] | undefined): string =>
  value === undefined ? '' : typeof value === 'object' ? value.join(', ') : String(value)
/** One problem goes into the sentence; several stand below it, each on a line of its own. */
const listProblems = (value: ErrorDetails[string] | undefined): string =>
  typeof value === 'object' && value.length > 1
    ? value.map((problem) => `\n  • ${problem}.`).join('')
    : ` ${list(value)}.`
const named = (details: ErrorDetails, otherwise = 'This file'): string =>
  details.file ? `\`${list(details.file)}\`` : otherwise

export const ERRORS = {
  config_invalid: {
    sentence: (d) => `Some settings are missing or wrong:${listProblems(d.problems)}`,
    next: () => 'Correct them (each is described in .env.example) and start again.',
  },
  fields_invalid: {
    sentence: (d) => `The field catalogue ${list(d.path)} cannot be used:${listProblems(d.problems)}`,
    next: () => 'Correct it (docs/csv-format.md shows its form) and start again.',
  },
  database_unavailable: {
    sentence: () => 'The customer database cannot be reached at the moment.',
    next: () => 'Nothing is lost: try again in a minute, and tell whoever runs the bot if it lasts.',
    isTransient: true,
  },
  database_duplicates: {
    sentence: (d) =>
      `The rule "one phone, one customer" cannot be switched on: some customers have the same phone (in the collection customers, by _id: ${list(d.examples)}).`,
    next: () => 'Merge or remove those customers, then start again.',
  },
  database_in_use: {
    sentence: (d) => `Another process is already using the data in ${list(d.path)}.`,
    next: () => 'Stop that one first, or point this one at its MONGODB_URI.',
  },
  database_not_installable: {
    sentence: (d) => `No database server could be started here: ${list(d.reason)}.`,
    next: () => 'Set MONGODB_URI to a MongoDB server, or run this where mongod can be downloaded.',
  },
  database_newer: {
    sentence: (d) =>
      `The data was written by a newer version of the bot: its form is number ${list(d.stored)}, and this version knows ${list(d.known)}.`,
    next: () => 'Start the newer version, or restore the backup from before the upgrade.',
  },
  database_failed: {
    sentence: () => 'The customer database refused what we asked of it.',
    next: () => 'Tell whoever runs the bot, with the reference below.',
  },
  port_unavailable: {
    sentence: (d) => `Port ${list(d.port)} cannot be listened on: ${list(d.reason)}.`,
    next: () => 'Stop what uses it, or set PORT to another number, and start again.',
  },
  not_csv: {
    sentence: (d) =>
      `${named(d)} is not a CSV file${d.kind ? ` but ${list(d.kind)}` : ''}, so nothing was imported.`,
    next: (d) =>
      d.how ? list(d.how) : 'Open it in your spreadsheet, save it as "CSV UTF-8", and share that file here.',
  },
  file_empty: {
    sentence: (d) => `${named(d)} is empty, so nothing was imported.`,
    next: () => 'Check the export and share it again.',
  },
  no_rows: {
    sentence: (d) => `${named(d)} has a header but no rows below it, so nothing was imported.`,
    next: () => 'Check the export and share it again.',
  },
  workbook_damaged: {
    sentence: (d) => `${named(d)} is damaged and can't be read${d.reason ? `: ${list(d.reason)}` : ''}.`,
    next: (d) =>
      d.how ? list(d.how) : 'Open it in Excel, save it as a new workbook (.xlsx), and share the new file.',
  },
  workbook_too_large: {
    sentence: (d) => `${named(d)} unpacks to more than we read${d.reason ? `: ${list(d.reason)}` : ''}.`,
    next: (d) =>
      d.how ? list(d.how) : 'Copy the list into a new workbook, save it as .xlsx, and share that file.',
  },
  no_sheet: {
    sentence: (d) =>
      d.wanted === undefined
        ? `${named(d)} has no worksheet, so nothing was imported.`
        : list(d.sheets) === ''
          ? `${named(d)} is no workbook and has no sheet called ${list(d.wanted)}.`
          : `${named(d)} has no sheet called ${list(d.wanted)}. The sheets are: ${list(d.sheets)}.`,
    next: (d) =>
      d.wanted === undefined
        ? 'Put the list on a worksheet and share the workbook again.'
        : list(d.sheets) === ''
          ? 'Name no sheet.'
          : 'Choose one of them, by its name or by the place of its tab, from 1.',
  },
  several_sheets: {
    sentence: (d) =>
      `${named(d)} has several sheets that could be the list, so nothing was imported. The sheets are: ${list(d.sheets)}.`,
    next: () => 'Say which one it is, as in --sheet "Customers", or by the place of its tab, from 1.',
  },
  file_encrypted: {
    sentence: (d) => `${named(d)} is protected with a password, so nothing was imported.`,
    next: () => 'Save it without a password and share that file.',
  },
  workbook_xls: {
    sentence: (d) => `${named(d)} is an old Excel workbook (.xls), so nothing was imported.`,
    next: () => 'Open it in Excel, save it as "Excel Workbook (.xlsx)", and share that file.',
  },
  workbook_xlsb: {
    sentence: (d) => `${named(d)} is a binary Excel workbook (.xlsb), so nothing was imported.`,
    next: () => 'Open it in Excel, save it as "Excel Workbook (.xlsx)", and share that file.',
  },
  workbook_ods: {
    sentence: (d) => `${named(d)} is a LibreOffice spreadsheet (.ods), so nothing was imported.`,
    next: () => 'Open it in LibreOffice, save it as "Excel 2007-365 (.xlsx)", and share that file.',
  },
  workbook_numbers: {
    sentence: (d) => `${named(d)} is a Numbers spreadsheet, so nothing was imported.`,
    next: () => 'Open it in Numbers, choose File > Export To > Excel, and share that file.',
  },
  zip_contents: {
    sentence: (d) =>
      d.names === undefined || list(d.names) === ''
        ? `${named(d)} holds no list, so nothing was imported.`
        : `${named(d)} must hold one .csv or .xlsx file and nothing else. It holds: ${list(d.names)}.`,
    next: () => 'Share the list itself, or zip it alone and share that file.',
  },
  no_phone_column: {
    sentence: (d) =>
      d.headerless
        ? `${named(d)} has no header, only data, and nothing says which of its columns (${list(d.headerless)}) holds the phone numbers.`
        : d.equal
          ? `Several columns of ${named(d, 'this file')} hold different phone numbers, and their headings do not say which is the customer's: ${list(d.equal)}.`
          : `No column of ${named(d, 'this file')} is known to hold phone numbers. The columns are: ${list(d.columns)}.`,
    next: (d) =>
      d.how ? list(d.how) : 'Name the column with the phone numbers "phone" and share the file again.',
  },
  unknown_column: {
    sentence: (d) => `${named(d)} has no column ${list(d.wanted)}. The columns are: ${list(d.columns)}.`,
    next: () => 'Choose one of them, by its name or by its number from 1.',
  },
  left_out: {
    sentence: (d) => `${named(d)} was discarded: nothing was imported.`,
    next: () => 'Share it again whenever it should be imported.',
  },
  too_many_invalid: {
    sentence: (d) =>
      `${named(d)} has too many rows that cannot be used (${list(d.invalid)} of the first ${list(d.rows)}; the limit is ${list(d.limit)}), so nothing was imported.${d.why ? ` Mostly: ${list(d.why)}` : ''}`,
    next: (d) =>
      /share/.test(list(d.fix))
        ? list(d.fix)
        : `${d.fix ? list(d.fix) : 'Correct the file.'} Then share the file again.`,
  },
  file_too_large: {
    sentence: (d) => `${named(d)} is larger than the ${list(d.limit)} we import at once.`,
    next: () => 'Split it into smaller files, each with the header line, and share them one by one.',
  },
  too_many_rows: {
    sentence: (d) => `${named(d)} has more than the ${list(d.limit)} rows we import at once.`,
    next: () => 'Split it into smaller files, each with the header line, and share them one by one.',
  },
  too_many_columns: {
    sentence: (d) => `${named(d)} has ${list(d.columns)} columns; the limit is ${list(d.limit)}.`,
    next: () => 'Remove the columns you do not need and share it again.',
  },
  unknown_encoding: {
    sentence: (d) => `The text encoding "${list(d.encoding)}" is not one we know.`,
    next: () => 'Save the file as "CSV UTF-8" and share it again.',
  },
  external_file: {
    sentence: (d) => `${named(d)} is stored outside Slack, and we only read files stored in Slack.`,
    next: () => 'Download it and share the file itself here.',
  },
  shared_by_guest: {
    sentence: (d) => `${named(d)} was not imported: files of guests and of other organisations are not.`,
    next: () => 'A member of this workspace can share it here.',
  },
  shared_without_room: {
    sentence: (d) => `${named(d)} was not imported: you and I are in no channel together.`,
    next: () => 'Ask to be invited to one of my channels, and share it there.',
  },
  shared_elsewhere: {
    sentence: (d) => `${named(d)} was not imported: the bot does not work in this channel.`,
    next: () =>
      "Share it in one of the bot's channels, or ask whoever runs the bot to add this one to the setting CHANNELS.",
  },
  file_deleted: {
    sentence: (d) => `${named(d)} was deleted before it could be read.`,
    next: () => 'Share it again if it should be imported.',
  },
  file_changed: {
    sentence: (d) => `${named(d)} is no longer the same file whose first rows were imported.`,
    next: () => 'Share the file again to import the rest.',
  },
  file_unreachable: {
    sentence: (d) => `Slack did not give us ${named(d, 'this file')} when we asked for it.`,
    next: () => 'Share it again in a minute; tell whoever runs the bot if it happens twice.',
    isTransient: true,
  },
  file_is_html: {
    sentence: (d) => `Slack sent a web page in place of ${named(d, 'this file')}.`,
    next: () => 'The bot is missing the files:read permission: ask whoever runs it to reinstall the app.',
  },
  file_host_refused: {
    sentence: (d) =>
      `${named(d)} would have to be fetched from a place that is not Slack, which we never do.`,
    next: () => 'Download it and share the file itself here.',
  },
  file_truncated: {
    sentence: (d) => `${named(d)} arrived incomplete (${list(d.got)} of ${list(d.expected)} bytes).`,
    next: () => 'Share it again in a minute.',
    isTransient: true,
  },
  slack_unavailable: {
    sentence: () => 'Slack did not answer us.',
    next: () => 'Nothing is lost: it is tried again by itself.',
    isTransient: true,
  },
  slack_refused: {
    sentence: (d) => `Slack refused what we asked (${list(d.reason)}).`,
    next: () => 'Tell whoever runs the bot, with the reference below.',
  },
  path_unreadable: {
    sentence: (d) => `The file ${list(d.path)} cannot be read (${list(d.reason)}).`,
    next: () => 'Check the path and try again.',
  },
  path_unwritable: {
    sentence: (d) =>
      `Upload #${list(d.upload)} is imported, but its failed rows cannot be written to ${list(d.path)} (${list(d.reason)}).`,
    next: () => 'They are kept in the database, in upload_rows.',
  },
  held_back: {
    sentence: (d) =>
      `${named(d)} looks like the wrong file, so nothing was imported.${d.reasons ? ` ${list(d.reasons)}` : ''}`,
    next: () => 'Look at it with --dry-run; import it all the same with --anyway.',
  },
  undo_overtaken: {
    sentence: (d) =>
      `${named(d)} is no longer as it was when you asked for the undo, so nothing was changed.`,
    next: () => 'See with `/uploads recent` how it stands, and ask again if it is still needed.',
  },
  values_removed: {
    sentence: (d) =>
      `${named(d)} can no longer be undone: what its rows held was removed because of its age, so nothing was changed.`,
    next: () => 'Share a file with the right values; the latest file wins.',
  },
  switch_needs_values: {
    sentence: () =>
      'What a record is can no longer be switched: what old files held was removed because of its age, and records are put together from that.',
    next: () => 'Keep the choice there is, or begin from a backup of before the values were removed.',
  },
  lease_lost: {
    sentence: () => 'Another run has taken this upload over.',
    next: () => 'Nothing to do: it is being finished there.',
    isTransient: true,
  },
  stopping: {
    sentence: () => 'The bot is being restarted.',
    next: () => 'Nothing to do: the upload goes on where it was.',
    isTransient: true,
  },
  gave_up: {
    sentence: (d) => `${named(d)} stopped our work several times, so we left it.`,
    next: () => 'Tell whoever runs the bot, with the reference below; the other files are not affected.',
  },
  unexpected: {
    sentence: () => 'Something went wrong on our side.',
    next: () => 'Tell whoever runs the bot, with the reference below.',
  },
} as const satisfies Record<string, ErrorWords>

export type ErrorCode = keyof typeof ERRORS
export const ERROR_CODES = Object.keys(ERRORS) as readonly ErrorCode[]

/** A bad file or a failing part of the world. The message is the sentence a person reads; the cause is for the log. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly details: ErrorDetails

  constructor(code: ErrorCode, details: ErrorDetails = {}, cause?: unknown) {
    super(ERRORS[code].sentence(details), cause === undefined ? undefined : { cause })
    this.code = code
    this.details = details
  }

  /** What the person can do now. */
  get next(): string {
    return ERRORS[this.code].next(this.details)
  }

  /** Whether the same attempt may succeed later by itself. */
  get isTransient(): boolean {
    return 'isTransient' in ERRORS[this.code]
  }
}

/** Whatever was thrown, as an AppError: the one place where the unknown becomes `unexpected`. */
export function toAppError(thrown: unknown): AppError {
  return thrown instanceof AppError ? thrown : new AppError('unexpected', {}, thrown)
}

/** An error as a terminal shows it: the code, what happened, and what to do, apart from a list where there is one. */
export function formatError({ code, message, next }: Pick<AppError, 'code' | 'message' | 'next'>): string {
  return `${code}: ${message}${message.includes('\n') ? '\n' : ' '}${next}`
}

/** How a row problem is fixed, by code; the message itself is made where the cell is known. */
export const ROW_PROBLEMS = {
  phone_missing: 'Fill in the phone number.',
  phone_invalid: 'Correct the phone number; write it with its country code, as in +91 74171 19014.',
  phone_dummy:
    'Fill in the real phone number. If this one is real, whoever runs the bot can allow it (DUMMY_PHONES).',
  country_unknown:
    'Write the country as in India, IN or +91, or write the phone with its country code, as in +91 74171 19014.',
  phone_masked: 'Export the full number: letters or stars in place of digits cannot be undone.',
  excel_damaged: 'Format the column as Text in the spreadsheet, export again, and share that file.',
  email_invalid: 'Correct the e-mail address, or leave the cell empty.',
  number_invalid: 'Write a plain number such as 12000 or 12,000.50, or leave the cell empty.',
  money_invalid: 'Write an amount such as 1,20,000.50, or leave the cell empty.',
  date_invalid: 'Write the date as 2026-01-31, or leave the cell empty.',
  yes_no_invalid: 'Write yes or no, or leave the cell empty.',
  text_invalid: 'Shorten the text or remove the odd characters.',
  cell_too_long: 'Shorten the cell.',
  too_many_cells: 'Put quotes around a cell that contains the separator, or remove the extra cells.',
  too_few_cells: 'Add the missing cells: the row ends before the phone column.',
  quote_unbalanced: 'Close the quotation mark that is opened in this row, or double it: "".',
} as const satisfies Record<string, string>

export type RowProblemCode = keyof typeof ROW_PROBLEMS

/** A row that cannot be used, as data. `line` is the line a text editor shows; `column` the header as written, or null. */
export interface RowProblem {
  readonly line: number
  readonly column: string | null
  readonly code: RowProblemCode
  readonly message: string
}
