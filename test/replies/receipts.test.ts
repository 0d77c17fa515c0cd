import { mongo } from 'mongoose'
import { describe, it } from 'vitest'
import { describeAnswered } from '../../commands/questions/answer-reply.ts'
import {
  describeDecision,
  describeExamples,
  describeImportAnyway,
} from '../../commands/receipts/preview-reply.ts'
import { describeProgress, describeQueued, describeWaiting } from '../../commands/receipts/progress-reply.ts'
import { describeReceipt } from '../../commands/receipts/receipt-reply.ts'
import type {
  EncodingQuestion,
  ImportUpload,
  PhoneColumnQuestion,
  ReadingQuestion,
  UploadPreview,
  UploadRow,
} from '../../models/index.ts'
import { DEFAULT_CATALOGUE } from '../../src/customers/fields/field-catalogue.ts'
import { AppError, type ErrorCode } from '../../src/errors.ts'
import type { RowProblemCode } from '../../src/row-problems.ts'
import { openReplyTexts } from '../support/reply-texts.ts'
import { countsOf, onDay, type SampleFields, sampleUpload } from '../support/sample-upload.ts'

const other = new mongo.ObjectId('65a000000000000000000001')

function problemRow(line: number, code: RowProblemCode, message: string): UploadRow {
  return { line, problem: { code, column: 'Phone', message } } as UploadRow
}

const SHORT = 'The cell under "Phone" is too short for a phone number.'
const PROBLEMS = [
  problemRow(2, 'phone_invalid', SHORT),
  problemRow(4, 'phone_masked', 'The cell under "Phone" hides digits of the phone number.'),
  problemRow(5, 'phone_invalid', SHORT),
  problemRow(6, 'phone_invalid', SHORT),
  problemRow(7, 'phone_invalid', SHORT),
]
const COUNTS = countsOf({ created: 3, updated: 2, unchanged: 1, duplicate: 1, invalid: 6, blank: 1 })

function failed(code: ErrorCode) {
  const { message, next } = new AppError(code, { file: 'january.csv' })
  return { status: 'failed', problem: { code, message, next } } as const
}

const hold = { reasons: [{ kind: 'names' as const, rows: 6, of: 6 }], answer: { by: 'U2', at: onDay(15) } }
const preview: UploadPreview = {
  counts: countsOf({ created: 1, updated: 2, invalid: 1 }),
  fields: [
    { field: 'full_name', customers: 2, examples: [{ line: 3, from: 'Kushal Sarma', to: 'Kushal Sharma' }] },
    { field: 'loan_amount', customers: 1, examples: [{ line: 4, from: null, to: 120_000 }] },
  ],
  problems: [{ line: 5, problem: { code: 'phone_invalid', column: 'Phone', message: SHORT } }],
  at: onDay(15),
}
const same_as = { number: 12, by: 'U2', at: onDay(12) }
const undo_of = {
  upload: other,
  number: 42,
  file: other,
  file_number: 42,
  action: 'take_back' as const,
  open: false,
}

const RECEIPTS: Readonly<Record<string, SampleFields>> = {
  imported: { counts: countsOf({ created: 3, updated: 2 }) },
  'imported-one-row': { counts: countsOf({ created: 1 }) },
  'imported-nothing-new': { counts: countsOf({ unchanged: 4 }) },
  'imported-with-problems': { counts: COUNTS },
  'imported-with-one-note': {
    counts: countsOf({ created: 3 }),
    notes: ['Dates in "Due" are read day first.'],
  },
  'imported-with-many-notes': {
    counts: countsOf({ created: 3 }),
    notes: Array.from({ length: 9 }, (_, at) => `Choice ${at + 1}.`),
  },
  'imported-by-a-chosen-column': {
    counts: countsOf({ created: 3 }),
    file: {
      name: 'january.csv',
      phone_column: { header: 'K1', index: 0, by: 'U2', at: onDay(3), upload: 7 },
    },
  },
  'imported-in-a-chosen-encoding': {
    counts: countsOf({ created: 3 }),
    file: { name: 'january.csv', chosen_encoding: { name: 'cp850', by: 'U2', at: onDay(3), upload: 7 } },
  },
  'imported-failed-rows-refused': { counts: COUNTS, failed_rows: { refused: 'missing_scope' } },
  'imported-anyway': { counts: countsOf({ updated: 6 }), hold },
  'imported-as-previewed': { counts: preview.counts, preview, hold: { ...hold, reasons: [] } },
  'imported-not-as-previewed': {
    counts: countsOf({ created: 1, updated: 1, unchanged: 1, invalid: 1 }),
    preview,
    hold: { ...hold, reasons: [] },
  },
  'imported-other-values-than-previewed': {
    counts: preview.counts,
    preview,
    hold: { ...hold, reasons: [] },
    changed_fields: [
      {
        path: 'full_name',
        changed: 2,
        added: 0,
        cleared: 0,
        examples: [{ line: 3, from: 'Somebody', to: 'Kushal Sharma' }],
      },
      { path: 'loan_amount', changed: 0, added: 1, cleared: 0, examples: [] },
    ],
  },
  'imported-other-fields-than-previewed': {
    counts: preview.counts,
    preview,
    hold: { ...hold, reasons: [] },
    changed_fields: [{ path: 'full_name', changed: 2, added: 0, cleared: 0, examples: [] }],
  },
  'imported-same-file': { counts: countsOf({ unchanged: 6 }), same_as },
  'imported-with-collisions': {
    counts: countsOf({ updated: 6 }),
    collisions: {
      customers: 5,
      examples: [
        { line: 2, fields: ['full_name', 'city'], number: 41, by: 'U2' },
        { line: 3, fields: ['full_name', 'city'], number: 41, by: 'U2' },
        { line: 4, fields: ['full_name', 'city'], number: 41, by: 'U2' },
        { line: 9, fields: ['attributes.shirt_size'], number: 40, by: 'U3' },
      ],
    },
  },
  'imported-without-values': {
    counts: countsOf({ created: 3 }),
    retention: { began_at: onDay(30), line: 3, done_at: onDay(30) },
  },
  undone: { status: 'undone', counts: countsOf({ created: 3 }), undone_by: { upload: other, number: 43 } },
  failed: failed('file_empty'),
  'failed-read-again': { ...failed('reading_restarted'), counts: countsOf({ created: 2_000 }) },
  'failed-halfway': { ...failed('gave_up'), counts: countsOf({ created: 2_000 }) },
  discarded: failed('left_out'),
  'undo-took-back': {
    kind: 'undo',
    number: 43,
    undo_of,
    undo_counts: { rows: 5, restored: 3, removed: 2, kept: 0 },
  },
  'undo-read-again': {
    kind: 'undo',
    number: 43,
    undo_of,
    undo_counts: { rows: 5, restored: 3, removed: 2, kept: 0 },
    reread: { columns: [], by: 'U1', at: onDay(3) },
    restart: {},
  },
  'undo-read-again-shown': {
    kind: 'undo',
    number: 43,
    undo_of,
    undo_counts: { rows: 5, restored: 3, removed: 2, kept: 0 },
    reread: { columns: [], by: 'U1', at: onDay(3) },
    restart: { preview_wanted: true, forgotten: 2 },
  },
  'undo-put-back': {
    kind: 'undo',
    number: 44,
    undo_of: { ...undo_of, number: 43, action: 'put_back' },
    undo_counts: { rows: 5, restored: 5, removed: 0, kept: 0 },
  },
  'undo-kept-something': {
    kind: 'undo',
    number: 43,
    undo_of,
    undo_counts: { rows: 9, restored: 2, removed: 0, kept: 7 },
    undo_kept: [
      { line: 2, fields: ['city'], why: 'later_upload', by: 50 },
      { line: 3, fields: ['city'], why: 'later_upload', by: 50 },
      { line: 4, fields: ['loan_amount'], why: 'later_upload' },
      { line: 5, fields: ['full_name', 'city'], why: 'changed_elsewhere' },
      { line: 6, fields: [], why: 'gone' },
      { line: 7, fields: ['city'], why: 'values_removed' },
    ],
  },
  'undo-undone': {
    kind: 'undo',
    number: 43,
    status: 'undone',
    undo_of,
    undo_counts: { rows: 5, restored: 3, removed: 2, kept: 0 },
    undone_by: { upload: other, number: 44 },
  },
  'undo-failed': { kind: 'undo', ...failed('undo_overtaken'), number: 43, undo_of },
  forgotten: {
    kind: 'forget',
    number: 45,
    forget: {},
    forget_counts: { customers: 1, rows: 3, uploads: 2, files: 1 },
  },
  'forgotten-with-files-left': {
    kind: 'forget',
    number: 45,
    forget: { files_left: ['F7', 'F8'] },
    forget_counts: { customers: 1, rows: 3, uploads: 2, files: 0 },
  },
  switched: {
    kind: 'switch',
    number: 46,
    switch_of: { from: 'one_per_phone', to: 'one_per_upload', open: false },
    switch_counts: { phones: 900, before: 900, after: 1_300, split: 250, merged: 0 },
  },
}

describe('receipts', () => {
  const { expectReply } = openReplyTexts('receipts')

  it.each(Object.keys(RECEIPTS))('%s', async (name) => {
    const upload = sampleUpload(RECEIPTS[name] ?? {})
    const problems = upload.counts?.invalid ? PROBLEMS : []
    await expectReply(name, describeReceipt(upload, problems, DEFAULT_CATALOGUE))
  })
})

const question: PhoneColumnQuestion = {
  kind: 'phone_column',
  candidates: [
    { index: 1, header: 'K1', examples: ['07417119014', '98200 98200'] },
    { index: 2, header: 'K2', examples: ['2026'] },
    { index: 4, header: 'K2', examples: [] },
    { index: 5, header: '', examples: ['12'] },
  ],
  is_headerless: false,
  is_phoneless: false,
}
const readings: ReadingQuestion = {
  kind: 'reading',
  candidates: [
    {
      index: 0,
      header: 'Alternate Number',
      examples: ['+919822233344', '', '+919822233346'],
      reading: { phones: [2, 1], regions: [], region: 'IN' },
      known: 120,
    },
    {
      index: 1,
      header: 'Contact Number',
      examples: ['+919812345678', '+971501234567', '+919845567890'],
      reading: { phones: [1, 2], regions: [{ index: 3, kind: 'code' }], region: 'IN' },
      known: 3,
    },
  ],
  lines: [2, 3, 4],
  rows: 200,
  before: 7,
}
const held = (fields: Partial<ImportUpload>) => sampleUpload({ status: 'held', ...fields })
const now = new Date(onDay(15).getTime() + 20_000)

describe('what stands in a thread before the receipt', () => {
  const { expectReply } = openReplyTexts('progress')

  it('an import under way', async () => {
    const upload = sampleUpload({ status: 'running' })
    await expectReply('importing', describeProgress(upload, { rows: 4_000, bytesRead: 2_500, now }))
    await expectReply('importing-at-the-start', describeProgress(upload, { rows: 0, bytesRead: 0, now }))
  })

  it('an undo under way', async () => {
    const progress = { rows: 1_200, bytesRead: 0, now }
    const undo = sampleUpload({ kind: 'undo', number: 43, undo_of })
    const redo = sampleUpload({ kind: 'undo', number: 44, undo_of: { ...undo_of, action: 'put_back' } })
    await expectReply('undoing', describeProgress(undo, progress))
    await expectReply('putting-back', describeProgress(redo, progress))
  })

  it('a switch under way', async () => {
    const upload = sampleUpload({
      kind: 'switch',
      file: { name: 'switch to one record per phone' },
      switch_of: { from: 'one_per_upload', to: 'one_per_phone', open: true },
    })
    await expectReply('switching', describeProgress(upload, { rows: 1_200, bytesRead: 0, now }))
  })

  it.each([
    ['queued-one', 1],
    ['queued-many', 12],
  ])('%s', async (name, ahead) => {
    await expectReply(name, describeQueued(sampleUpload({ status: 'queued' }), ahead))
  })

  it.each(['database_unavailable', 'file_unreachable', 'slack_unavailable', 'stopping'] as const)(
    'waiting for %s',
    async (code) => {
      const { message } = new AppError(code, { file: 'january.csv' })
      await expectReply(`waiting-${code}`, describeWaiting(sampleUpload(), message))
    },
  )

  it.each<[string, Partial<EncodingQuestion>]>([
    ['question-of-encoding', { fingerprint: 'f' }],
    ['question-of-encoding-without-headings', {}],
  ])('%s', async (name, fields) => {
    const candidates = [
      { index: 0, header: 'windows-1252', examples: ['Zoë Müller;Köln', 'Åsa Böll;Ulm'] },
      { index: 1, header: 'windows-1250', examples: ['Zoë Müller;Köln', 'Ĺsa Böll;Ulm'] },
    ]
    const asked: EncodingQuestion = { kind: 'encoding', candidates, lines: [2, 7], ...fields }
    await expectReply(name, describeDecision(held({ question: asked }), DEFAULT_CATALOGUE))
  })

  it.each<[string, Partial<PhoneColumnQuestion>]>([
    ['question', {}],
    ['question-without-phones', { is_phoneless: true }],
    ['question-without-headings', { is_headerless: true }],
    [
      'question-with-many-columns',
      {
        candidates: Array.from({ length: 13 }, (_, index) => ({
          index,
          header: `K${index}`,
          examples: ['1'],
        })),
      },
    ],
  ])('%s', async (name, fields) => {
    await expectReply(
      name,
      describeDecision(held({ question: { ...question, ...fields } }), DEFAULT_CATALOGUE),
    )
  })

  it('a question which of two readings is right', async () => {
    await expectReply(
      'question-of-readings',
      describeDecision(held({ question: readings }), DEFAULT_CATALOGUE),
    )
    const answer = { index: 0, by: 'U2', at: onDay(15) }
    await expectReply(
      'question-of-readings-answered',
      describeAnswered(held({ question: { ...readings, answer } })),
    )
  })

  it('a question that was answered', async () => {
    const answer = { index: 1, by: 'U2', at: onDay(15) }
    await expectReply('question-answered', describeAnswered(held({ question: { ...question, answer } })))
    await expectReply('approved', describeAnswered(held({ hold })))
  })

  it.each<[string, Partial<ImportUpload>]>([
    ['preview', { hold: { reasons: [] }, preview }],
    ['preview-of-a-known-file', { hold: { reasons: [] }, preview, same_as }],
    [
      'held',
      {
        preview,
        hold: {
          reasons: [
            { kind: 'invalid', rows: 60, of: 200 },
            { kind: 'names', rows: 6, of: 8 },
            { kind: 'amounts', rows: 7, of: 8 },
            { kind: 'old_values', rows: 5, of: 8 },
            { kind: 'identical', number: 12, by: 'U2', at: onDay(12) },
          ],
        },
      },
    ],
  ])('%s', async (name, fields) => {
    await expectReply(name, describeDecision(held(fields), DEFAULT_CATALOGUE))
  })

  it('the question before a file is imported anyway', async () => {
    const reasons = [{ kind: 'names' as const, rows: 6, of: 8 }]
    await expectReply('import-anyway', describeImportAnyway(held({ preview, hold: { reasons } })))
  })

  it('the examples behind a preview', async () => {
    await expectReply('preview-examples', describeExamples(held({ preview }), DEFAULT_CATALOGUE))
  })
})
