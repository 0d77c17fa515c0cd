import { readFileSync } from 'node:fs'
import mongoose from 'mongoose'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { ACTIONS } from '../commands/actions/actions.ts'
import { PAGE_NAMES } from '../commands/actions/page-actions.ts'
import { COMMANDS } from '../commands/index.ts'
import { createModels, ROW_OUTCOMES } from '../models/index.ts'
import { DEFAULT_CATALOGUE } from '../src/customers/fields/index.ts'
import { ERROR_CODES } from '../src/errors.ts'
import { createMetrics } from '../src/monitoring/metrics.ts'
import { ROW_PROBLEMS } from '../src/row-problems.ts'
import { SETTING_NAMES } from '../src/settings/settings.ts'

/**
 * Names that others rely on: readers of the collections, alerts, teams' settings, buttons in old messages.
 * Names are added to these lists and never removed: a rename would break stored data, a message or a
 * dashboard.
 */
const list = (text: string): readonly string[] => text.trim().split(/\s+/)

const COLLECTIONS = {
  customers: list(`
    attributes first_upload first_uploaded_at last_upload primary_phone updated_at upload_count
    written_phone
  `),
  file_uploads: list(`
    attempts changed_customers changed_fields checkpoint collisions counts failed_rows file
    finished_at forget forget_counts hold kind lease message notes number preview preview_wanted
    problem question receipt records retention same_as shared_at shared_phones source started_at
    status switch_counts switch_of undo_counts undo_kept undo_of undone_by
  `),
  upload_rows: list(`
    before cells changes customer forgotten_by line notes outcome phone problem search shared_at
    upload values without_values written
  `),
  counters: list('_id value'),
  colleagues: list('_id asking is_member until'),
  column_choices: list('channel chosen_at chosen_by column fingerprint header kind number upload'),
  person_rates: list('_id count until'),
  preview_requests: list('_id until'),
  greetings: list('_id claimed_until file_id message refused sent_at'),
  schema_state: list('_id lock steps version'),
  audit: list('at channel customers did entry name outcome team uploads user why'),
  digests: list('_id channel claim due_at from kind message post_at state until why'),
  customer_counts: list('_id all counted_at customers days'),
  forget_requests: list('_id channel from_others phone team until user'),
  sent_files: list('_id sent_at uploads user'),
  sent_answers: list('_id channel customers sent_at ts uploads'),
  column_windows: list('_id channel columns team until upload user'),
  window_questions: list('_id answers channel until user'),
  name_words: list('_id keys seen_at'),
  search_blocks: list('_id lines upload words'),
  asked_counts: list('_id all claim counted_at customers groups others'),
  settings: list('_id kind'),
  record_moves: list('_id after before phone upload'),
}

/** Values of fields. */
const VALUES = {
  'file_uploads.kind': list('forget import switch undo'),
  'file_uploads.status': list('done failed held queued running undone'),
  'upload_rows.outcome': list('blank created duplicate invalid kept removed restored unchanged updated'),
  'audit.outcome': list('answered begun failed refused'),
  'audit.did': list(
    'asked changed_mapping exported forgot imported left_out looked_up previewed shared undid',
  ),
  'digests.kind': list('daily weekly'),
  'digests.state': list('handed_over left_out open'),
  'settings.kind': list('as_written one_per_phone one_per_upload'),
}

const FIELDS = list(`
  address city company country date_of_birth days_past_due disbursed_date do_not_call due_amount
  due_date email emi_amount full_name gender language last_paid_amount last_paid_date loan_amount
  loan_id maturity_date other_phones outstanding_amount phone_code postal_code primary_phone state
`)

const CODES = list(`
  backup_refused config_invalid database_duplicates database_ended database_failed database_full
  database_in_use database_newer database_not_installable database_owner_ended database_refused
  database_unavailable encoding_unclear external_file fields_invalid file_changed file_deleted
  file_empty file_encrypted file_host_refused file_is_html file_too_large file_truncated
  file_unreachable gave_up held_back lease_lost left_out no_phone_column no_rows no_sheet not_csv
  path_unreadable path_unwritable port_unavailable restore_refused separator_unclear several_sheets
  shared_by_bot shared_by_guest shared_elsewhere shared_without_room slack_refused slack_unavailable
  stopping switch_needs_values too_many_columns too_many_invalid too_many_rows undo_overtaken
  unexpected unknown_column unknown_encoding values_removed workbook_damaged workbook_numbers
  workbook_ods workbook_too_large workbook_xls workbook_xlsb zip_contents
`)

const PROBLEMS = list(`
  cell_too_long country_unknown customer_too_large date_invalid email_invalid excel_damaged money_invalid
  number_invalid phone_dummy phone_invalid phone_masked phone_missing phone_shared quote_unbalanced
  text_invalid too_few_cells too_many_cells yes_no_invalid
`)

const ACTION_NAMES = list(`
  approve_upload change_column_choice choose_phone_column choose_sheet correct_shared_phones
  forget_column_choice forget_confirm leave_upload open_view pick_view preview_examples
  send_comparison send_failed_rows send_shared_phones share_view undo_ask undo_confirm
`)

const VIEWS = list(`
  compare customer day digest history people recent records sources upload
`)

const SETTINGS = list(`
  SLACK_BOT_TOKEN SLACK_APP_TOKEN SLACK_SIGNING_SECRET ADMINS BOT_SHARERS CHANNELS
  QUESTIONS_PER_MINUTE PREVIEWS_PER_MINUTE HOST PORT SLACK_API_URL MONGODB_URI DATA_DIR
  DEFAULT_REGION DATE_ORDER CLEAR_WORD DUMMY_PHONES BLANK_WORDS FALLBACK_ENCODING MAX_FILE_MB
  MAX_ROWS MAX_COLUMNS MAX_CELL_LENGTH MAX_INVALID_PERCENT FIELDS_FILE GUARD GUARD_PERCENT
  GUARD_FEWEST GUARD_SAME_FILE DIGEST_CHANNELS DIGEST_DAILY DIGEST_WEEKLY DIGEST_STALE_DAYS
  RETENTION_DAYS LEASE_SECONDS TIME_ZONE LOCALE LOG_LEVEL
`)

const SCRIPTS = list(`
  start demo import records mongo backup restore doctor manifest
`)

/** With their labels. */
const METRICS = {
  customer_uploads_finished_total: list('kind status code'),
  customer_uploads_rows_total: list('outcome'),
  customer_uploads_duration_seconds: list('kind'),
  customer_uploads_wait_seconds: list('kind'),
  customer_uploads_slack_errors_total: list('method reason'),
  customer_uploads_open: list('status'),
  customer_uploads_up: list('part'),
}

const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')
const { connection: _, ...byName } = createModels(mongoose.createConnection())
const models = Object.values(byName).map(({ collection, schema }) => ({
  name: collection.collectionName,
  // Cast to one type: the checks do not depend on the documents.
  schema: schema as unknown as mongoose.Schema,
}))
const missing = (before: readonly string[], now: Iterable<string>) => {
  const names = new Set(now)
  return before.filter((name) => !names.has(name))
}

describe('names that others rely on', () => {
  it.each(Object.entries(COLLECTIONS))('%s keeps its fields', (name, fields) => {
    const model = models.find((one) => one.name === name)

    expect(missing(fields, ['_id', ...Object.keys(model?.schema.obj ?? {})])).toEqual([])
  })

  it.each(Object.entries(VALUES))('%s keeps its words', (path, words) => {
    const [name = '', field = ''] = path.split('.')
    const model = models.find((one) => one.name === name)

    const known: readonly string[] = model?.schema.path(field).options.enum ?? []

    expect(missing(words, known)).toEqual([])
  })

  it.each([
    ['the fields of a customer', FIELDS, DEFAULT_CATALOGUE.fields.map(({ name }) => name)],
    ['error codes', CODES, ERROR_CODES],
    ['codes of row problems', PROBLEMS, Object.keys(ROW_PROBLEMS)],
    ['actions of buttons and menus', ACTION_NAMES, ACTIONS.map(({ name }) => name)],
    ['views that buttons open', VIEWS, PAGE_NAMES],
    ['settings', SETTINGS, SETTING_NAMES],
    ['commands', ['/customer', '/uploads'], COMMANDS.map(({ name }) => name)],
    ['scripts', SCRIPTS, Object.keys(JSON.parse(read('package.json')).scripts)],
    [
      'shortcuts',
      ['preview_file', 'import_file', 'lookup_customer'],
      (parse(read('manifest.yml')).features.shortcuts as { callback_id: string }[]).map(
        ({ callback_id }) => callback_id,
      ),
    ],
  ])('%s are all still there', (_what, before, now) => {
    expect(missing(before, now)).toEqual([])
  })

  it('metrics keep their names and labels', async () => {
    const metrics = createMetrics({
      outcomes: ROW_OUTCOMES,
      countOpenUploads: async () => ({ queued: 1 }),
      health: async () => ({ database: true }),
    })
    metrics.slackFailed({ method: 'chat.postMessage', reason: 'ratelimited' })
    const { text } = await metrics.render()

    for (const [name, labels] of Object.entries(METRICS)) {
      const line = new RegExp(`^${name}(?:_count)?\\{(.*)\\} `, 'm').exec(text)
      const found = [...(line?.[1] ?? '').matchAll(/(\w+)="/g)].map(([, label = '']) => label)
      expect([name, missing(labels, found)]).toEqual([name, []])
    }
  })
})
