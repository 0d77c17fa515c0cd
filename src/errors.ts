/**
 * The two kinds of errors, and their names.
 *
 * - An invalid row is data: a `RowProblem`, stored with the row and shown in the receipt; the rest of the
 *   file goes on.
 * - An unusable file, or a failure outside, is an `AppError` with a code and the original error as `cause`.
 *
 * `ERRORS` and `ROW_PROBLEMS` have the text for each code, so a code without a text does not compile. The
 * message says what happened; `next` says what to do.
 */
import { classifyDriverError } from './driver-error.ts'

/** Facts for a message: a limit, a file name, the columns found. Never a phone, a name or a token. */
export type ErrorDetails = Readonly<Record<string, string | number | readonly string[]>>

interface ErrorWords {
  readonly sentence: (details: ErrorDetails) => string
  readonly next: (details: ErrorDetails) => string
  /** True if a retry can succeed without any action by a person. */
  readonly isTransient?: true
}

const list = (value: ErrorDetails[string] | undefined): string =>
  value === undefined ? '' : typeof value === 'object' ? value.join(', ') : String(value)
/** A single problem goes into the sentence; several are listed below it. */
const listProblems = (value: ErrorDetails[string] | undefined): string =>
  typeof value === 'object' && value.length > 1
    ? value.map((problem) => `\n  • ${problem}.`).join('')
    : ` ${list(value)}.`
const named = (details: ErrorDetails, otherwise = 'This file'): string =>
  details.file ? `\`${list(details.file)}\`` : otherwise

/** Why a database rejects the bot. console-message.ts has the advice, because no member can help. */
const DATABASE_REFUSALS = {
  password: () => 'The database refused the user or the password in MONGODB_URI.',
  rights: () => 'The database user has no right to do this.',
  address: (d) => `MONGODB_URI is not a valid address${d.why ? `: ${list(d.why)}` : ''}.`,
  database: () => 'MONGODB_URI names no database.',
  certificate: (d) => `The encrypted connection to the database failed${d.why ? ` (${list(d.why)})` : ''}.`,
  version: (d) => `The database server is too old${d.version ? ` (${list(d.version)})` : ''}.`,
} as const satisfies Record<string, ErrorWords['sentence']>

export type DatabaseRefusal = keyof typeof DATABASE_REFUSALS

/** The reason in the details of `database_refused`. */
export function databaseRefusalOf({ reason }: ErrorDetails): DatabaseRefusal | undefined {
  return typeof reason === 'string' && Object.hasOwn(DATABASE_REFUSALS, reason)
    ? (reason as DatabaseRefusal)
    : undefined
}

const ERRORS = {
  config_invalid: {
    sentence: (d) => `Some settings are missing or wrong:${listProblems(d.problems)}`,
    next: () => 'Correct them and start again. The file .env.example describes each setting.',
  },
  fields_invalid: {
    sentence: (d) => `The field catalogue ${list(d.path)} is not valid:${listProblems(d.problems)}`,
    next: () => 'Correct it and start again. The page docs/csv-format.md shows the format.',
  },
  database_unavailable: {
    sentence: () => 'The customer database cannot be reached at the moment.',
    next: () =>
      'Nothing is lost. Try again in a minute. If it still fails, tell the person who runs the bot.',
    isTransient: true,
  },
  database_refused: {
    sentence: (d) => {
      const reason = databaseRefusalOf(d)
      return reason ? DATABASE_REFUSALS[reason](d) : 'The database refused the connection.'
    },
    next: () => 'Tell the person who runs the bot, and quote the reference below.',
  },
  database_full: {
    sentence: () =>
      'The disk of the customer database is full. The person who runs the bot has to free space on it.',
    next: () => 'Nothing is lost. The work continues when the disk has room.',
    isTransient: true,
  },
  database_ended: {
    sentence: (d) => `The embedded database ended and could not be started again (data: ${list(d.path)}).`,
    next: () => 'Read the last lines of postgres.log there, then start the bot again.',
  },
  database_duplicates: {
    sentence: (d) =>
      `The rule "one phone, one customer" cannot be enabled. Some customers have the same phone (collection customers, _id: ${list(d.examples)}).`,
    next: () => 'Merge or remove those customers, then start again.',
  },
  database_in_use: {
    sentence: (d) => `Another process already uses the data in ${list(d.path)}.`,
    next: () => 'Stop that process first, or set MONGODB_URI here to its database.',
  },
  backup_refused: {
    sentence: (d) => `No backup was made: ${list(d.reason)}.`,
    next: () => 'See how backups are made in docs/operations.md.',
  },
  compact_refused: {
    sentence: (d) => `The database was not compacted: ${list(d.reason)}.`,
    next: () => 'See how erased bytes are written over in docs/operations.md.',
  },
  restore_refused: {
    sentence: (d) => `Nothing was restored, and no data was changed: ${list(d.reason)}.`,
    next: () => 'See how backups are restored in docs/operations.md.',
  },
  database_owner_ended: {
    sentence: (d) => `The process that ran the database in ${list(d.path)} has ended.`,
    next: () => 'Nothing is lost. A queued upload continues when the bot starts, or at the next import.',
  },
  database_not_installable: {
    sentence: (d) => `No database server could be started: ${list(d.reason)}.`,
    next: () => 'Set MONGODB_URI to a MongoDB server, or use a machine that can download mongod.',
  },
  database_newer: {
    sentence: (d) =>
      `A newer version of the bot wrote the data (schema ${list(d.stored)}). This version supports schemas up to ${list(d.known)}.`,
    next: () => 'Start the newer version, or restore the backup from before the upgrade.',
  },
  database_failed: {
    sentence: () => 'The database rejected the request.',
    next: () => 'Tell the person who runs the bot, and quote the reference below.',
  },
  port_unavailable: {
    sentence: (d) => `Port ${list(d.port)} cannot be used: ${list(d.reason)}.`,
    next: () => 'Stop the program that uses it, or set PORT to another number. Then start again.',
  },
  not_csv: {
    sentence: (d) =>
      `${named(d)} is ${d.kind ? `${list(d.kind)}, not` : 'not'} a CSV file or an Excel workbook, so nothing was imported.`,
    next: (d) =>
      d.how
        ? list(d.how)
        : 'Open it in your spreadsheet program, save it as an Excel workbook (.xlsx), and share that file here.',
  },
  separator_unclear: {
    sentence: (d) =>
      d.header
        ? `In ${named(d, 'this file')} the header is separated by ${list(d.header)} and the rows by ${list(d.rows)}, so nothing was imported.`
        : `In ${named(d, 'this file')} the rows are separated by ${list(d.rows)} and the header is not, so nothing was imported.`,
    next: () => 'Export it again with one separator in every line, and share it again.',
  },
  file_empty: {
    sentence: (d) => `${named(d)} is empty, so nothing was imported.`,
    next: () => 'Check the export and share the file again.',
  },
  no_rows: {
    sentence: (d) => `${named(d)} has a header but no rows, so nothing was imported.`,
    next: () => 'Check the export and share the file again.',
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
          : 'Choose one of them, by its name or by the position of its tab counted from 1.',
  },
  several_sheets: {
    sentence: (d) =>
      `${named(d)} has several sheets that could be the list, so nothing was imported. The sheets are: ${list(d.sheets)}.`,
    next: (d) =>
      `Name the sheet, for example --sheet "${[d.sheets].flat()[0] ?? 'Customers'}", or give the position of its tab counted from 1.`,
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
        ? list(d.headerless) === '1'
          ? `${named(d)} has no header. Confirm that its only column holds the phone numbers.`
          : `${named(d)} has no header. The bot cannot tell which of its ${list(d.headerless)} columns holds the phone numbers.`
        : d.equal
          ? `Several columns of ${named(d, 'this file')} hold different phone numbers, and their headings do not say which is the customer's: ${list(d.equal)}.`
          : `The bot cannot tell which column of ${named(d, 'this file')} holds the phone numbers. The columns are: ${list(d.columns)}.`,
    next: (d) =>
      d.how ? list(d.how) : 'Rename the column with the phone numbers to "phone" and share the file again.',
  },
  reading_changed: {
    sentence: (d) =>
      `Files with the headings of ${named(d, 'this file')} were imported before (#${list(d.upload)}), but would be read differently now, so nothing was imported. Before: ${list([d.readings].flat()[0])}. Now: ${list([d.readings].flat()[1])}.`,
    next: (d) =>
      `To read it as before, add --phone-column ${list(d.column)}. To read it the new way, add --anyway.`,
  },
  unknown_column: {
    sentence: (d) => `${named(d)} has no column ${list(d.wanted)}. The columns are: ${list(d.columns)}.`,
    next: () => 'Choose a column by its name, or by its number counted from 1.',
  },
  left_out: {
    sentence: (d) => `${named(d)} was discarded: nothing was imported.`,
    next: () => 'To import it, share it again.',
  },
  cancelled: {
    sentence: (d) =>
      `${named(d)} was cancelled: ${d.line ? `the import stopped after line ${list(d.line)}${d.lines ? ` of ${list(d.lines)}` : ''}` : 'nothing was imported'}.`,
    next: (d) =>
      d.line
        ? 'The rows before that are imported: press Undo to take them back. To import the whole file, share it again.'
        : 'To import it, share it again.',
  },
  too_many_invalid: {
    sentence: (d) =>
      `${named(d)} has too many invalid rows (${list(d.invalid)} of the first ${list(d.rows)}; the limit is ${list(d.limit)}), so nothing was imported.${d.why ? ` The main problem: ${list(d.why)}` : ''}`,
    next: (d) =>
      /share/.test(list(d.fix))
        ? list(d.fix)
        : `${d.fix ? list(d.fix) : 'Correct the file.'} Then share the file again.`,
  },
  file_too_large: {
    sentence: (d) => `${named(d)} is too large. The limit is ${list(d.limit)} per file.`,
    next: () => 'Split it into smaller files, each with the header line. Share them one by one.',
  },
  too_many_rows: {
    sentence: (d) => `${named(d)} has too many rows. The limit is ${list(d.limit)} rows per file.`,
    next: () => 'Split it into smaller files, each with the header line. Share them one by one.',
  },
  too_many_columns: {
    sentence: (d) => `${named(d)} has ${list(d.columns)} columns; the limit is ${list(d.limit)}.`,
    next: () => 'Remove the columns you do not need and share the file again.',
  },
  unknown_encoding: {
    sentence: (d) => `The text encoding "${list(d.encoding)}" is not supported.`,
    next: () => 'Save the file as "CSV UTF-8" and share it again.',
  },
  encoding_unclear: {
    sentence: (d) =>
      `${named(d)} is not Unicode, and its bytes do not prove in which encoding it was saved (${list(d.readings)}). Nothing was imported.`,
    next: () =>
      'Save it as "CSV UTF-8" and share it again. On the command line, name the encoding with --encoding.',
  },
  external_file: {
    sentence: (d) => `${named(d)} is stored outside Slack. The bot only reads files stored in Slack.`,
    next: () => 'Download it, then upload the file itself here.',
  },
  shared_by_guest: {
    sentence: (d) =>
      `${named(d)} was not imported. Files from guests and from other organisations are not accepted.`,
    next: () => 'Ask a member of this workspace to share it here.',
  },
  shared_by_bot: {
    sentence: (d) => `${named(d)} was not imported: files of other apps and workflows are not.`,
    next: () =>
      'Share it yourself. Or ask the person who runs the bot to add the ID of that app to the setting BOT_SHARERS.',
  },
  shared_without_room: {
    sentence: (d) => `${named(d)} was not imported, because you and I are not in a channel together.`,
    next: () => 'Ask to be invited to one of my channels, and share the file there.',
  },
  shared_elsewhere: {
    sentence: (d) => `${named(d)} was not imported: the bot does not work in this channel.`,
    next: () =>
      "Share it in one of the bot's channels. Or ask the person who runs the bot to add this channel to the setting CHANNELS.",
  },
  file_deleted: {
    sentence: (d) => `${named(d)} was deleted before the bot could read it.`,
    next: () => 'To import it, share it again.',
  },
  unknown_target: {
    sentence: (d) => `There is no field ${list(d.wanted)}.`,
    next: () => 'Name a field of docs/csv-format.md, or phone, "as is" or "leave out".',
  },
  unknown_rule: {
    sentence: (d) => `There is no rule ${list(d.wanted)}.`,
    next: () => 'The rules are overwrite, fill-blanks and keep.',
  },
  reread_impossible: {
    sentence: (d) => `${named(d)} is no longer in Slack, so it can't be read again. Nothing was undone.`,
    next: () => 'To import it with other columns, share it again.',
  },
  reading_lost: {
    sentence: (d) =>
      `${named(d)} can't be continued: the bot was updated and can't read the file as its first rows were read.`,
    next: () => 'Undo this upload to take back the rows before, then share the file again.',
  },
  file_changed: {
    sentence: (d) => `${named(d)} changed after its first rows were imported.`,
    next: () => 'Share the file again to import the rest.',
  },
  file_unreachable: {
    sentence: (d) => `${named(d)} could not be downloaded from Slack.`,
    next: () => 'Share it again in a minute. If it fails again, tell the person who runs the bot.',
    isTransient: true,
  },
  file_is_html: {
    sentence: (d) => `Slack sent a web page instead of ${named(d, 'this file')}.`,
    next: () => 'The bot needs the files:read permission. Ask the person who runs it to reinstall the app.',
  },
  file_host_refused: {
    sentence: (d) => `${named(d)} has a download address outside Slack. The bot only downloads from Slack.`,
    next: () => 'Download it, then upload the file itself here.',
  },
  file_truncated: {
    sentence: (d) => `${named(d)} arrived incomplete (${list(d.got)} of ${list(d.expected)} bytes).`,
    next: () => 'Share it again in a minute.',
    isTransient: true,
  },
  slack_unavailable: {
    sentence: () => 'Slack did not answer.',
    next: () => 'Nothing is lost. The bot tries again automatically.',
    isTransient: true,
  },
  slack_refused: {
    sentence: (d) => `Slack rejected the request (${list(d.reason)}).`,
    next: () => 'Tell the person who runs the bot, and quote the reference below.',
  },
  path_unreadable: {
    sentence: (d) => `The file ${list(d.path)} cannot be read (${list(d.reason)}).`,
    next: () => 'Check the path and try again.',
  },
  path_unwritable: {
    sentence: (d) =>
      `Upload #${list(d.upload)} is imported, but its failed rows cannot be written to ${list(d.path)} (${list(d.reason)}).`,
    next: () => 'The failed rows are kept in the database, in the collection upload_rows.',
  },
  held_back: {
    sentence: (d) =>
      `${named(d)} looks like the wrong file, so nothing was imported.${d.reasons ? ` ${[d.reasons].flat().join(' ')}` : ''}`,
    next: () => 'Check it with --dry-run. If it is the right file, import it with --anyway.',
  },
  undo_overtaken: {
    sentence: (d) => `${named(d)} changed after you asked for the undo, so nothing was undone.`,
    next: () => 'Check its state with `/uploads recent`. Ask again if you still need the undo.',
  },
  values_removed: {
    sentence: (d) =>
      `${named(d)} can no longer be undone, because the retention policy deleted its row data. Nothing was changed.`,
    next: () => 'Share a file with the right values. The latest file wins.',
  },
  switch_needs_values: {
    sentence: () =>
      'The record kind can no longer be switched. Records are rebuilt from row data, and the retention policy deleted data of old files.',
    next: () => 'Keep the current record kind, or start from a backup made before the data was deleted.',
  },
  lease_lost: {
    sentence: () => 'Another process has taken over this upload.',
    next: () => 'You have nothing to do: the other process finishes it.',
    isTransient: true,
  },
  stopping: {
    sentence: () => 'The bot is restarting.',
    next: () => 'You have nothing to do: the upload continues where it stopped.',
    isTransient: true,
  },
  gave_up: {
    sentence: (d) => `${named(d)} failed several times, so the bot stopped trying.`,
    next: () =>
      'Tell the person who runs the bot, and quote the reference below. Other files are not affected.',
  },
  unexpected: {
    sentence: () => 'Something went wrong in the bot.',
    next: () => 'Tell the person who runs the bot, and quote the reference below.',
  },
} as const satisfies Record<string, ErrorWords>

export type ErrorCode = keyof typeof ERRORS
export const ERROR_CODES = Object.keys(ERRORS) as readonly ErrorCode[]

/** An unusable file or a failure outside. The message is for people; the cause is for the log. */
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

  /** True if a retry may succeed by itself. */
  get isTransient(): boolean {
    return 'isTransient' in ERRORS[this.code]
  }
}

/**
 * Converts any thrown value to an AppError; an unknown one becomes `unexpected`. Only for the boundaries,
 * where an error is shown, logged or stored: code between them passes driver errors on.
 */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  const { code = 'unexpected', ...details } = classifyDriverError(thrown) ?? {}
  return new AppError(code, details, thrown)
}

/** True if a retry of the failed work may succeed by itself. */
export function isTransientFailure(thrown: unknown): boolean {
  return toAppError(thrown).isTransient
}

/** An error for a terminal: the code, what happened, and what to do; a list gets its own lines. */
export function formatError({ code, message, next }: Pick<AppError, 'code' | 'message' | 'next'>): string {
  return `${code}: ${message}${message.includes('\n') ? '\n' : ' '}${next}`
}

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
