import { mongo } from 'mongoose'
import { beforeAll, describe, it } from 'vitest'
import { describeHome } from '../../commands/home/home.ts'
import type { CommandDeps } from '../../commands/reply/command.ts'
import { runUploads } from '../../commands/uploads/uploads.ts'
import type { FileUpload } from '../../models/index.ts'
import { DEFAULT_CATALOGUE } from '../../src/customers/fields/field-catalogue.ts'
import { openReplyTexts } from '../support/reply-texts.ts'
import { countsOf, onDay, type SampleFields, sampleUpload } from '../support/sample-upload.ts'
import { openTestModels } from '../support/test-models.ts'

const NOW = onDay(11, 18)

const inSlack = (file_id: string) =>
  ({ kind: 'slack', team: 'T1', channel: 'C1', user: 'U2', file_id, thread: '1.0' }) as const

/** Stored uploads that no worker handles. */
const STANDING: readonly SampleFields[] = [
  { number: 20, status: 'queued' },
  { number: 21, status: 'running', checkpoint: { line: 900, counts: countsOf({ created: 900 }) } },
  { number: 22, status: 'held', hold: { reasons: [] } },
  {
    number: 23,
    status: 'failed',
    problem: { code: 'file_empty', message: '`january.csv` is empty.', next: 'Check it.' },
  },
  { number: 24, status: 'failed', problem: { code: 'left_out', message: 'It was discarded.', next: '-' } },
  { number: 25, status: 'queued', preview_wanted: true },
  { number: 26, status: 'running', preview_wanted: true },
  {
    kind: 'forget',
    number: 27,
    forget: {},
    forget_counts: { customers: 1, rows: 3, uploads: 2, files: 1 },
  },
  {
    kind: 'switch',
    number: 28,
    switch_of: { from: 'one_per_phone', to: 'one_per_upload', open: false },
    switch_counts: { phones: 9, before: 9, after: 13, split: 2, merged: 0 },
    source: { kind: 'cli', host: 'desk', path: '', user: 'asha' },
    file: { name: 'switch to one record per phone and upload' },
  },
  { kind: 'forget', number: 29, status: 'queued', forget: { phone: '+917417119014' } },
]

const { models } = await openTestModels()
const deps: CommandDeps = {
  models,
  catalogue: DEFAULT_CATALOGUE,
  defaultRegion: 'IN',
  timeZone: 'Asia/Kolkata',
  dateOrder: 'day_first',
}

beforeAll(async () => {
  const uploads = STANDING.map((fields, at): FileUpload => {
    const { finished_at, ...upload } = sampleUpload({
      source: inSlack(`F${fields.number}`),
      shared_at: onDay(11, 9, at),
      started_at: onDay(11, 9, at),
      ...fields,
    })
    const isOver = upload.status === 'done' || upload.status === 'failed'
    return {
      ...upload,
      _id: new mongo.ObjectId(),
      ...(isOver && { finished_at: new Date(upload.shared_at.getTime() + 2_500) }),
    }
  })
  // Two are running, which a worker would prevent.
  await models.fileUploads.collection.dropIndex('one_running')
  await models.fileUploads.collection.insertMany(uploads)
})

const ask = async (text: string, as = deps) =>
  await runUploads({ text, team: 'T1', channel: 'C1', user: 'U1', channels: new Set(['C1']), now: NOW }, as)

/** Without a worker they stay as they are. */
describe('uploads that wait, run, failed or are no files', () => {
  const { expectReply } = openReplyTexts('standing-uploads')

  it.each<readonly [string, string]>([
    ['recent', 'recent'],
    ['digest', 'digest'],
    ['preview-held', 'preview 22'],
    ['preview-running', 'preview 21'],
    ['preview-on-its-way', 'preview 26'],
    ['preview-a-switch', 'preview 28'],
    ['preview-a-forget', 'preview 29'],
    ...STANDING.map(({ number }) => [`show-${number}`, `show ${number}`] as const),
  ])('%s', async (name, text) => {
    await expectReply(name, await ask(text))
  })

  it('a file from a command line, for an admin', async () => {
    const source = { kind: 'cli', host: 'desk', path: '/tmp/x.csv', user: 'asha' } as const
    const upload = { ...sampleUpload({ number: 30, source }), _id: new mongo.ObjectId() }
    await models.fileUploads.collection.insertOne(upload)
    await expectReply('preview-elsewhere', await ask('preview 30', { ...deps, admins: new Set(['U1']) }))
    await models.fileUploads.collection.deleteOne({ _id: upload._id })
  })

  it('the App Home', async () => {
    const { reply } = await describeHome({ user: 'U1', now: NOW, channels: new Set(['C1']) }, deps)
    await expectReply('home', reply)
  })
})
