import { mongo } from 'mongoose'
import { afterEach, describe, expect, it } from 'vitest'
import { findControl } from '../../../dev/demo/demo-controls.ts'
import type { Share, Workspace } from '../../../dev/workspace/workspace.ts'
import type { FileUpload, Models } from '../../../models/index.ts'
import { createReadingHash } from '../../../src/uploads/readings/reading-hash.ts'
import { playFixture } from '../../migrations/support/play-fixture.ts'
import { type PlayedBot, playWorkspace } from '../../support/play-workspace.ts'
import { buildWorkbook, inline, row } from '../../xlsx/support/build-workbook.ts'
import { buildZip } from '../../xlsx/support/build-zip.ts'

let bot: PlayedBot | undefined
afterEach(async () => {
  await bot?.stop()
  bot = undefined
})

async function statusIs({ upload }: PlayedBot, number: number, status: FileUpload['status']) {
  await expect.poll(async () => (await upload(number)).status).toBe(status)
  return await upload(number)
}

/** A previewed file, with its document changed to what another version would have stored. */
async function showFile(bytes: string | Uint8Array, change: Record<string, unknown>): Promise<Share> {
  bot = await playWorkspace()
  const { workspace, models } = bot
  await workspace.command('asha', 'customers', '/uploads preview')
  const share = await bot.share('asha', 'list.csv', bytes)
  await workspace.waitForReply(share)
  await models.fileUploads.collection.updateOne({ number: 1 }, { $set: change })
  return share
}

async function approve({ workspace }: PlayedBot, share: Share): Promise<void> {
  const find = async () => findControl(await workspace.thread(share), 'Import')
  // The preview is in the database before it is in the thread.
  await expect.poll(find).toBeDefined()
  const control = await find()
  if (control) await workspace.act('asha', 'customers', control)
}

const LATIN = Buffer.from(
  'Phone,Name,City\n9811020010,Jo\xe3o Sim\xf5es,S\xe3o Paulo\n9811020011,L\xfacia Cora\xe7\xe3o,S\xe3o Lu\xeds\n',
  'latin1',
)

describe('a file that an earlier version began to read', () => {
  it('is read on in the encoding it began with', async () => {
    const shown = createReadingHash()
    for (const [line, phone, full_name, city] of [
      [2, '+919811020010', 'Joăo Simőes', 'Săo Paulo'],
      [3, '+919811020011', 'Lúcia Coraçăo', 'Săo Luís'],
    ] as const)
      shown.add({ kind: 'customer', line, phone, values: { full_name, city } })
    const share = await showFile(LATIN, {
      'file.encoding': 'windows-1250',
      'preview.reading': shown.finish(),
    })
    const played = bot as PlayedBot
    await approve(played, share)

    await statusIs(played, 1, 'done')
    const people = await played.models.customers.collection.distinct('full_name')
    expect(people).toEqual(['Joăo Simőes', 'Lúcia Coraçăo'])
  })

  it('is shown again where this version finds another header and no row is written', async () => {
    const share = await showFile('Phone,Name\n9811020010,Kiran Vaidya\n', {
      'file.header': ['Phone', 'Title'],
      'file.mapping.columns': [
        { index: 1, header: 'Phone', target: 'phone', field: 'primary_phone', rank: 0 },
      ],
    })
    const played = bot as PlayedBot
    await approve(played, share)

    await expect.poll(async () => (await played.upload(1)).file.header).toEqual(['Phone', 'Name'])
    const asked = await statusIs(played, 1, 'held')
    expect(asked.hold?.answer).toBeUndefined()
    expect(asked.preview?.counts).toMatchObject({ rows: 1, created: 1 })
    expect(await played.models.customers.collection.countDocuments()).toBe(0)

    await approve(played, share)
    await statusIs(played, 1, 'done')
    expect(await played.models.customers.collection.findOne({})).toMatchObject({ full_name: 'Kiran Vaidya' })
  })

  it('is read on with the header it began with where this version finds another one behind written rows', async () => {
    const played = await playFixture('import-half-way', undefined, async ({ fileUploads }) => {
      // As if the earlier version had joined two lines to headings.
      await fileUploads.collection.updateOne(
        { number: 2 },
        { $set: { 'file.header.1': 'Customer Name', 'file.mapping.columns.1.header': 'Customer Name' } },
      )
    })
    bot = played

    const upload = await statusIs(played, 2, 'done')
    expect(upload).toMatchObject({
      counts: { rows: 5, updated: 5 },
      file: { header: { 1: 'Customer Name' } },
    })
    expect(upload.notes).toContainEqual(expect.stringMatching(/updated during this import/))
    expect(await played.models.customers.collection.distinct('full_name')).toHaveLength(5)
  })

  it('is read on with the header it began with where a process died between two rows', async () => {
    const played = await playFixture('import-half-way', undefined, async (models) => {
      const [first, second] = await models.fileUploads.collection.find({}).sort({ number: 1 }).toArray()
      const counts = { rows: 2, created: 0, updated: 2, unchanged: 0, duplicate: 0, invalid: 0, blank: 0 }
      await models.fileUploads.collection.updateOne(
        { number: 2 },
        { $set: { checkpoint: { line: 3, counts }, 'file.header.1': 'Customer Name' } },
      )
      // The rows behind the checkpoint reached no customer, and the first of them was not stored.
      await models.uploadRows.collection.deleteOne({ upload: second?._id, line: 4 })
      for (const [phone, line] of [
        ['+919811020012', 4],
        ['+919811020013', 5],
      ] as const)
        await models.customers.collection.updateOne(
          { primary_phone: phone },
          {
            $set: {
              city: 'Salem',
              upload_count: 1,
              updated_at: first?.shared_at,
              last_upload: { upload: first?._id, line },
            },
          },
        )
    })
    bot = played

    expect(await statusIs(played, 2, 'done')).toMatchObject({ counts: { rows: 5, updated: 5 } })
    await statusIs(played, 3, 'done')
    expect(await played.models.customers.collection.distinct('upload_count')).toEqual([2, 3])
  })

  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    [
      'columns that stand elsewhere',
      { 'file.header': ['Phone', 'City', 'Name', 'Due Date'] },
      { 'file.mapping.columns.1.field': 'city', 'file.mapping.columns.2.field': 'full_name' },
    ],
    [
      'a phone that stands elsewhere',
      { 'file.header': ['A', 'Phone', 'B', 'C'] },
      {
        'file.mapping.columns.0': { index: 0, header: 'A', target: 'field', field: 'full_name', rank: 0 },
        'file.mapping.columns.1': {
          index: 1,
          header: 'Phone',
          target: 'phone',
          field: 'primary_phone',
          rank: 0,
        },
      },
    ],
  ])(
    'is taken back and read again where written rows prove another reading: %s',
    async (_, header, mapping) => {
      const played = await playFixture('import-half-way', undefined, async ({ fileUploads }) => {
        await fileUploads.collection.updateOne({ number: 2 }, { $set: { ...header, ...mapping } })
      })
      bot = played

      await statusIs(played, 3, 'done')
      expect(await statusIs(played, 2, 'undone')).toMatchObject({
        problem: { code: 'reading_restarted' },
        counts: { rows: 4, updated: 4 },
      })
      expect(await played.upload(4)).toMatchObject({
        status: 'done',
        undo_counts: { rows: 4, restored: 4, removed: 0, kept: 0 },
      })
      expect(await played.upload(5)).toMatchObject({
        status: 'done',
        reread_of: { number: 2, place: 2 },
        counts: { rows: 5, updated: 5 },
      })
      const cities = await played.models.customers.collection.find({}).sort({ primary_phone: 1 }).toArray()
      expect(cities.map(({ city }) => city)).toEqual(['Theni', 'Erode', 'Erode', 'Erode', 'Erode'])
      const share = played.shares.get('day-2.csv')
      if (!share) throw new Error('there is no day-2.csv')
      const thread = () => played.workspace.thread(share)
      await expect.poll(async () => JSON.stringify(await thread())).toContain('Read again in place of')
      const text = JSON.stringify(await thread())
      expect(text).toContain('Its first rows are taken back, and the file is read again.')
      expect(text).toContain('The file is read again from its first row.')
    },
  )

  it('is shown again where nothing on record can prove how it was read', async () => {
    const played = await playFixture('import-half-way', undefined, async ({ fileUploads, uploadRows }) => {
      const upload = await fileUploads.collection.findOneAndUpdate(
        { number: 2 },
        { $set: { 'file.header.1': 'Customer Name' } },
      )
      await uploadRows.collection.updateMany(
        { upload: upload?._id },
        { $set: { forgotten_by: 9 }, $unset: { values: '', changes: '', phone: '' } },
      )
    })
    bot = played

    await statusIs(played, 2, 'undone')
    expect(await statusIs(played, 5, 'held')).toMatchObject({ reread_of: { number: 2 } })
  })

  it('goes on where a heading names a person who was forgotten', async () => {
    const played = await playFixture('import-half-way', undefined, async ({ fileUploads }) => {
      await fileUploads.collection.updateOne({ number: 2 }, { $set: { 'file.header.1': '' } })
    })
    bot = played

    expect(await statusIs(played, 2, 'done')).toMatchObject({ counts: { rows: 5, updated: 5 } })
  })
})

/** A file with an answered question of an earlier version. */
async function playAnswered(name: string, bytes: Uint8Array, question: unknown): Promise<PlayedBot> {
  return await playWorkspace({}, undefined, {}, async (workspace: Workspace, models: Models) => {
    const { channel, user, fileId, sharedAt } = await workspace.share(
      'asha',
      'customers',
      { name, bytes },
      { announce: false },
    )
    await models.fileUploads.collection.insertOne({
      _id: new mongo.ObjectId(),
      kind: 'import',
      number: 1,
      status: 'queued',
      source: { kind: 'slack', team: workspace.teamId, channel, user, file_id: fileId },
      file: { name },
      question,
      attempts: 0,
      shared_at: sharedAt,
      receipt: { due: false },
    })
    await models.counters.collection.insertOne({ _id: 'file_uploads', value: 1 })
  })
}
const ANSWER = { by: 'U1', at: new Date() }
const candidate = (index: number, header: string) => ({ index, header, examples: [] })

describe('an answer to the question of an earlier version', () => {
  it('counts before what this version finds out about the sheets', async () => {
    const sheets = [
      { name: 'North', rows: row(1, inline('A1', 'Phone')) + row(2, inline('A2', '9811020010')) },
      { name: 'South', rows: row(1, inline('A1', 'Klingel')) + row(2, inline('A2', '9811020011')) },
    ]
    bot = await playAnswered('regions.xlsx', buildZip(buildWorkbook({ sheets })), {
      kind: 'sheet',
      candidates: [candidate(1, 'North'), candidate(2, 'South')],
      fingerprint: 'of the version before',
      answer: { index: 2, ...ANSWER },
    })

    await expect.poll(async () => (await bot?.upload(1))?.file.sheet?.name).toBe('South')
    expect(await bot.models.customers.collection.countDocuments({ primary_phone: '+919811020010' })).toBe(0)
  })

  it.each([
    ['holds for the column that was shown', 'Klingel', 'done'],
    ['is asked for again where that column stands elsewhere now', 'Rufnummer', 'held'],
  ] as const)('%s', async (_, shown, status) => {
    const bytes = new TextEncoder().encode('Wer,Klingel,Wo\nKiran Vaidya,9811020010,Salem\n')
    bot = await playAnswered('list.csv', bytes, {
      kind: 'phone_column',
      candidates: [candidate(1, shown)],
      is_headerless: false,
      is_phoneless: false,
      answer: { index: 1, ...ANSWER },
    })

    const upload = await statusIs(bot, 1, status)
    expect(upload.question?.answer === undefined).toBe(status === 'held')
  })

  it('keeps the first line what it was shown as', async () => {
    const bytes = new TextEncoder().encode('Phone,Name\n9811020010,Kiran Vaidya\n')
    bot = await playAnswered('list.csv', bytes, {
      kind: 'phone_column',
      candidates: [candidate(0, '')],
      is_headerless: true,
      is_phoneless: false,
      answer: { index: 0, ...ANSWER },
    })

    expect(await statusIs(bot, 1, 'done')).toMatchObject({ counts: { rows: 2, created: 1, invalid: 1 } })
  })
})
