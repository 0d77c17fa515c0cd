import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FileUpload } from '../../../models/index.ts'
import { AppError } from '../../../src/errors.ts'
import { importOptionsOf } from '../../../src/uploads/import/import-options.ts'
import type { UploadListener } from '../../../src/uploads/lease/ports.ts'
import { createUploadQueue } from '../../../src/uploads/worker/upload-queue.ts'
import { createUploadWorker, type UploadWorker } from '../../../src/uploads/worker/upload-worker.ts'
import { openTestModels } from '../../support/test-models.ts'
import {
  type BuiltSheet,
  type BuiltWorkbook,
  buildWorkbook,
  inline,
  number,
  row,
} from '../../xlsx/support/build-workbook.ts'
import { buildZip } from '../../xlsx/support/build-zip.ts'
import { withTexts } from '../../xlsx/support/with-texts.ts'

const LIMITS = { maxBytes: 1_000_000, maxRows: 1000, maxColumns: 20, maxCellLength: 500 }
const OPTIONS = importOptionsOf({
  defaultRegion: 'IN',
  dateOrder: 'day_first',
  clearWord: '#CLEAR',
  fallbackEncoding: 'windows-1252',
  limits: LIMITS,
})
const PATIENCE = { timeout: 45_000, interval: 20 }
const quiet = async () => {}
const LISTENER: UploadListener = {
  queued: quiet,
  progress: quiet,
  waiting: quiet,
  asked: quiet,
  finished: quiet,
}

const { models } = await openTestModels()
let workers: UploadWorker[] = []
let shares = 0

beforeEach(async () => {
  for (const model of [models.customers, models.uploadRows, models.fileUploads, models.columnChoices])
    await model.collection.deleteMany({})
})
afterEach(async () => {
  vi.restoreAllMocks()
  await Promise.all(workers.map((worker) => worker.stop()))
  workers = []
})

async function share(bytes: Uint8Array, name = 'list.xlsx'): Promise<FileUpload> {
  const upload = await queue()
  startWorker(bytes, name)
  return await untilFinished(upload)
}

async function queue(): Promise<FileUpload> {
  shares += 1
  const { upload } = await createUploadQueue({ models }).queueSlackShare({
    team: 'T1',
    channel: 'C1',
    user: 'U1',
    fileId: `F${shares}`,
    sharedAt: new Date(Date.UTC(2026, 0, 1) + shares * 60_000),
  })
  return upload
}

function startWorker(bytes: Uint8Array, name = 'list.xlsx', options = OPTIONS): UploadWorker {
  const worker = createUploadWorker({
    models,
    sources: {
      slack: {
        canOpen: () => true,
        open: async () => ({
          name,
          bytes: bytes.length,
          stream: (async function* () {
            yield bytes
          })(),
        }),
      },
    },
    listener: LISTENER,
    options,
    log: { debug() {}, info() {}, warn() {}, error() {} },
    timing: { pollMs: 20, retryMs: 10, longestRetryMs: 50 },
  })
  workers.push(worker)
  worker.start()
  return worker
}

async function untilFinished({ _id }: FileUpload): Promise<FileUpload> {
  const idle = await vi.waitFor(async () => {
    const found = await models.fileUploads.collection.findOne<FileUpload>({ _id })
    if (!found || found.status === 'queued' || found.status === 'running') throw new Error('not settled')
    return found
  }, PATIENCE)
  await Promise.all(workers.map((worker) => worker.stop()))
  return idle
}

const letters = 'ABCDEFGHIJ'
/** Rows of texts, from a row number on. */
const texts = (rows: readonly (readonly string[])[], from = 1) =>
  rows
    .map((cells, at) =>
      row(
        from + at,
        ...cells.flatMap((text, column) =>
          text === '' ? [] : [inline(`${letters.charAt(column)}${from + at}`, text)],
        ),
      ),
    )
    .join('')

const workbook = (sheets: readonly BuiltSheet[], more: Partial<BuiltWorkbook> = {}) =>
  buildZip(buildWorkbook({ sheets, ...more }))

const customers = () =>
  models.customers.collection
    .find(
      {},
      { projection: { _id: 0, primary_phone: 1, full_name: 1, due_date: 1, loan_amount: 1, city: 1 } },
    )
    .sort({ primary_phone: 1 })
    .toArray()

const LIST = texts([
  ['Phone', 'Name', 'City'],
  ['9820098201', 'Asha', 'Pune'],
  ['no phone', 'Ravi', 'Goa'],
])

describe('a workbook', () => {
  it('is imported with exact numbers and dates, and its problems name Excel rows', async () => {
    const rows = [
      row(1, inline('A1', 'Monthly list')),
      row(
        3,
        inline('A3', 'Phone'),
        inline('B3', 'Name'),
        inline('C3', 'Due Date'),
        inline('D3', 'Loan Amount'),
      ),
      row(
        4,
        number('A4', '9820098201'),
        inline('B4', 'Asha'),
        number('C4', '46053', 1),
        number('D4', '1.234'),
      ),
      row(7, number('A7', '12345'), inline('B7', 'Ravi')),
    ].join('')
    const upload = await share(workbook([{ name: 'April', rows }], { formats: [14] }))

    expect(upload).toMatchObject({
      status: 'done',
      counts: { rows: 4, created: 1, invalid: 1, blank: 2 },
      file: {
        name: 'list.xlsx',
        sheet: { name: 'April', position: 1 },
        header: ['Phone', 'Name', 'Due Date', 'Loan Amount'],
      },
    })
    expect(upload.file).not.toHaveProperty('encoding')
    expect(upload.file).not.toHaveProperty('delimiter')
    expect(upload.notes).toContain('Left out one row above the header.')
    expect(await customers()).toEqual([
      { primary_phone: '+919820098201', full_name: 'Asha', due_date: '2026-01-31', loan_amount: 1.234 },
    ])
    const bad = await models.uploadRows.collection.findOne({ upload: upload._id, outcome: 'invalid' })
    expect(bad).toMatchObject({ line: 7, problem: { code: 'phone_invalid' } })
  })

  it('is read with a header of two rows, of which the second completes merged headings', async () => {
    const rows = texts([
      ['Phone', 'Customer', '', 'City'],
      ['', 'Name', 'Due Date', ''],
      ['9820098201', 'Asha', '31/01/2026', 'Pune'],
      ['9820098202', 'Ravi', '28/02/2026', 'Goa'],
    ])
    const upload = await share(workbook([{ rows }]))

    expect(upload).toMatchObject({ counts: { rows: 2, created: 2 } })
    expect(upload.file.header).toEqual(['Phone', 'Name', 'Due Date', 'City'])
    expect(upload.notes).toContain('The header stands in two rows; row 2 was read as its second.')
    expect(await customers()).toMatchObject([
      { full_name: 'Asha', due_date: '2026-01-31', city: 'Pune' },
      { full_name: 'Ravi', due_date: '2026-02-28', city: 'Goa' },
    ])
  })

  it('is read by its content, whatever it is called', async () => {
    expect(await share(workbook([{ rows: LIST }]), 'list.csv')).toMatchObject({
      status: 'done',
      counts: { created: 1, invalid: 1 },
    })
  })

  it('is invalid where a formula of a known field has no result, and says so once', async () => {
    const formula = (at: string) => `<c r="${at}"><f>A1&amp;B1</f></c>`
    const rows = [
      row(1, inline('A1', 'Phone'), inline('B1', 'Name'), inline('C1', 'Remark of ours')),
      row(2, number('A2', '9820098201'), formula('B2')),
      row(3, number('A3', '9820098202'), inline('B3', 'Ravi'), formula('C3')),
    ].join('')
    const upload = await share(workbook([{ rows }]))

    expect(upload.counts).toMatchObject({ created: 1, invalid: 1 })
    expect(upload.notes).toContain(
      '2 formulas without a saved result, the first in row 2. Open the workbook in Excel, save it, and share it again.',
    )
    expect(await customers()).toEqual([{ primary_phone: '+919820098202', full_name: 'Ravi' }])
    expect(JSON.stringify(await models.customers.collection.find().toArray())).not.toContain('UNCALCULATED')
  })

  it.each([
    ['the header', texts([['Phone', 'Name']]), 'no_rows'],
    ['nothing', '', 'file_empty'],
  ])('is refused where it holds %s alone', async (_, rows, code) => {
    expect(await share(workbook([{ rows }]))).toMatchObject({ status: 'failed', problem: { code } })
  })
})

describe('a workbook with several sheets', () => {
  const CITIES = texts([
    ['City', 'Branch'],
    ['Pune', 'North'],
  ])

  it('gives the only sheet that has a phone column, and names the others', async () => {
    const upload = await share(
      workbook([{ name: 'Cities', rows: CITIES }, { name: 'Customers', rows: LIST }, { name: 'Empty' }]),
    )

    expect(upload).toMatchObject({
      status: 'done',
      counts: { created: 1 },
      file: { sheet: { name: 'Customers', position: 2, left_out: ['Cities'] } },
    })
    expect(upload.notes).toContain('Read sheet “Customers” only. Not read: “Cities”.')
  })

  it('reads a hidden sheet only where no other has rows, and says so', async () => {
    const hidden = { name: 'Old', state: 'hidden', rows: LIST } as const
    const beside = await share(workbook([hidden, { name: 'New', rows: LIST }]))
    const alone = await share(workbook([{ name: 'Empty' }, hidden]))

    expect(beside.file.sheet).toMatchObject({ name: 'New', left_out: ['Old'] })
    expect(alone).toMatchObject({ status: 'done', file: { sheet: { name: 'Old', position: 2 } } })
    expect(alone.notes).toContain('Sheet “Old” is hidden.')
  })

  it('is held with the sheets to choose from, that shown first by Excel first, without a cell of theirs', async () => {
    const upload = await share(
      workbook(
        [
          { name: 'March', rows: LIST },
          { name: 'Cities', rows: CITIES },
          { name: 'April', rows: LIST },
        ],
        {
          activeTab: 2,
        },
      ),
    )

    expect(upload.status).toBe('held')
    expect(upload.question).toMatchObject({
      kind: 'sheet',
      candidates: [
        { index: 3, header: 'April', examples: ['Phone', 'Name', 'City'] },
        { index: 1, header: 'March' },
        { index: 2, header: 'Cities', examples: ['City', 'Branch'] },
      ],
    })
    expect(upload.file).not.toHaveProperty('sheet')
    expect(JSON.stringify(upload)).not.toContain('9820098201')
    expect(await customers()).toEqual([])
  })

  it('is not the same file where another sheet of the same bytes was read', async () => {
    const bytes = workbook([{ name: 'Customers', rows: LIST }])
    const first = await share(bytes)
    const again = await share(bytes)
    await models.fileUploads.collection.updateMany({}, { $set: { 'file.sheet.position': 2 } })
    const other = await share(bytes)

    expect(again.same_as).toMatchObject({ number: first.number })
    expect(other.same_as).toBeUndefined()
  })
})

describe('a zip archive', () => {
  const CSV = 'Phone,Name\n9820098201,Asha\n'

  it.each([
    ['a CSV file', 'lists/april.csv', Buffer.from(CSV), { encoding: 'utf-8', delimiter: ',' }],
    ['a workbook', 'april.xlsx', workbook([{ name: 'April', rows: LIST }]), { sheet: { name: 'April' } }],
  ])('is read through to %s, and says so', async (_, name, content, file) => {
    const clutter = ['__MACOSX/._april', '.DS_Store'].map((name) => ({ name, content: 'x' }))
    const upload = await share(buildZip([{ name, content }, ...clutter]), 'april.zip')

    expect(upload).toMatchObject({
      status: 'done',
      counts: { created: 1 },
      file: { name: 'april.zip', ...file },
    })
    expect(upload.notes).toContain(`Read “${name.split('/').at(-1)}” from the zip archive.`)
  })

  it('is the same file as the list in it', async () => {
    const first = await share(Buffer.from(CSV), 'april.csv')
    const zipped = await share(buildZip([{ name: 'april.csv', content: CSV }]), 'april.zip')

    expect(zipped.same_as).toMatchObject({ number: first.number })
  })

  it('is refused with the names in it where it holds anything else', async () => {
    const upload = await share(
      buildZip([
        { name: 'a.csv', content: CSV },
        { name: 'b.csv', content: CSV },
      ]),
      'a.zip',
    )

    expect(upload.problem).toMatchObject({ code: 'zip_contents' })
    expect(upload.problem?.message).toContain('a.csv, b.csv')
  })

  it('is refused where more comes out than a file may have', async () => {
    const content = CSV + '9820098202,Ravi\n'.repeat(100_000)
    const upload = await share(buildZip([{ name: 'a.csv', content }]), 'a.zip')

    expect(upload.problem).toMatchObject({ code: 'file_too_large' })
  })
})

describe('a sheet', () => {
  const phones = (count: number) =>
    texts([['Phone'], ...Array.from({ length: count }, (_, at) => [String(9_820_000_000 + at)])])

  it('is refused with more rows than the limit before the first is written', async () => {
    expect(await share(workbook([{ rows: phones(1001) }]))).toMatchObject({
      status: 'failed',
      problem: { code: 'too_many_rows' },
    })
    expect(await models.uploadRows.collection.countDocuments()).toBe(0)
    expect(await share(workbook([{ rows: phones(1000) }]))).toMatchObject({ counts: { created: 1000 } })
  })

  it('is refused with more columns than the limit', async () => {
    const header = Array.from({ length: 21 }, (_, at) =>
      number(`${at < 26 ? String.fromCharCode(65 + at) : ''}1`, '1'),
    )
    const upload = await share(workbook([{ rows: row(1, ...header) + row(2, number('A2', '9820098201')) }]))

    expect(upload.problem).toMatchObject({ code: 'too_many_columns' })
  })

  it('goes on after a row that is too long or too wide', async () => {
    const rows =
      texts([
        ['Phone', 'Name'],
        ['9820098201', 'x'.repeat(501)],
        ['9820098202', 'Asha'],
      ]) +
      row(4, number('A4', '9820098203')) +
      Array.from({ length: 200 }, (_, at) => row(5 + at, number(`A${5 + at}`, '9820098204'))).join('') +
      row(300, number('A300', '9820098205'), inline('F300', 'beside the list'))
    const upload = await share(workbook([{ rows }]))
    const problems = await models.uploadRows.collection
      .find({ upload: upload._id, outcome: 'invalid' })
      .sort({ line: 1 })
      .toArray()

    expect(problems.map(({ line, problem }) => [line, problem.code])).toEqual([
      [2, 'cell_too_long'],
      [300, 'too_many_cells'],
    ])
    expect(problems[0]?.problem.message).toBe('A cell (column "Name") is longer than 500 characters.')
    expect(upload.counts).toMatchObject({ created: 3, blank: 95 })
  })

  it('leaves out repeated headers, rulers and the lines below the last row, and counts them as rows', async () => {
    const upload = await share(
      workbook([
        {
          rows:
            texts([
              ['Our list'],
              ['Phone', 'Name'],
              ['9820098201', 'Asha'],
              ['-----', '-----'],
              ['Phone', 'Name'],
            ]) +
            texts([['9820098202', 'Ravi']], 6) +
            texts([['Confidential, for the branch only']], 9),
        },
      ]),
    )

    expect(upload.counts).toMatchObject({ rows: 2, created: 2 })
    expect(upload.notes).toEqual(
      expect.arrayContaining([
        'Left out row 4 with nothing but signs such as dashes.',
        'Left out row 5 that repeats the header.',
        'Left out row 9 below the last row.',
      ]),
    )
  })

  it('without a header is taken for data from its first row on', async () => {
    const rows = texts([
      ['9820098201', 'Asha'],
      ['9820098202', 'Ravi'],
      ['9820098203', 'Lata'],
    ])
    const upload = await share(workbook([{ rows }]))

    expect(upload).toMatchObject({ status: 'held', question: { kind: 'phone_column', is_headerless: true } })
    expect(upload.file.sheet).toMatchObject({ position: 1 })
  })
})

describe('a workbook whose process is killed', () => {
  const rows = (from: number) =>
    texts([
      ['Phone', 'City'],
      ...Array.from({ length: 30 }, (_, at) => [String(9_820_000_000 + from + at), 'Pune']),
    ])
  const NOTES = texts([
    ['Written by', 'On'],
    ['Asha', 'Monday'],
  ])

  it('is finished from the sheet it began with, each row once', async () => {
    const bytes = workbook([
      { name: 'Notes', rows: NOTES },
      { name: 'April', rows: rows(0) },
    ])
    const { collection } = models.customers
    const bulkWrite = collection.bulkWrite.bind(collection)
    let writes = 0
    vi.spyOn(collection, 'bulkWrite').mockImplementation(async (operations, options) => {
      if (++writes === 1) return await bulkWrite(operations, options)
      await bulkWrite(operations.slice(0, 2), options)
      throw new AppError('stopping')
    })
    const upload = await queue()
    const dying = startWorker(bytes, 'list.xlsx', { ...OPTIONS, batchSize: 10 })
    await vi.waitFor(() => expect(writes).toBeGreaterThan(1), PATIENCE)
    const { file } = (await models.fileUploads.collection.findOne<FileUpload>({ _id: upload._id })) ?? {}
    expect(file).toMatchObject({ sha256: expect.any(String), sheet: { name: 'April', position: 2 } })
    await dying.stop()
    vi.restoreAllMocks()
    await models.fileUploads.collection.updateOne(
      { _id: upload._id },
      {
        $set: {
          status: 'running',
          attempts: 1,
          lease: { lane: 'customers', token: 'gone', expires_at: new Date(0) },
        },
        $unset: { finished_at: '', problem: '', counts: '' },
      },
    )
    startWorker(bytes)
    const over = await untilFinished(upload)

    expect(over).toMatchObject({
      status: 'done',
      counts: { rows: 30, created: 30 },
      file: { sheet: { position: 2 } },
    })
    expect(over.notes).toContain('Read sheet “April” only. Not read: “Notes”.')
    expect(await models.uploadRows.collection.countDocuments({ upload: upload._id })).toBe(30)
  })
})

describe('any table', () => {
  const cell = fc.constantFrom(
    '',
    'Asha',
    '007',
    '+91 98200 98201',
    '31/01/2026',
    '1.234',
    'N/A',
    'नमस्ते',
    '9.17417E+11',
    '12,5',
  )
  const table = fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), cell, cell, cell, cell), {
    minLength: 1,
    maxLength: 12,
  })

  it('imports to the same customers as a CSV and as a workbook, its texts inline, shared, or shuffled', async () => {
    const header = ['Phone', 'Name', 'Due Date', 'Loan Amount', 'Remark']
    await fc.assert(
      fc.asyncProperty(table, fc.array(fc.nat(), { minLength: 2, maxLength: 9 }), async (drawn, order) => {
        const cells = drawn.map(([phone, ...others]) => [String(9_820_098_200 + phone), ...others])
        const quote = (text: string) => `"${text.replaceAll('"', '""')}"`
        const csv = [header, ...cells].map((one) => one.map(quote).join(',')).join('\n')
        const results: unknown[] = []
        for (const [bytes, name] of [
          [Buffer.from(csv), 'a.csv'],
          [workbook([{ rows: texts([header, ...cells]) }]), 'a.xlsx'],
          [buildZip(withTexts([header, ...cells], [0])), 'b.xlsx'],
          [buildZip(withTexts([header, ...cells], order)), 'c.xlsx'],
        ] as const) {
          await models.customers.collection.deleteMany({})
          const { counts, problem } = await share(bytes, name)
          const stored = await models.customers.collection.find({}).sort({ primary_phone: 1 }).toArray()
          results.push([counts, problem?.code, stored.map(withoutUpload)])
        }
        for (const result of results) expect(result).toEqual(results[0])
      }),
      { numRuns: 8 },
    )
  }, 120_000)
})

const OF_THE_UPLOAD = new Set(['_id', 'first_upload', 'last_upload', 'first_uploaded_at', 'updated_at'])
const withoutUpload = (customer: object) =>
  Object.fromEntries(Object.entries(customer).filter(([name]) => !OF_THE_UPLOAD.has(name)))
