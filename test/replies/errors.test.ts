import { describe, it } from 'vitest'
import { describeError } from '../../commands/reply/error-reply.ts'
import type { ErrorDetails } from '../../src/error-texts/index.ts'
import { AppError, ERROR_CODES, type ErrorCode } from '../../src/errors.ts'
import { ROW_PROBLEMS } from '../../src/row-problems.ts'
import { formatForConsole } from '../../src/terminal/console-message.ts'
import { openReplyTexts } from '../support/reply-texts.ts'

const file = 'january.csv'

/** The details for each message; other codes need none. */
const DETAILS: Partial<Readonly<Record<ErrorCode, ErrorDetails>>> = {
  config_invalid: { problems: ['PORT must be a whole number', 'SLACK_BOT_TOKEN is missing'] },
  fields_invalid: { path: './fields.yml', problems: ['shirt_size has an empty label'] },
  database_duplicates: { examples: ['65a000000000000000000001', '65a000000000000000000002'] },
  database_in_use: { path: './data' },
  database_ended: { path: './data/documentdb' },
  database_owner_ended: { path: './data' },
  backup_refused: { reason: '/backups/customers is there already' },
  compact_refused: { reason: 'there is no embedded database in ./data' },
  restore_refused: { reason: 'there is a database in ./data already: add --replace to replace it' },
  database_not_installable: { reason: 'no mongod is installed and none can be downloaded' },
  database_newer: { stored: 4, known: 3 },
  port_unavailable: { port: 3000, reason: 'another process has it' },
  not_csv: { file, kind: 'a PDF document', how: 'Share the spreadsheet it was made from.' },
  file_empty: { file },
  no_rows: { file },
  no_phone_column: { file, columns: ['Name', 'City'] },
  reading_changed: {
    file,
    upload: 7,
    readings: [
      'the phone from "Alternate Number" (finds 120 known customers)',
      'the phone from "Contact Number" (finds 3 known customers)',
    ],
    column: '"Alternate Number"',
  },
  ambiguous_column: { file, wanted: '"Note"', columns: ['4', '5'] },
  columns_contradict: { wanted: 'Town' },
  unknown_column: { file, wanted: 'Telephone', columns: ['Name', 'City'] },
  left_out: { file },
  too_many_invalid: {
    file,
    invalid: 180,
    rows: 200,
    limit: '50 %',
    why: 'The cell under "Phone" is too short for a phone number.',
    fix: ROW_PROBLEMS.phone_invalid,
  },
  file_too_large: { file, limit: '512 MB' },
  too_many_rows: { file, limit: '10,00,000' },
  too_many_columns: { file, columns: 900, limit: 500 },
  unknown_encoding: { encoding: 'klingon' },
  external_file: { file },
  shared_by_guest: { file },
  shared_without_room: { file },
  file_deleted: { file },
  reading_lost: { file },
  reading_restarted: { file },
  file_changed: { file },
  file_unreachable: { file },
  file_is_html: { file },
  file_host_refused: { file },
  file_truncated: { file, got: 512, expected: 1024 },
  slack_refused: { reason: 'missing_scope' },
  path_unreadable: { path: './january.csv', reason: 'ENOENT' },
  path_unwritable: { path: './failed.csv', reason: 'EACCES', upload: 42 },
  held_back: { file, reasons: '180 of the first 200 rows cannot be used.' },
  undo_overtaken: { file },
  values_removed: { file },
  gave_up: { file },
}

describe('errors in Slack and in a terminal', () => {
  const { expectReply, expectText } = openReplyTexts('errors')

  it.each(ERROR_CODES)('%s', async (code) => {
    const error = new AppError(code, DETAILS[code])
    await expectReply(code, describeError(error, '4f2a'))
    await expectText(`${code}.terminal`, formatForConsole(error))
  })

  it.each([
    ['a file of another kind', 'not_csv.unknown', 'not_csv', { file }],
    ['a file without headings', 'no_phone_column.headerless', 'no_phone_column', { file, headerless: 6 }],
    ['a file of one column', 'no_phone_column.one_column', 'no_phone_column', { file, headerless: 1 }],
    [
      'an import begun by an earlier version',
      'reread_impossible.begun',
      'reread_impossible',
      { file, begun: 41 },
    ],
    ['a file that is shown again', 'reading_restarted.preview', 'reading_restarted', { file, preview: 41 }],
    ['a single problem', 'config_invalid.one', 'config_invalid', { problems: ['PORT is missing'] }],
  ] as const)('%s', async (_, name, code, details) => {
    await expectReply(name, describeError(new AppError(code, details), '4f2a'))
  })
})
