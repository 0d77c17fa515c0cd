import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import mongoose, { mongo } from 'mongoose'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { findControl } from '../../dev/demo/demo-controls.ts'
import { showMessage } from '../../dev/slack/show-message.ts'
import type { CommandAnswers, Message, ShownView } from '../../dev/workspace/workspace.ts'
import { type Customer, createModels, type FileUpload, ROW_OUTCOMES } from '../../models/index.ts'
import { runImport } from '../../src/cli/run-import.ts'
import { MIGRATIONS } from '../../src/migrations/migrations.ts'
import { loadCoreConfig } from '../../src/settings/config.ts'
import { playWorkspace } from '../support/play-workspace.ts'
import { openTestDatabase } from '../support/test-database.ts'
import { buildWorkbook, inline, row } from '../xlsx/support/build-workbook.ts'
import { buildZip } from '../xlsx/support/build-zip.ts'
import { type PlayedFixture, playFixture, readFixture } from './support/play-fixture.ts'

const KIRAN = '+919811020010'
const LONG = { timeout: 45_000 }

const waitUntil = async (bot: PlayedFixture, number: number, status: FileUpload['status']) => {
  await expect.poll(async () => (await bot.upload(number)).status, LONG).toBe(status)
  return await bot.upload(number)
}

const customerOf = async ({ models }: PlayedFixture, primary_phone: string) =>
  await models.customers.collection.findOne<Customer>({ primary_phone })

/** The document of an upload as the earlier version stored it. */
const uploadBefore = ({ fixture }: PlayedFixture, number: number) =>
  mongo.BSON.EJSON.deserialize(
    fixture.collections.file_uploads?.find((upload) => upload.number === number) ?? {},
  ) as FileUpload

/** Every row has one outcome, and each import's receipt equals the sums of its rows. */
async function expectBalance({ models }: PlayedFixture): Promise<void> {
  const uploads = models.fileUploads.collection.find<FileUpload>({ kind: 'import', status: 'done' })
  for await (const { _id, number, counts } of uploads) {
    const rows = await models.uploadRows.collection.countDocuments({ upload: _id })
    const outcomes = ROW_OUTCOMES.reduce((sum, outcome) => sum + (counts?.[outcome] ?? 0), 0)
    expect([number, counts?.rows, outcomes]).toEqual([number, rows, rows])
  }
}

describe('a bot that was used with the version before', () => {
  let bot: PlayedFixture
  beforeAll(async () => {
    bot = await playFixture('used', (workspace) => ({ ADMINS: workspace.userId('meera') }))
  })
  afterAll(() => bot.stop())

  const textOf = (message: Pick<Message, 'text' | 'blocks'>) =>
    showMessage(message, { nameOf: bot.workspace.personName, timeZone: 'Asia/Kolkata' })
  const listAll = ({ answers }: CommandAnswers) => answers.map(textOf).join('\n')
  const ask = async (text: string, person = 'meera') =>
    listAll(await bot.workspace.command(person, 'customers', text))

  function shareOf(name: string) {
    const share = bot.shares.get(name)
    if (!share) throw new Error(`there is no ${name}`)
    return share
  }

  /** Presses a button of the message the earlier version posted for a file. */
  async function press(name: string, label: string, person = 'asha'): Promise<string> {
    const control = findControl(await bot.workspace.thread(shareOf(name)), label)
    if (!control) throw new Error(`there is no ${label} under ${name}`)
    return listAll(await bot.workspace.act(person, 'customers', control))
  }

  it('stores data in the form of today', async () => {
    const state = await bot.models.schemaState.collection.findOne({})
    expect(state).toMatchObject({ version: MIGRATIONS.length })
  })

  it('keeps what had ended: its status, its counts, its reading and why it failed', async () => {
    const ended = [1, 2, 3, 4, 5, 6, 7]
    const shown = ({ status, counts, problem, file, undone_by, ...upload }: FileUpload) => ({
      ...{ status, counts, problem, undone_by, header: file.header, columns: file.mapping?.columns },
      ...(upload.kind === 'undo' && { undo_counts: upload.undo_counts }),
    })
    const now = await Promise.all(ended.map(async (number) => shown(await bot.upload(number))))
    expect(now).toEqual(ended.map((number) => shown(uploadBefore(bot, number))))
    expect(new Set(now.map(({ status }) => status))).toEqual(new Set(['done', 'failed', 'undone']))
  })

  it('imports the file that waited in the queue', async () => {
    expect(await waitUntil(bot, 14, 'done')).toMatchObject({
      file: { name: 'late.csv' },
      counts: { rows: 2, created: 1, updated: 1 },
    })
    expect(await bot.models.fileUploads.collection.countDocuments({ number: { $gt: 14 } })).toBe(0)
  })

  it('imports a file that looked wrong as it was shown, by the button of its message', async () => {
    const before = uploadBefore(bot, 8)
    expect(await press('shifted.csv', 'Examples')).toContain('Kiran Vaidya')
    // A file held by the guard needs another confirmation.
    expect(await press('shifted.csv', 'Import anyway')).toContain('shifted.csv')
    await bot.workspace.act('asha', 'customers', { action: 'import_anyway:0', value: '8' })

    const { file, counts } = await waitUntil(bot, 8, 'done')
    expect(file.mapping).toEqual(before.file.mapping)
    expect(before.preview?.counts).toMatchObject({ rows: 12, updated: 12 })
    // The queued file was shared later, and has a newer value for one of them.
    expect(counts).toMatchObject({ rows: 12, updated: 11, unchanged: 1 })
    expect(await bot.workspace.thread(shareOf('shifted.csv'))).toHaveLength(1)
  })

  it('reads the phone column that is picked from the menu of its message', async () => {
    expect(await press('field-visits.csv', 'Ring', 'ravi')).toContain('Ring')

    const { file, counts } = await waitUntil(bot, 9, 'done')
    expect(file.phone_column).toMatchObject({ header: 'Ring', index: 1 })
    expect(counts).toMatchObject({ rows: 2, invalid: 0 })
    expect((await customerOf(bot, '+919811020014'))?.attributes).toMatchObject({ person: 'Rekha Lal' })
  })

  it('reads the sheet that is picked from the menu of its message', async () => {
    await press('desks.xlsx', 'Desk B', 'ravi')

    expect(await waitUntil(bot, 10, 'done')).toMatchObject({
      file: { sheet: { name: 'Desk B', position: 2 } },
      counts: { rows: 1 },
    })
    expect((await customerOf(bot, '+919811020016'))?.full_name).toBe('Kiran Vaidya')
  })

  it('puts rows that share a phone among the rows to correct, by the button of its message', async () => {
    await press('office.csv', 'Correct shared phones', 'meera')

    expect((await waitUntil(bot, 11, 'done')).counts).toMatchObject({ rows: 12, invalid: 12 })
  })

  it('imports a file somebody wanted to see first, as it was shown', async () => {
    const { preview } = uploadBefore(bot, 12)
    await press('shown.csv', 'Import')

    expect((await waitUntil(bot, 12, 'done')).counts).toEqual(preview?.counts)
  })

  it('discards a file by the button of its message', async () => {
    await press('left.csv', 'Do not import this file', 'ravi')

    expect(await waitUntil(bot, 13, 'failed')).toMatchObject({ problem: { code: 'left_out' } })
  })

  it('finds people by phone and by name', async () => {
    expect(await ask('/customer 9811020010')).toContain('Kiran')
    expect(await ask('/customer leela')).toContain('Leela Bose')
    expect(await ask('/customer history 9811020010')).toContain('day-2.csv')
  })

  it('undoes a file of then by the button of its receipt, and puts back what was undone then', async () => {
    expect(await press('day-2.csv', 'Undo', 'ravi')).toContain('day-2.csv')
    await bot.workspace.act('ravi', 'customers', { action: 'undo_confirm:0', value: '2' })
    expect((await waitUntil(bot, 2, 'undone')).undone_by).toBeDefined()
    expect((await customerOf(bot, '+919811020013'))?.city).not.toBe('Erode')

    await bot.workspace.act('ravi', 'customers', { action: 'undo_confirm:0', value: '4' })
    expect((await waitUntil(bot, 3, 'done')).undone_by).toBeUndefined()
    expect((await customerOf(bot, '+919811029999'))?.full_name).toBe('Gone Case')
  })

  it('reads files with known headings and known sheets as people chose then, and asks nothing', async () => {
    const agents = await bot.share(
      'ravi',
      'agents-2.csv',
      'Agent,Line,Place\nKiran Vaidya,9811020010,Tiruppur\n',
    )
    await bot.workspace.waitForReply(agents)
    const sheets = ['North', 'South'].map((name, at) => ({
      name,
      rows: [
        row(1, inline('A1', 'Phone'), inline('B1', 'Name'), inline('C1', 'City')),
        row(2, inline('A2', `981102001${at}`), inline('B2', 'Leela Bose'), inline('C2', 'Tenkasi')),
      ].join(''),
    }))
    const regions = await bot.share('ravi', 'regions-2.xlsx', buildZip(buildWorkbook({ sheets })))
    await bot.workspace.waitForReply(regions)
    const daily = await bot.share(
      'ravi',
      'day-5.csv',
      'Phone,Name,City,Due Amount\n9811020010,Kiran Vaidya,Palani,77\n',
    )
    await bot.workspace.waitForReply(daily)

    const find = (name: string) =>
      bot.models.fileUploads.collection.findOne<FileUpload>({ 'file.name': name })
    expect(await find('agents-2.csv')).toMatchObject({
      status: 'done',
      file: { phone_column: { header: 'Line', upload: 6 } },
    })
    expect(await find('regions-2.xlsx')).toMatchObject({
      status: 'done',
      file: { sheet: { name: 'South', chosen: { upload: 7 } } },
    })
    expect(await find('day-5.csv')).toMatchObject({ status: 'done' })
    expect(await ask('/uploads mapping')).toMatch(/Line.*South|South.*Line/s)
  })

  it('takes the answer from a window that was open when the version before ended', async () => {
    const day = shareOf('day-1.csv')
    let window: ShownView | undefined
    // A slow machine asks below the message: Slack's trigger holds three seconds.
    for (let tries = 0; tries < 20 && !window; tries += 1) {
      const { answers } = await bot.workspace.act('asha', 'customers', { action: 'undo_ask:0', value: '1' })
      window = answers[0]?.window
    }
    if (!window) throw new Error('no window')
    // As that version stored it; the modal itself carries the id alone.
    await bot.models.windowQuestions.collection.replaceOne(
      { _id: window.callbackId.replace('question:', '') as never },
      {
        user: day.user,
        channel: day.channel,
        answers: [{ label: 'Undo #1', action: 'undo_confirm', value: '1' }],
        until: new Date(Date.now() + 600_000),
      },
    )

    await bot.workspace.submit('asha', window, '')

    expect((await waitUntil(bot, 1, 'undone')).undone_by).toBeDefined()
  })

  it('has receipts that add up at the end', async () => {
    await expect
      .poll(
        () => bot.models.fileUploads.collection.countDocuments({ status: { $in: ['queued', 'running'] } }),
        LONG,
      )
      .toBe(0)
    await expectBalance(bot)
  })
})

describe('files shared while no version ran', () => {
  it.each([
    ['by its marker of the last search', 'looked through'],
    ['by its marker of the first message in the channel, where it had no other', undefined],
  ])('are found from where the version before stopped, %s', async (_, marker) => {
    const text = (phone: number) => new TextEncoder().encode(`Phone,Name\n${phone},Kiran Vaidya\n`)
    const bot = await playWorkspace({}, undefined, {}, async (workspace, models) => {
      const channel = workspace.channelId('customers')
      const { sharedAt } = await workspace.share(
        'asha',
        'customers',
        { name: 'missed.csv', bytes: text(9811020010) },
        { announce: false },
      )
      const value = sharedAt.getTime() - 60_000
      await models.counters.collection.insertMany([
        { _id: `hears ${channel}` as never, value },
        ...(marker ? [{ _id: marker as never, value }] : []),
      ])
    })
    try {
      await expect.poll(async () => (await bot.upload(1).catch(() => undefined))?.status, LONG).toBe('done')
      expect(await bot.upload(1)).toMatchObject({ file: { name: 'missed.csv' }, counts: { created: 1 } })
      expect(await bot.models.fileUploads.collection.countDocuments()).toBe(1)
    } finally {
      await bot.stop()
    }
  })
})

describe('work that the version before was killed in', () => {
  let bot: PlayedFixture | undefined
  afterEach(async () => {
    await bot?.stop()
    bot = undefined
  })
  const play = async (name: string) => {
    bot = await playFixture(name)
    return bot
  }

  it('ends an import with the reading it began with, before the files behind it', async () => {
    const bot = await play('import-half-way')

    const { file, counts } = await waitUntil(bot, 2, 'done')
    await waitUntil(bot, 3, 'done')
    expect(file.mapping).toEqual(uploadBefore(bot, 2).file.mapping)
    expect(counts).toMatchObject({ rows: 5, updated: 5 })
    expect(await customerOf(bot, '+919811020014')).toMatchObject({ city: 'Erode', upload_count: 2 })
    expect(await customerOf(bot, KIRAN)).toMatchObject({ city: 'Theni', upload_count: 3 })
    await expectBalance(bot)
    // None of them had been delivered.
    for (const share of bot.shares.values()) await bot.workspace.waitForReceipt(share)
  })

  it('ends an undo', async () => {
    const bot = await play('undo-half-way')

    expect((await waitUntil(bot, 3, 'done')).kind === 'undo' && (await bot.upload(3))).toMatchObject({
      undo_counts: { rows: 5, restored: 5, removed: 0, kept: 0 },
    })
    expect(await bot.upload(2)).toMatchObject({ status: 'undone', undone_by: { number: 3 } })
    expect(await bot.models.customers.collection.distinct('city')).toEqual(['Salem'])
    await expectBalance(bot)
  })

  it('ends a forget', async () => {
    const bot = await play('forget-half-way')

    expect(await waitUntil(bot, 3, 'done')).toMatchObject({
      forget_counts: { customers: 1, rows: 2, uploads: 2 },
    })
    expect(await customerOf(bot, KIRAN)).toBeNull()
    const left = await Promise.all(
      [bot.models.uploadRows, bot.models.fileUploads, bot.models.forgetRequests].map((model) =>
        model.collection.find({}).toArray(),
      ),
    )
    expect(JSON.stringify(left)).not.toMatch(/9811020010|Kiran/)
    await expectBalance(bot)
  })

  it('ends a switch of what a record is, before the files behind it', async () => {
    const bot = await play('switch-half-way')

    expect(await waitUntil(bot, 4, 'done')).toMatchObject({
      switch_counts: { phones: 5, before: 5, after: 10, split: 5, merged: 0 },
    })
    expect(await waitUntil(bot, 3, 'done')).toMatchObject({ records: { kind: 'one_per_upload' } })
    const records = bot.models.customers.collection
      .find<Customer>({ primary_phone: KIRAN })
      .sort({ updated_at: 1 })
    expect((await records.toArray()).map(({ city }) => city)).toEqual(['Salem', 'Erode', 'Theni'])
    await expectBalance(bot)
  })

  it.each([
    ['as-written', 1],
    ['one-per-upload', 3],
  ])('goes on with records kept %s', async (name, records) => {
    const bot = await play(name)

    const last = uploadBefore(bot, 4).number
    expect(await waitUntil(bot, last, 'done')).toMatchObject({ counts: { rows: 1 } })
    expect(await bot.models.customers.collection.countDocuments({ primary_phone: KIRAN })).toBe(records)
    await bot.workspace.act('asha', 'customers', { action: 'undo_confirm:0', value: '3' })
    await waitUntil(bot, 3, 'undone')
    expect(await bot.models.customers.collection.distinct('city')).toEqual(['Salem', 'Theni'])
    await expectBalance(bot)
  })

  it('reads an import again from its first row, where it can no longer read it as it began', async () => {
    bot = await playFixture('import-half-way', undefined, async ({ fileUploads }) => {
      await fileUploads.collection.updateOne(
        { number: 2 },
        {
          $set: {
            'file.header': ['Phone', 'City', 'Name', 'Due Date'],
            'file.mapping.columns.1.field': 'city',
            'file.mapping.columns.2.field': 'full_name',
          },
        },
      )
    })

    await waitUntil(bot, 3, 'done')
    expect(await waitUntil(bot, 2, 'undone')).toMatchObject({ undone_by: { number: 4 } })
    expect(await waitUntil(bot, 5, 'done')).toMatchObject({ counts: { rows: 5, updated: 5 } })
    // As after an import that was never interrupted.
    expect(await customerOf(bot, '+919811020014')).toMatchObject({ city: 'Erode', upload_count: 2 })
    expect(await customerOf(bot, KIRAN)).toMatchObject({ city: 'Theni', upload_count: 3 })
    await expectBalance(bot)
  })

  it('reads an import again from its first row, where it reads the cells of a written row differently', async () => {
    bot = await playFixture('import-half-way', undefined, async ({ uploadRows, fileUploads, customers }) => {
      const upload = await fileUploads.collection.findOne({ number: 2 })
      // As if the earlier version had read this date otherwise.
      const due_date = '2026-05-04'
      await uploadRows.collection.updateOne(
        { upload: upload?._id, line: 2 },
        { $set: { 'values.due_date': due_date, 'changes.due_date': { from: '2026-04-03', to: due_date } } },
      )
      await customers.collection.updateOne({ primary_phone: KIRAN }, { $set: { due_date } })
    })

    await waitUntil(bot, 3, 'done')
    expect(await waitUntil(bot, 2, 'undone')).toMatchObject({
      problem: { code: 'reading_restarted' },
      counts: { rows: 4, updated: 4 },
    })
    expect(await waitUntil(bot, 4, 'done')).toMatchObject({
      undo_counts: { rows: 4, restored: 4, removed: 0, kept: 0 },
    })
    expect(await waitUntil(bot, 5, 'done')).toMatchObject({
      reread_of: { number: 2 },
      counts: { rows: 5, updated: 5 },
    })
    const { models, workspace, shares } = bot
    const found = await models.customers.collection.find<Customer>({}).sort({ primary_phone: 1 }).toArray()
    expect(found.map(({ city, due_date, upload_count }) => [city, due_date, upload_count])).toEqual([
      ['Theni', '2026-05-07', 3],
      ['Erode', '2026-04-25', 2],
      ['Erode', '2026-05-04', 2],
      ['Erode', '2026-05-05', 2],
      ['Erode', '2026-05-06', 2],
    ])
    expect(await models.fileUploads.collection.countDocuments()).toBe(5)
    await expectBalance(bot)
    const share = shares.get('day-2.csv')
    if (!share) throw new Error('there is no day-2.csv')
    const thread = async () => JSON.stringify(await workspace.thread(share))
    await expect.poll(thread, LONG).toContain('Read again in place of')
    expect(await thread()).toContain('the file is read again')
  })

  it('can still undo an import that an earlier version gave up, because it had lost its reading', async () => {
    bot = await playFixture('import-half-way', undefined, async ({ fileUploads }) => {
      const problem = { code: 'reading_lost', message: 'It cannot be continued.', next: 'Undo it.' }
      await fileUploads.collection.updateOne({ number: 2 }, [
        {
          $set: {
            status: 'failed',
            problem,
            counts: '$checkpoint.counts',
            finished_at: '$started_at',
            receipt: { due: true },
          },
        },
        { $unset: 'lease' },
      ])
    })
    const share = bot.shares.get('day-2.csv')
    if (!share) throw new Error('there is no day-2.csv')
    expect(JSON.stringify(await bot.workspace.waitForReply(share))).toContain('It cannot be continued.')

    await bot.workspace.act('asha', 'customers', { action: 'undo_confirm:0', value: '2' })
    await waitUntil(bot, 2, 'undone')
    expect(await bot.models.fileUploads.collection.countDocuments({ reread_of: { $exists: true } })).toBe(0)
  })

  it('has documents of every status and every kind', async () => {
    const names = ['used', 'import-half-way', 'undo-half-way', 'forget-half-way', 'switch-half-way']
    const fixtures = await Promise.all(names.map(readFixture))
    const all = fixtures.flatMap(({ collections }) => collections.file_uploads ?? [])
    const { schema } = createModels(mongoose.createConnection()).fileUploads
    for (const field of ['status', 'kind'])
      expect(new Set(all.map((upload) => upload[field]))).toEqual(new Set(schema.path(field).options.enum))
  })

  it.each([
    ['ends an import of the command line on its machine, at the next import there', {}, 'done'],
    [
      'reads an import of the command line again, where it can no longer read it as it began',
      { 'file.header': ['Line', 'Agent', 'Office Line'], 'file.mapping.columns.1.index': 0 },
      'undone',
    ],
  ] as const)('%s', async (_, change, ended) => {
    const { collections } = await readFixture('command-line-half-way')
    const database = await openTestDatabase()
    const folder = await mkdtemp(join(tmpdir(), 'upgrade-test-'))
    const path = join(folder, 'walk-ins.csv')
    await copyFile(new URL('fixtures/before/walk-ins.csv', import.meta.url), path)
    try {
      const models = createModels(database.connection)
      for (const [name, documents] of Object.entries(collections))
        await models.connection
          .collection(name)
          .insertMany(documents.map((document) => mongo.BSON.EJSON.deserialize(document) as mongo.Document))
      await models.fileUploads.collection.updateOne(
        { number: 1 },
        { $set: { 'source.host': hostname(), 'source.path': path, ...change } },
      )
      const before = await models.fileUploads.collection.findOne<FileUpload>({ number: 1 })
      const printed: string[] = []
      const stderr = new Writable({
        write(chunk, _, done) {
          printed.push(String(chunk))
          done()
        },
      })

      const status = await runImport({
        config: loadCoreConfig({ MONGODB_URI: database.uri }),
        cacheDir: folder,
        path,
        user: 'ops',
        json: true,
        anyway: true,
        phoneColumn: 'Line',
        stdout: new PassThrough() as never,
        stderr: stderr as never,
        signal: new AbortController().signal,
      })

      expect(status).toBe(0)
      const after = await models.fileUploads.collection.findOne<FileUpload>({ number: 1 })
      expect(after?.status).toBe(ended)
      expect(after?.file.mapping).toEqual(before?.file.mapping)
      const counted = { source: { kind: 'cli' }, status: 'done', counts: { rows: 5, created: 5 } }
      const again = await models.fileUploads.collection.findOne<FileUpload>({ 'reread_of.number': 1 })
      expect(ended === 'done' ? after : again).toMatchObject(counted)
      expect(await models.customers.collection.countDocuments()).toBe(5)
      expect(printed.join('')).toContain(
        ended === 'done' ? 'Upload #1, which began earlier, is done' : 'took back the first rows',
      )
    } finally {
      await database.drop()
      await rm(folder, { recursive: true, force: true, maxRetries: 20 })
    }
  })
})
