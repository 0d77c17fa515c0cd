import { mongo } from 'mongoose'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { FileUpload, ForgetUpload, ImportUpload, UploadRow } from '../../../models/index.ts'
import { AppError } from '../../../src/errors.ts'
import { forecastForget, queueForget, requestForget } from '../../../src/uploads/forget/forget-request.ts'
import { runForget } from '../../../src/uploads/forget/forget-run.ts'
import { findOthers, removeSecondPhone } from '../../../src/uploads/forget/remove-second-phone.ts'
import { claimUpload } from '../../../src/uploads/lease/upload-lease.ts'
import { endingWord, formerEndingWord } from '../../../src/uploads/rows/index.ts'
import { runUpload } from '../../../src/uploads/worker/run-upload.ts'
import { playImport, playUndo, runDeps } from '../../support/play-uploads.ts'
import { openTestModels } from '../../support/test-models.ts'

const KUSHAL = '+917417119014'
const LATA = '+919820098200'
const ASKER = { team: 'T1', channel: 'C1', user: 'UADMIN' }

const { models } = await openTestModels()

beforeEach(async () => {
  const { customers, uploadRows, fileUploads, sentFiles, forgetRequests, columnChoices } = models
  for (const model of [customers, uploadRows, fileUploads, sentFiles, forgetRequests, columnChoices])
    await model.collection.deleteMany({})
})

/** Two files with Kushal and Lata, the second one undone; an invalid row of Kushal; files the bot sent. */
async function playHistory(): Promise<FileUpload> {
  const first = await playImport(models, { sharedAt: new Date('2026-01-01') }, [
    { line: 2, phone: KUSHAL, values: { full_name: 'Kushal Sharma', email: 'kushal@example.com' } },
    { line: 3, phone: LATA, values: { full_name: 'Lata' } },
  ])
  const second = await playImport(models, { sharedAt: new Date('2026-01-02') }, [
    { line: 2, phone: KUSHAL, values: { city: 'Pune' } },
    { line: 3, phone: KUSHAL, values: { city: 'Nagpur' } },
  ])
  await models.uploadRows.collection.insertOne({
    _id: new mongo.ObjectId(),
    upload: second._id,
    line: 4,
    outcome: 'invalid',
    cells: ['99', 'KUSHAL@example.com'],
    problem: { code: 'phone_invalid', column: 'phone', message: 'is too short' },
    shared_at: second.shared_at,
  })
  await models.fileUploads.collection.updateOne(
    { _id: second._id },
    {
      $set: { 'counts.rows': 3, 'counts.invalid': 1, failed_rows: { file_id: 'FROWS', sent_at: new Date() } },
    },
  )
  await models.sentFiles.collection.insertMany([
    { _id: 'FALL', user: 'U1', sent_at: new Date() },
    { _id: 'FBOTH', user: 'U1', uploads: [first.number, second.number], sent_at: new Date() },
    { _id: 'FOTHER', user: 'U1', uploads: [9_999], sent_at: new Date() },
  ] as never)
  await playUndo(models, second.number)
  return second
}

async function queue(): Promise<FileUpload> {
  const now = new Date()
  const token = await requestForget(models, KUSHAL, ASKER)
  const forget = await queueForget(models, token, { ...ASKER, now })
  if (!forget) throw new Error('not queued')
  return forget
}

async function claim(): Promise<ForgetUpload> {
  const claimed = await claimUpload(models, { leaseMs: 30_000 }, () => true)
  if (claimed?.kind !== 'forget') throw new Error('no request to claim')
  return claimed
}

async function readEverything(): Promise<string> {
  const { customers, uploadRows, fileUploads, sentFiles, forgetRequests, columnChoices } = models
  const documents = await Promise.all(
    [customers, uploadRows, fileUploads, sentFiles, forgetRequests, columnChoices].map((model) =>
      model.collection.find().toArray(),
    ),
  )
  return JSON.stringify(documents)
}

describe('a run that forgets a person', () => {
  it('leaves no value that a rule kept, and no cell that was kept for correcting columns', async () => {
    const rules = [{ path: 'city', rule: 'fill_blanks' as const }]
    const sample = [{ index: 0, cells: [{ line: 2, text: 'Kushal, written otherwise' }] }]
    await playImport(models, { sharedAt: new Date('2026-01-01') }, [
      { line: 2, phone: KUSHAL, values: { city: 'Chandrapur' } },
    ])
    const second = await playImport(models, { sharedAt: new Date('2026-01-02'), rules }, [
      { line: 2, phone: KUSHAL, values: { city: 'Pune' } },
    ])
    await models.fileUploads.collection.updateMany(
      {},
      { $set: { 'file.sample': sample, finished_at: new Date() } },
    )
    const waiting = { ...second, _id: new mongo.ObjectId(), number: 900, status: 'held' as const }
    await models.fileUploads.collection.insertOne({
      ...waiting,
      source: { ...second.source, file_id: 'FHELD' } as FileUpload['source'],
      file: { name: 'held.csv', sample: [{ index: 0, cells: [{ line: 9, text: 'somebody' }] }] },
    })
    expect(await readEverything()).toMatch(/Chandrapur.*written otherwise/s)

    await queue()
    await runUpload(runDeps(models), await claim(), new AbortController().signal)

    expect(await readEverything()).not.toMatch(/Chandrapur|written otherwise|somebody/)
  })

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9])(
    'is finished by another where it was broken off before step %i',
    async (step) => {
      await playHistory()
      const { _id } = await queue()
      const deleted = new Set<string>()
      const deleteFile = async (file: string) => deleted.add(file).has(file)
      const { signal } = new AbortController()
      let calls = 0
      vi.spyOn(signal, 'throwIfAborted').mockImplementation(() => {
        calls += 1
        if (calls === step) throw new AppError('stopping')
      })
      await expect(
        runForget({ models, signal, deleteFile, deleteMessage: async () => true }, await claim()),
      ).rejects.toMatchObject({
        code: 'stopping',
      })
      await models.fileUploads.collection.updateOne({ _id }, { $set: { 'lease.expires_at': new Date(0) } })

      await runUpload({ ...runDeps(models), deleteFile }, await claim(), new AbortController().signal)

      const done = await models.fileUploads.collection.findOne<FileUpload>({ _id })
      expect(done).toMatchObject({
        status: 'done',
        forget_counts: { customers: 1, rows: 5, uploads: 3, files: 3 },
      })
      expect([...deleted].sort()).toEqual(['FALL', 'FBOTH', 'FROWS'])
      expect(await models.sentFiles.collection.distinct('_id')).toEqual(['FOTHER'])
      expect(await readEverything()).not.toMatch(/74171|kushal|Pune|Nagpur/i)
      expect(await models.customers.collection.find().toArray()).toMatchObject([{ primary_phone: LATA }])
    },
  )

  it('says which files Slack did not let it delete', async () => {
    await playHistory()
    const { _id } = await queue()

    await runUpload(
      { ...runDeps(models), deleteFile: async (file) => file !== 'FALL' },
      await claim(),
      new AbortController().signal,
    )

    const done = await models.fileUploads.collection.findOne<FileUpload>({ _id })
    expect(done).toMatchObject({ forget: { files_left: ['FALL'] }, forget_counts: { files: 2 } })
  })

  it('takes a line of theirs out that was taken for headings, and what was chosen for such files', async () => {
    const second = await playHistory()
    const header = ['KUSHAL@example.com', 'Kushal Sharma', '']
    const columns = header.map((text, index) => ({
      index,
      header: text,
      target: 'attribute',
      field: `c${index}`,
    }))
    await models.fileUploads.collection.updateOne(
      { _id: second._id },
      {
        $set: {
          file: {
            ...second.file,
            header,
            mapping: { columns },
            phone_column: { header: header[0], index: 0 },
          },
        },
      },
    )
    await models.columnChoices.collection.insertMany([
      { number: 1, fingerprint: 'a', header, column: 2, chosen_by: 'U1', chosen_at: new Date(), upload: 2 },
      {
        number: 2,
        fingerprint: 'b',
        header: ['Kunde', 'Ort'],
        column: 0,
        chosen_by: 'U1',
        chosen_at: new Date(),
        upload: 1,
      },
    ])
    await queue()

    await runUpload(
      { ...runDeps(models), deleteFile: async () => true },
      await claim(),
      new AbortController().signal,
    )

    expect(await readEverything()).not.toMatch(/kushal/i)
    expect(await models.columnChoices.collection.distinct('number')).toEqual([2])
  })

  it('leaves nothing of a file that failed: not its name, its address, nor what was said of it', async () => {
    await playHistory()
    const failed = (over: Partial<ImportUpload>): ImportUpload => ({
      _id: new mongo.ObjectId(),
      kind: 'import',
      number: 100,
      status: 'failed',
      source: {
        kind: 'slack',
        team: 'T1',
        channel: 'C1',
        user: 'U1',
        file_id: 'F1',
        permalink: 'https://team.slack.com/files/U1/F1/kushal%40example.com_+91_74171-19014.csv',
      },
      file: { name: '7417119014.csv' },
      problem: {
        code: 'no_phone_column',
        message: 'The columns are: Kunde, kushal@example.com.',
        next: 'Call the column of (+91) 74171 19014 phone.',
      },
      notes: ['The heading "074171 19014" is no heading.', 'Two columns are called Ort.'],
      attempts: 0,
      shared_at: new Date(),
      finished_at: new Date(),
      receipt: { due: false, posted_at: new Date(), message: '1.5' },
      ...over,
    })
    const theirs = failed({})
    const path = failed({
      number: 101,
      source: { kind: 'cli', user: 'asha', host: 'laptop', path: '/home/asha/917417119014.csv' },
    })
    const other = failed({
      number: 102,
      source: { kind: 'slack', team: 'T1', channel: 'C1', user: 'U1', file_id: 'F2' },
      file: { name: 'lata.csv' },
      problem: { code: 'file_empty', message: 'lata.csv is empty.', next: 'Share another.' },
      notes: [],
    })
    const posting = failed({
      number: 103,
      source: { kind: 'slack', team: 'T1', channel: 'C1', user: 'U1', file_id: 'F3' },
      receipt: { due: true, claimed_until: new Date(Date.now() + 600_000) },
    })
    await models.fileUploads.collection.insertMany([theirs, path, other, posting])
    const forget = await queue()
    const running = await claim()

    await runForget(
      {
        models,
        signal: new AbortController().signal,
        deleteFile: async () => true,
        deleteMessage: async () => true,
      },
      running,
    )

    const find = async ({ _id }: FileUpload) =>
      await models.fileUploads.collection.findOne<FileUpload>({ _id })
    expect(
      JSON.stringify(await models.fileUploads.collection.find({ _id: { $ne: forget._id } }).toArray()),
    ).not.toMatch(/74171|kushal|Pune|Nagpur/i)
    expect(await find(theirs)).toMatchObject({
      file: { name: 'forgotten.csv' },
      problem: {
        code: 'no_phone_column',
        message: expect.stringContaining('named a person who was forgotten'),
      },
      notes: ['Two columns are called Ort.'],
      // The receipt in the thread contains all this, so it is edited.
      receipt: { due: true, message: '1.5' },
    })
    expect(await find(path)).toMatchObject({ source: { path: 'forgotten.csv' }, receipt: { due: false } })
    expect(await find(other)).toEqual(other)
    // A process is just posting it with the person: it finds its claim gone, and the receipt stays due.
    expect((await find(posting))?.receipt).toEqual({ due: true })
  })

  it('finds rows that name the person by an address within a cell, or by the name and something else', async () => {
    const second = await playHistory()
    const cells = [
      ['99', 'Kushal <kushal@example.com>'],
      ['99', 'kushal  SHARMA', 'nagpur'],
      ['99', 'Kushal Sharma', 'Agra'],
      ['99', 'Lata', 'Nagpur'],
    ]
    await models.uploadRows.collection.insertMany(
      cells.map((row, at) => ({
        _id: new mongo.ObjectId(),
        upload: second._id,
        line: at + 10,
        outcome: 'invalid',
        cells: row,
        shared_at: second.shared_at,
      })),
    )
    await queue()

    await runForget(
      {
        models,
        signal: new AbortController().signal,
        deleteFile: async () => true,
        deleteMessage: async () => true,
      },
      await claim(),
    )

    const left = await models.uploadRows.collection
      .find({ cells: { $exists: true } })
      .sort({ line: 1 })
      .toArray()
    expect(left.map((row) => row.cells)).toEqual(cells.slice(2))
  })

  it('keeps nobody in mind also where it fails for good', async () => {
    await playHistory()
    const { _id } = await queue()
    const deleteFile = async () => {
      throw new AppError('unexpected')
    }

    await runUpload({ ...runDeps(models), deleteFile }, await claim(), new AbortController().signal)

    const failed = await models.fileUploads.collection.findOne<FileUpload>({ _id })
    expect(failed).toMatchObject({ status: 'failed', problem: { code: 'unexpected' } })
    expect(JSON.stringify(failed)).not.toContain('74171')
  })

  it('finds the phone in any way of writing, and a loan ID, and nothing that only looks alike', async () => {
    const upload = await playImport(models, { sharedAt: new Date('2026-01-01') }, [
      { line: 2, phone: KUSHAL, values: { loan_id: 'SL-1001' } },
    ])
    const cells = [
      ['0 74171-19014', 'x'],
      ['(+91) ７４１７１ １９０１４', 'x'],
      ['७४१७११९०१४', 'x'],
      ['7417119014 / 9820098200', 'x'],
      ['12', 'sl 1001'],
      ['12', 'SL-10011'],
      ['7417119015', 'x'],
      ['', ''],
    ]
    await models.uploadRows.collection.insertMany(
      cells.map((row, at) => ({
        _id: new mongo.ObjectId(),
        upload: upload._id,
        line: at + 3,
        outcome: 'invalid',
        cells: row,
        shared_at: upload.shared_at,
      })),
    )
    await models.fileUploads.collection.updateOne(
      { _id: upload._id },
      { $set: { 'counts.invalid': cells.length } },
    )
    await queue()

    await runUpload(runDeps(models), await claim(), new AbortController().signal)

    const left = await models.uploadRows.collection
      .find({ cells: { $exists: true } })
      .sort({ line: 1 })
      .toArray()
    expect(left.map(({ cells: [first, second] }) => [first, second])).toEqual([
      ['12', 'SL-10011'],
      ['7417119015', 'x'],
      ['', ''],
    ])
  })
})

describe('a question whether to forget', () => {
  it('is open for a quarter of an hour, for whoever was asked, where they were asked', async () => {
    const now = new Date()
    const token = await requestForget(models, KUSHAL, ASKER)
    /** As if this many milliseconds had passed since the question. */
    const pass = (ms: number) =>
      models.forgetRequests.collection.updateMany({}, [{ $set: { until: { $subtract: ['$until', ms] } } }])

    expect(await queueForget(models, token, { ...ASKER, user: 'UOTHER', now })).toBeUndefined()
    expect(await queueForget(models, token, { ...ASKER, channel: 'COTHER', now })).toBeUndefined()
    expect(await queueForget(models, token, { ...ASKER, team: 'TOTHER', now })).toBeUndefined()

    const late = await requestForget(models, LATA, ASKER)
    await pass(14 * 60_000)
    expect(await queueForget(models, token, { ...ASKER, now })).toMatchObject({ status: 'queued' })
    await pass(60_000)
    expect(await queueForget(models, late, { ...ASKER, now })).toBeUndefined()
  })

  it('says how much there is to erase', async () => {
    await playHistory()

    expect(await forecastForget(models, KUSHAL)).toMatchObject({ customers: 1, rows: 4 })
    expect(await forecastForget(models, '+919000000000')).toEqual({
      customers: 0,
      rows: 0,
      uploads: [],
      others: 0,
      held: [],
    })
  })
})

describe('a phone that others have beside their own', () => {
  const SHOP = '+912025671234'
  const HALL = '+912025675678'
  const playOthers = async () => {
    await playImport(models, { sharedAt: new Date('2026-01-01') }, [
      { line: 2, phone: KUSHAL, values: { full_name: 'Kushal' } },
      { line: 3, phone: LATA, values: { full_name: 'Lata', other_phones: [SHOP] } },
    ])
    return await playImport(models, { sharedAt: new Date('2026-01-02') }, [
      { line: 2, phone: LATA, values: { other_phones: [KUSHAL] } },
    ])
  }
  const forget = (fromOthers: boolean) => forgetPhone(KUSHAL, fromOthers)
  const forgetPhone = async (phone: string, fromOthers = false) => {
    const token = await requestForget(models, phone, ASKER, fromOthers)
    const queued = await queueForget(models, token, { ...ASKER, now: new Date() })
    await runUpload(
      { ...runDeps(models), deleteFile: async () => true },
      (await claimUpload(models, { leaseMs: 30_000 }, () => true)) as FileUpload,
      new AbortController().signal,
    )
    return await models.fileUploads.collection.findOne<FileUpload>({ number: queued?.number ?? 0 })
  }
  const readLata = () => models.customers.collection.findOne({ primary_phone: LATA })

  it('stays theirs where nobody asks for more', async () => {
    await playOthers()
    expect(await forecastForget(models, KUSHAL)).toMatchObject({ customers: 1, others: 1 })

    await forget(false)

    expect(await readLata()).toMatchObject({ other_phones: [KUSHAL] })
  })

  it('goes out of customers, rows and words where somebody asks, and an undo does not bring it back', async () => {
    const second = await playOthers()

    const done = await forget(true)

    expect(done).toMatchObject({ status: 'done', forget: { others: 1 }, forget_counts: { customers: 1 } })
    expect(await readLata()).not.toHaveProperty('other_phones')
    const rows = await models.uploadRows.collection.find<UploadRow>({}).toArray()
    expect(JSON.stringify(rows)).not.toContain(KUSHAL)
    expect(rows.filter(({ search }) => search?.length === 0)).toEqual([])
    await playUndo(models, second.number)
    expect(await readLata()).toMatchObject({ full_name: 'Lata', other_phones: [SHOP] })
  })

  it('leads to the rows of whoever is forgotten, and not to those that went to somebody else by it', async () => {
    const matchesOtherPhones = true
    await playImport(models, { sharedAt: new Date('2026-01-01'), matchesOtherPhones }, [
      { line: 2, phone: KUSHAL, values: { full_name: 'Kushal', other_phones: [SHOP, HALL] } },
      { line: 3, phone: LATA, values: { full_name: 'Lata', other_phones: [HALL] } },
    ])
    const second = await playImport(models, { sharedAt: new Date('2026-01-02'), matchesOtherPhones }, [
      { line: 2, phone: SHOP, values: { city: 'Pune' } },
      { line: 3, phone: HALL, values: { city: 'Agra' } },
    ])
    expect(await forecastForget(models, KUSHAL)).toMatchObject({ customers: 1, rows: 2 })

    const done = await forget(false)

    expect(done).toMatchObject({ status: 'done', forget_counts: { customers: 1, rows: 3 } })
    const rows = await models.uploadRows.collection.find({ upload: second._id }).sort({ line: 1 }).toArray()
    expect(rows).toMatchObject([
      { outcome: 'updated', forgotten_by: done?.number },
      { outcome: 'invalid', forgotten_by: done?.number, problem: { code: 'phone_of_several' } },
    ])
    expect(JSON.stringify(rows)).not.toMatch(/Kushal|Pune|74171|20256/)
    await forgetPhone(SHOP)
    expect(await readLata()).toMatchObject({ full_name: 'Lata', other_phones: [HALL] })
  })

  it('goes out of rows that came to somebody else by it, which stay theirs', async () => {
    const matchesOtherPhones = true
    const sharedAt = (day: number) => new Date(Date.UTC(2026, 0, day))
    await playImport(models, { sharedAt: sharedAt(1), matchesOtherPhones }, [
      { line: 2, phone: LATA, values: { full_name: 'Lata', other_phones: [KUSHAL] } },
    ])
    const second = await playImport(models, { sharedAt: sharedAt(2), matchesOtherPhones }, [
      { line: 2, phone: KUSHAL, values: { city: 'Pune' } },
    ])

    await forget(true)

    expect(await readLata()).toMatchObject({ full_name: 'Lata', city: 'Pune' })
    expect(await readLata()).not.toHaveProperty('other_phones')
    expect(JSON.stringify(await models.uploadRows.collection.find({}).toArray())).not.toContain(KUSHAL)
    await playUndo(models, second.number)
    expect(await readLata()).not.toHaveProperty('city')
  })

  it('takes the words of its last digits with it, also those of an earlier version', async () => {
    await playOthers()
    const words = (phone: string) => [phone, endingWord(phone), formerEndingWord(phone)]
    await models.uploadRows.collection.updateMany(
      { search: KUSHAL },
      {
        $set: { search: ['lata', endingWord(LATA), formerEndingWord(LATA), ...words(KUSHAL)] },
      },
    )

    await removeSecondPhone(models, KUSHAL)

    const rows = await models.uploadRows.collection.find({ search: formerEndingWord(LATA) }).toArray()
    expect(rows.map(({ search }) => search)).toEqual(
      rows.map(() => ['lata', endingWord(LATA), formerEndingWord(LATA)]),
    )
    expect(rows).not.toEqual([])
  })

  it('is removed once, also where a run begins again', async () => {
    await playOthers()
    await removeSecondPhone(models, KUSHAL)
    const after = await models.uploadRows.collection.find({}).toArray()
    await removeSecondPhone(models, KUSHAL)

    expect(await models.uploadRows.collection.find({}).toArray()).toEqual(after)
    expect(await findOthers(models, KUSHAL)).toEqual(new Set())
  })
})
