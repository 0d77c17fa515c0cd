import { mongo } from 'mongoose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FileUpload, UndoUpload, UploadCounts, UploadRow } from '../../../models/index.ts'
import { parseFields } from '../../../src/customers/fields/parse-fields.ts'
import type { ImportOptions } from '../../../src/uploads/import/import-options.ts'
import type { FileSource } from '../../../src/uploads/lease/ports.ts'
import { countOutcomes } from '../../../src/uploads/results/count-outcomes.ts'
import { previewWaiting } from '../../../src/uploads/worker/request-preview.ts'
import { createUploadQueue } from '../../../src/uploads/worker/upload-queue.ts'
import { createDyingRuns } from '../../support/dying-runs.ts'
import { runDeps } from '../../support/play-uploads.ts'
import { openTestModels } from '../../support/test-models.ts'
import { buildWorkbook, inline, row } from '../../xlsx/support/build-workbook.ts'
import { buildZip } from '../../xlsx/support/build-zip.ts'

const { models } = await openTestModels()
const { customers, uploadRows, fileUploads } = models
const SHARED = new Date(Date.UTC(2026, 4, 4))

type File = readonly [name: string, bytes: Uint8Array]
let files = new Map<string, File>()
let changed: Partial<ImportOptions> = {}
const slack: FileSource = {
  canOpen: () => true,
  async open({ source }, _signal, claim) {
    const id = source.kind === 'slack' ? source.file_id : ''
    const [name, bytes] = files.get(id) ?? ['none.csv', new Uint8Array()]
    if (!(await claim(`1777852800.00010${id.slice(1)}`, name))) return 'not_for_us'
    return {
      name,
      stream: (async function* () {
        yield bytes
      })(),
    }
  },
}

async function share(id: string, file: File, sharedAt = SHARED): Promise<void> {
  files.set(id, file)
  const queue = createUploadQueue({ models })
  await queue.queueSlackShare({ team: 'T1', channel: 'C1', user: 'U1', fileId: id, sharedAt })
}

const runs = createDyingRuns(models, () => {
  const deps = runDeps(models)
  return { ...deps, sources: { slack }, options: { ...deps.options, ...changed } }
})
const { all: work } = runs

const BEGUN = { 'source.file_id': 'F1', kind: 'import', reread_of: { $exists: false } }
async function begun(): Promise<FileUpload> {
  const upload = await fileUploads.collection.findOne<FileUpload>(BEGUN)
  if (!upload) throw new Error('it is gone')
  return upload
}
const undos = () => fileUploads.collection.find<UndoUpload>({ kind: 'undo' }).toArray()
const again = () => fileUploads.collection.findOne<FileUpload>({ reread_of: { $exists: true } })
/** What the customers hold, without the uploads it came from. */
async function people() {
  const projection = { _id: 0, first_upload: 0, last_upload: 0, updated_at: 0, first_uploaded_at: 0 }
  return await customers.collection.find({}, { projection }).sort({ primary_phone: 1 }).toArray()
}

/** As if a process had died in F1 after a line: its checkpoint is there, and nothing behind it. */
async function stopAfter(line: number): Promise<void> {
  const upload = await begun()
  const { _id } = upload
  await uploadRows.collection.deleteMany({ upload: _id, line: { $gt: line } })
  await customers.collection.deleteMany({ 'first_upload.upload': _id, 'first_upload.line': { $gt: line } })
  await fileUploads.collection.updateOne(
    { _id },
    {
      $set: { status: 'queued', checkpoint: { line, counts: await countOutcomes(models, upload) } },
      $unset: { counts: '', finished_at: '' },
    },
  )
}

/** As if its process had stopped behind the only batch of F1, which has no checkpoint. */
async function stopAtEnd(): Promise<void> {
  await fileUploads.collection.updateOne(BEGUN, {
    $set: { status: 'queued' },
    $unset: { counts: '', finished_at: '', matched_phones: '', checkpoint: '' },
  })
}

/** A row of F1 as another version would have stored it. */
async function changeRow(line: number, update: object): Promise<void> {
  const { _id: upload } = await begun()
  const { matchedCount } = await uploadRows.collection.updateOne({ upload, line }, update)
  if (matchedCount !== 1) throw new Error('there is no such row')
}

/** The same for a value that the row gave its customer. */
async function changeValue(line: number, path: string, value: unknown): Promise<void> {
  await changeRow(line, { $set: { [`values.${path}`]: value, [`changes.${path}.to`]: value } })
  const { _id: upload } = await begun()
  await customers.collection.updateOne(
    { 'first_upload.upload': upload, 'first_upload.line': line },
    {
      $set: { [path]: value },
    },
  )
}

beforeEach(async () => {
  files = new Map()
  changed = {}
  for (const model of [customers, uploadRows, fileUploads, models.columnChoices])
    await model.collection.deleteMany({})
})
afterEach(() => vi.restoreAllMocks())

const utf8 = (name: string, text: string): File => [name, new TextEncoder().encode(text)]
const LOANS = utf8(
  'loans.csv',
  [
    'Phone,Name,Due Amount,Due Date,Branch,Other Phone',
    '98110 20010,Kiran Vaidya,"1,20,000.50",03/04/2026,Salem Fort,9811020030',
    '98110 20011,Leela Bose,900,25/04/2026,Erode,',
    '98110 20010,Kiran Vaidya,950,03/04/2026,Salem Fort,',
    '98110 2,Tara Nair,10,01/04/2026,Theni,',
    ',,,,,',
    '98110 20013,Imran Qadri,twelve,05/05/2026,Theni,',
    '98110 20014,Rekha Lal,70,06/05/2026,Theni,',
    '98110 20015,Vinod Pai,80,07/05/2026,Theni,',
  ].join('\n'),
)
const KIRAN = 2
const LEELA = 3
const INVALID_PHONE = 5
const STOPPED = 7

describe('an import whose stored rows this version reads differently', () => {
  it.each<[string, () => Promise<void>]>([
    ['a date', () => changeValue(LEELA, 'due_date', '2025-04-25')],
    ['an amount', () => changeValue(LEELA, 'due_amount', 900.5)],
    ['a number as text', () => changeValue(LEELA, 'due_amount', '900')],
    ['the blanks of a text', () => changeValue(KIRAN, 'attributes.branch', 'Salem  Fort')],
    ['the letters of a name', () => changeValue(LEELA, 'full_name', 'Leela BosÃ©')],
    ['a cell that was blank', () => changeValue(LEELA, 'city', 'Erode')],
    ['a cell that emptied a field', () => changeValue(LEELA, 'city', null)],
    [
      'a phone',
      async () => {
        await changeRow(LEELA, { $set: { phone: '+19811020011' } })
        await customers.collection.updateOne(
          { primary_phone: '+919811020011' },
          { $set: { primary_phone: '+19811020011' } },
        )
      },
    ],
    ['a second phone', () => changeValue(KIRAN, 'other_phones', ['+19811020030'])],
    ['a second phone that was not read', () => changeRow(KIRAN, { $unset: { 'values.other_phones': '' } })],
    [
      'a row that was blank',
      async () => {
        const blank = { customer: '', phone: '', values: '', changes: '' }
        await changeRow(LEELA, { $set: { outcome: 'blank' }, $unset: blank })
        await customers.collection.deleteOne({ primary_phone: '+919811020011' })
      },
    ],
    [
      'a row that was invalid',
      async () => {
        const problem = { column: 'Due Date', code: 'date_invalid', message: '"Due Date" is no date.' }
        const cells = ['98110 20011', 'Leela Bose', '900', '25/04/2026', 'Erode', '']
        const rest = { customer: '', phone: '', values: '', changes: '' }
        await changeRow(LEELA, { $set: { outcome: 'invalid', problem, cells }, $unset: rest })
        await customers.collection.deleteOne({ primary_phone: '+919811020011' })
      },
    ],
    [
      'a row that was valid',
      async () => {
        const leela = await customers.collection.findOne({ primary_phone: '+919811020011' })
        const read = { phone: '+919811020011', values: { full_name: 'Leela Bose' }, customer: leela?._id }
        await changeRow(INVALID_PHONE, {
          $set: { outcome: 'duplicate', ...read },
          $unset: { problem: '', cells: '' },
        })
      },
    ],
    ['why a row is invalid', () => changeRow(STOPPED, { $set: { 'problem.code': 'number_invalid' } })],
    ['a cell of an invalid row', () => changeRow(STOPPED, { $set: { 'cells.3': '46147' } })],
  ])('is taken back and read again from its first row: %s', async (_, change) => {
    await share('F1', LOANS)
    await work()
    const [full, whole] = [await people(), await begun()]
    await stopAfter(STOPPED)
    await change()
    await work()

    expect(await begun()).toMatchObject({ status: 'undone', problem: { code: 'reading_restarted' } })
    expect(await undos()).toMatchObject([{ status: 'done', restart: {}, undo_counts: { kept: 0 } }])
    expect(await again()).toMatchObject({ status: 'done', counts: whole.counts, shared_at: SHARED })
    expect(await people()).toEqual(full)
  })

  const MANY = utf8(
    'many.csv',
    `Phone,Name,Due Date\n${Array.from(
      { length: 700 },
      (_, at) => `98110${30_000 + at},Person ${at},${(at % 28) + 1}/04/2026`,
    ).join('\n')}\n`,
  )

  it.each([
    ['behind many rows that read the same', 651, 680],
    ['behind the checkpoint, where no customer was written yet', 651, 500],
  ])('is taken back where the first row that differs is %s', async (_, line, checkpoint) => {
    await share('F1', MANY)
    await work()
    const full = await people()
    await stopAfter(680)
    const counts = await countOutcomes(models, await begun())
    await fileUploads.collection.updateOne(BEGUN, { $set: { checkpoint: { line: checkpoint, counts } } })
    await changeValue(line, 'due_date', '2027-04-01')
    await work()

    expect(await begun()).toMatchObject({ status: 'undone', problem: { code: 'reading_restarted' } })
    expect(await again()).toMatchObject({ status: 'done', counts: { rows: 700, created: 700 } })
    expect(await people()).toEqual(full)
  })

  it('begins again as the same upload where no row had reached a customer', async () => {
    await share('F1', LOANS)
    await work()
    const full = await people()
    await stopAfter(LEELA)
    await customers.collection.deleteMany({})
    await fileUploads.collection.updateOne(BEGUN, { $unset: { checkpoint: '' } })
    await changeRow(LEELA, { $set: { 'values.due_date': '2025-04-25' } })
    await work()

    expect(await begun()).toMatchObject({ status: 'done', counts: { rows: 8 } })
    expect([await undos(), await people()]).toEqual([[], full])
  })

  it('ends the same wherever its process dies', async () => {
    const prepare = async () => {
      for (const model of [customers, uploadRows, fileUploads]) await model.collection.deleteMany({})
      await share('F1', LOANS)
      await work()
      const full = await people()
      await stopAfter(STOPPED)
      await changeValue(LEELA, 'due_date', '2025-04-25')
      return full
    }
    let deaths = 0
    for (let n = 1; ; n += 4) {
      const full = await prepare()
      if (!(await dieAtCall(n))) break
      deaths += 1
      await work()
      expect([await begun(), await undos()]).toMatchObject([
        { status: 'undone', problem: { code: 'reading_restarted' } },
        [{ status: 'done' }],
      ])
      expect(await again()).toMatchObject({ status: 'done', counts: { rows: 8, created: 4 } })
      expect(await fileUploads.collection.countDocuments({ kind: 'import' })).toBe(2)
      expect(await people()).toEqual(full)
    }
    expect(deaths).toBeGreaterThan(5)
  }, 240_000)
})

/** Searches and writes. */
const CALLS = [
  'find',
  'findOne',
  'findOneAndUpdate',
  'insertMany',
  'insertOne',
  'updateOne',
  'bulkWrite',
] as const
/** The process dies at its n-th call of the database. @returns false if it never makes so many */
const dieAtCall = (n: number) => runs.dieAt(n, CALLS)

const sheet = (cells: readonly (readonly string[])[]) =>
  cells
    .map((line, at) =>
      row(at + 1, line.map((text, column) => inline(`${'ABCDE'[column]}${at + 1}`, text)).join('')),
    )
    .join('')
const workbook = (cells: readonly (readonly string[])[]) =>
  buildZip(buildWorkbook({ sheets: [{ name: 'List', rows: sheet(cells) }] }))
const OPEN_DATES = Array.from({ length: 450 }, (_, at) => [
  `98110${40_000 + at}`,
  `Person ${at}`,
  at === 440 ? '25/04/2026' : `0${(at % 9) + 1}/04/2026`,
])

describe('an import whose stored rows this version reads the same', () => {
  it.each<[string, File, number]>([
    ['a list with repeated, blank and invalid rows', LOANS, STOPPED],
    ['a list without a header', utf8('bare.csv', '9811020010,Kiran Vaidya\n9811020011,Leela Bose\n'), 1],
    [
      'a list in an old encoding',
      ['alt.csv', Buffer.from('Telefon;Name\n9811020010;J\xfcrgen Vogt\n9811020011;Ren\xe9 Lal\n', 'latin1')],
      2,
    ],
    [
      'a list with half a letter and slipped cells',
      [
        'half.csv',
        Buffer.from(
          '\ufeffPhone,Name\n98110 2,Ki\ud83dran\n9811020011,Le\udc00ela,x\n9811020012,Ta\ud83dra\n9811020013,Imran\n',
          'utf16le',
        ),
      ],
      4,
    ],
    [
      'a list in an archive',
      ['lists.zip', buildZip([{ name: 'in/list.csv', content: Buffer.from(LOANS[1]) }])],
      4,
    ],
    [
      'a list whose late rows show the order of its dates',
      utf8(
        'open.csv',
        [['Phone', 'Name', 'Due Date'], ...OPEN_DATES].map((line) => line.join(',')).join('\n'),
      ),
      300,
    ],
    [
      'a list with half a letter in a heading',
      [
        'half.csv',
        Buffer.from(
          '\ufeffPhone,Name,Br\ud83danch\n9811020010,Kiran,Salem\n9811020011,Leela,Erode\n',
          'utf16le',
        ),
      ],
      2,
    ],
    [
      'a list with odd headings',
      utf8(
        'odd.csv',
        'Phone,Name,__proto__,constructor,toString,a.b,$x,,Name,Phone 2,Birthday\n' +
          '9811020010,Kiran,p1,c1,t1,ab,x,blank,Second,9811020020,1990-01-01\n' +
          '9811020011,Leela,p2,#CLEAR,t2,#CLEAR,x,,,#CLEAR,29/02/1988\n' +
          '9811020012,Tara,p3,c3,,,x,q,Other,"9811020021; 9811020022",\n',
      ),
      3,
    ],
    [
      'a workbook',
      [
        'list.xlsx',
        workbook([
          ['Phone', 'Name'],
          ['9811020010', 'Kiran Vaidya'],
          ['9811020011', 'Leela Bose'],
        ]),
      ],
      2,
    ],
    [
      'a workbook whose late rows show the order of its dates',
      ['open.xlsx', workbook([['Phone', 'Name', 'Due Date'], ...OPEN_DATES])],
      300,
    ],
  ])('is continued: %s', async (_, file, line) => {
    await share('F1', file)
    // Without headings, the phone column is a question.
    const answer = { index: 0, by: 'U1', at: SHARED }
    const candidates = [{ index: 0, header: '', examples: [] }]
    const question = { kind: 'phone_column', candidates, is_headerless: true, is_phoneless: false, answer }
    if (file[0] === 'bare.csv') await fileUploads.collection.updateOne(BEGUN, { $set: { question } })
    await work()
    const [full, whole] = [await people(), await begun()]
    expect(whole.status).toBe('done')
    await stopAfter(line)
    await work()

    expect(await begun()).toMatchObject({ status: 'done', counts: whole.counts, notes: whole.notes })
    expect([await undos(), await people()]).toEqual([[], full])
  })

  const erased = (line: number) => async () =>
    await changeRow(line, {
      $set: { forgotten_by: 7 },
      $unset: { phone: '', values: '', changes: '', cells: '', customer: '' },
    })
  const setUpload = (change: object) => async () => {
    await fileUploads.collection.updateOne(BEGUN, { $set: change })
  }
  const setOptions = (options: Partial<ImportOptions>) => async () => {
    changed = options
  }

  it.each<[string, () => Promise<unknown>]>([
    ['a person of its rows was forgotten', erased(LEELA)],
    ['a person of an invalid row was forgotten', erased(INVALID_PHONE)],
    [
      'the values of its rows were deleted because of their age',
      async () => {
        const { _id: upload } = await begun()
        await uploadRows.collection.updateMany(
          { upload },
          { $set: { without_values: {} }, $unset: { values: '', changes: '', cells: '' } },
        )
      },
    ],
    [
      'a second phone of its rows was forgotten',
      async () => {
        await changeRow(KIRAN, { $set: { 'values.other_phones': null } })
        await fileUploads.collection.insertOne({
          _id: new mongo.ObjectId(),
          kind: 'forget',
          number: 9,
          status: 'done',
          forget: { from_others: true },
          started_at: new Date(Date.now() + 1_000),
          shared_at: SHARED,
        })
      },
    ],
    ['a heading named a forgotten person', setUpload({ 'file.header.1': '' })],
    ['the default country is another', setOptions({ defaultRegion: 'US' })],
    ['the order of dates is another', setOptions({ dateOrder: 'month_first' })],
    ['the word that empties a field is another', setOptions({ clearWord: 'Erode' })],
    ['a name is a blank word now', setOptions({ blankWords: ['Leela Bose', 'Theni'] })],
    ['a phone is a dummy now', setOptions({ dummyPhones: ['+919811020011', '+919811020014'] })],
    ['rows match second phones now', setOptions({ matchOtherPhones: true })],
    ['the guard is stricter', setOptions({ maxInvalidPercent: 0 })],
    [
      'fields.yml has more headings, and a rule',
      setOptions({
        catalogue: parseFields(
          'fields:\n  - name: city\n    synonyms: [Branch]\n    rule: keep\n',
          'fields.yml',
        ),
      }),
    ],
    [
      'its version stored less of a reading',
      async () => {
        await fileUploads.collection.updateOne(BEGUN, {
          $unset: {
            'file.mapping.region': '',
            'file.mapping.shape': '',
            'file.read_with': '',
            'file.headings': '',
          },
        })
      },
    ],
    [
      'a customer has changed since',
      async () => {
        await customers.collection.updateOne({ primary_phone: '+919811020014' }, { $set: { city: 'Pune' } })
      },
    ],
  ])('is continued where %s', async (_, change) => {
    await share('F1', LOANS)
    await work()
    const whole = await begun()
    await stopAfter(STOPPED)
    await change()
    await work()

    expect(await begun()).toMatchObject({ status: 'done', counts: whole.counts })
    expect(await undos()).toEqual([])
    expect(await customers.collection.findOne({ primary_phone: '+919811020015' })).toMatchObject({
      full_name: 'Vinod Pai',
      due_date: '2026-05-07',
      attributes: { branch: 'Theni' },
    })
  })

  it('is continued where the same birthday was in the future on the day it began', async () => {
    const day = new Date(Date.now() - 86_400_000)
    await share(
      'F1',
      utf8(
        'born.csv',
        `Phone,Name,Date of Birth\n9811020010,Kiran,${day.toISOString().slice(0, 10)}\n9811020011,Leela,1990-01-02\n`,
      ),
    )
    await fileUploads.collection.updateOne(BEGUN, {
      $set: { started_at: new Date(day.getTime() - 86_400_000) },
    })
    await work()
    expect((await begun()).counts).toMatchObject({ invalid: 1, created: 1 })
    await stopAfter(2)
    await work()

    expect(await begun()).toMatchObject({ status: 'done', counts: { invalid: 1, created: 1 } })
    expect(await undos()).toEqual([])
  })

  it('is continued where stored customers decided about its rows', async () => {
    changed = { matchOtherPhones: true }
    await share(
      'F0',
      utf8(
        'known.csv',
        'Phone,Name,Other Phone\n9811020020,Asha Menon,9811020021\n9811020022,Ravi Kumar,9811020023\n9811020024,Uma Iyer,9811020023\n',
      ),
      new Date(SHARED.getTime() - 86_400_000),
    )
    await work()
    // By a second phone of one customer, by one of two customers, and by a phone of its own.
    await share(
      'F1',
      utf8(
        'more.csv',
        'Phone,Name,City,Other Phone\n9811020021,Asha Menon,Salem,9811020020\n9811020023,Ravi Kumar,Erode,\n9811020022,Ravi Kumar,Erode,\n9811020025,Vinod Pai,Theni,\n',
      ),
    )
    await work()
    const [full, whole] = [await people(), await begun()]
    expect(whole.counts).toMatchObject({ rows: 4, updated: 2, created: 1, invalid: 1 })
    expect(await uploadRows.collection.findOne<UploadRow>({ upload: whole._id, line: 2 })).toMatchObject({
      phone: '+919811020021',
      customer_phone: '+919811020020',
    })
    await stopAfter(4)
    await work()

    expect(await begun()).toMatchObject({ status: 'done', counts: whole.counts })
    expect([await undos(), await people()]).toEqual([[], full])
  })

  it('is continued with the matches it began with where it died behind its only batch', async () => {
    changed = { matchOtherPhones: true }
    await share(
      'F0',
      utf8('known.csv', 'Phone,Name,Other Phone\n9811020020,Asha Menon,9811020021\n'),
      new Date(SHARED.getTime() - 86_400_000),
    )
    await work()
    await share('F1', utf8('more.csv', 'Phone,Name,City\n9811020021,Asha Menon,Salem\n'))
    await work()
    const whole = await begun()
    expect(whole.matched_phones).toMatchObject({ rows: 1 })
    await stopAtEnd()
    changed = { matchOtherPhones: false }
    await work()

    expect(await begun()).toMatchObject({
      status: 'done',
      counts: whole.counts,
      matched_phones: whole.matched_phones,
      match_other_phones: true,
    })
  })

  it('is no preview any more where it died behind its only batch', async () => {
    await share('F1', LOANS)
    expect(await previewWaiting(models, await begun())).toBe(true)
    await fileUploads.collection.updateOne(BEGUN, { $unset: { preview_wanted: '' } })
    await work()
    await stopAtEnd()

    expect(await previewWaiting(models, await begun())).toBe(false)
    await work()
    expect(await begun()).toMatchObject({ status: 'done', counts: { rows: 8 } })
  })

  it('is continued where rows that share a phone are rows to correct', async () => {
    await share(
      'F1',
      utf8(
        'shared.csv',
        'Phone,Name\n9811020010,Kiran Vaidya\n9811020010,Leela Bose\n9811020012,Tara Nair\n9811020013,Imran Qadri\n',
      ),
    )
    await fileUploads.collection.updateOne(BEGUN, {
      $set: {
        hold: {
          reasons: [{ kind: 'shared_phones', rows: 2, of: 4 }],
          answer: { by: 'U1', at: SHARED, shared_phones: 'to_correct' },
        },
      },
    })
    await work()
    const whole = await begun()
    const counts: Partial<UploadCounts> = { rows: 4, created: 2, invalid: 2 }
    expect(whole.counts).toMatchObject(counts)
    await stopAfter(4)
    await work()

    expect(await begun()).toMatchObject({ status: 'done', counts })
    expect(await undos()).toEqual([])
  })
})

describe('a setting that changes how cells are read', () => {
  const LIST = utf8(
    'words.csv',
    'Phone,Name,City\n9811020010,Kiran Vaidya,Salem\n9811020011,Leela Bose,Erode\n9811020012,Tara Nair,Erode\n',
  )
  const cities = async () => (await people()).map(({ city }) => city)

  it('counts for the rest of a file as it did for the first rows', async () => {
    changed = { blankWords: ['Erode'] }
    await share('F1', LIST)
    await work()
    await stopAfter(3)
    changed = {}
    await work()

    expect([(await begun()).status, await cities()]).toEqual(['done', ['Salem', undefined, undefined]])
  })

  const approve = async () =>
    await fileUploads.collection.updateOne(
      { ...BEGUN, status: 'held' },
      {
        $set: { status: 'queued', 'hold.answer': { by: 'U1', at: SHARED } },
        $unset: { preview_wanted: '' },
      },
    )
  /** Shared, and shown to a person. */
  async function show(): Promise<void> {
    await share('F1', LIST)
    await fileUploads.collection.updateOne(BEGUN, { $set: { preview_wanted: true } })
    await work()
    expect((await begun()).status).toBe('held')
  }

  it('counts as it is when the first row is written, after the file is shown again', async () => {
    changed = { blankWords: ['Erode'] }
    await show()
    changed = { blankWords: ['Salem'] }
    await approve()
    await work()

    const again = await begun()
    expect(again).toMatchObject({ status: 'held', preview: { counts: { created: 3 } } })
    expect(again.hold?.answer).toBeUndefined()
    expect(again.notes).toContainEqual(expect.stringMatching(/approved before.*shown again/u))
    expect(await people()).toEqual([])

    await approve()
    await work()
    expect([(await begun()).status, await cities()]).toEqual(['done', [undefined, 'Erode', 'Erode']])
    expect((await begun()).file.read_with).toEqual({ clear_word: '#CLEAR', blank_words: ['Salem'] })
    expect((await begun()).notes).not.toContainEqual(expect.stringContaining('approved before'))
  })

  it('does not matter to an approved file whose rows it reads the same', async () => {
    await show()
    changed = { blankWords: ['Theni'], dummyPhones: ['+919811020099'] }
    await approve()
    await work()

    expect([(await begun()).status, await cities()]).toEqual(['done', ['Salem', 'Erode', 'Erode']])
  })

  it('does not matter to an approved file that an earlier version showed', async () => {
    await show()
    await fileUploads.collection.updateOne(BEGUN, { $unset: { 'preview.reading': '' } })
    changed = { blankWords: ['Salem'] }
    await approve()
    await work()

    expect([(await begun()).status, await cities()]).toEqual(['done', [undefined, 'Erode', 'Erode']])
  })

  it('makes a file be read again where fields.yml gives a column another type', async () => {
    const typed = (type: string) => ({
      catalogue: parseFields(
        `fields:\n  - name: branch\n    type: ${type}\n    label: Branch\n`,
        'fields.yml',
      ),
    })
    changed = typed('text')
    await share(
      'F1',
      utf8('codes.csv', 'Phone,Name,Branch\n9811020010,Kiran Vaidya,017\n9811020011,Leela Bose,018\n'),
    )
    await work()
    await stopAfter(2)
    changed = typed('number')
    await work()

    expect(await begun()).toMatchObject({ status: 'undone', problem: { code: 'reading_restarted' } })
    expect((await people()).map(({ branch }) => branch)).toEqual([17, 18])
  })
})
