import { createHash } from 'node:crypto'
import type { mongo } from 'mongoose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FileUpload, ImportUpload, UndoUpload } from '../../../models/index.ts'
import { AppError } from '../../../src/errors.ts'
import { createPathSource } from '../../../src/uploads/import/path-source.ts'
import type { FileSource } from '../../../src/uploads/lease/ports.ts'
import { claimUpload } from '../../../src/uploads/lease/upload-lease.ts'
import { checkUndoable, queueUndo } from '../../../src/uploads/undo/undo-request.ts'
import { cancelUpload } from '../../../src/uploads/worker/cancel-request.ts'
import { runUpload } from '../../../src/uploads/worker/run-upload.ts'
import { createUploadQueue } from '../../../src/uploads/worker/upload-queue.ts'
import { createDyingRuns } from '../../support/dying-runs.ts'
import { runDeps } from '../../support/play-uploads.ts'
import { openTestModels } from '../../support/test-models.ts'

const { models } = await openTestModels()
const uploads = models.fileUploads.collection
const NOBODY = new Set<string>()
const ASKER = { user: 'U1', team: 'T1', channel: 'C1', admins: NOBODY, now: new Date() }
const SHARED = new Date(Date.UTC(2026, 0, 5))
const LATER = new Date(Date.UTC(2026, 0, 6))
const FILES: Record<string, string> = {
  F0: 'Phone,Name,City\n+917417119014,Kushal Rao,Agra\n',
  F1: 'Phone,Name,City\n+917417119014,Kushal Rao,Pune\n+919820098200,Meena Iyer,Goa\n+919820098201,Tara Nair,Kochi\n',
  F2: 'Phone,Name,City\n+919820098200,Meena Iyer,Delhi\n',
}

let isGone = false
const slack: FileSource = {
  canOpen: () => true,
  async check() {
    if (isGone) throw new AppError('file_deleted')
  },
  async open({ source }, _signal, claim) {
    const id = source.kind === 'slack' ? source.file_id : ''
    if (!(await claim(`1767571200.00010${id.slice(1)}`, `${id}.csv`))) return 'not_for_us'
    const bytes = new TextEncoder().encode(FILES[id])
    return {
      name: `${id}.csv`,
      stream: (async function* () {
        yield bytes
      })(),
    }
  },
}
const deps = () => ({ ...runDeps(models), sources: { slack } })
const runs = createDyingRuns(models, deps)
const { once: workOnce, all: work } = runs

async function share(fileId: string, sharedAt: Date): Promise<void> {
  await createUploadQueue({ models }).queueSlackShare({
    team: 'T1',
    channel: 'C1',
    user: 'U1',
    fileId,
    sharedAt,
  })
}

const find = async <T extends FileUpload>(filter: object): Promise<T> => {
  const upload = await uploads.findOne<T>(filter)
  if (!upload) throw new Error('it is gone')
  return upload
}
const FIRST = { 'source.file_id': 'F1', kind: 'import', reread_of: { $exists: false } }
const first = () => find<ImportUpload>(FIRST)
const undos = () => uploads.find<UndoUpload>({ kind: 'undo' }).sort({ number: 1 }).toArray()
const rereads = () => uploads.find<ImportUpload>({ reread_of: { $exists: true } }).toArray()
const people = () =>
  models.customers.collection
    .find({}, { projection: { _id: 0, primary_phone: 1, full_name: 1, city: 1, upload_count: 1 } })
    .sort({ primary_phone: 1 })
    .toArray()

/** A reading that the rows of F1 contradict. */
const OTHER = {
  'file.header': ['Title', 'Phone', 'Name'],
  'file.mapping.columns': [
    { index: 0, header: 'Title', target: 'attribute', field: 'title' },
    { index: 1, header: 'Phone', target: 'phone', field: 'primary_phone', rank: 0 },
    { index: 2, header: 'Name', target: 'field', field: 'full_name', rank: 0 },
  ],
}

/**
 * As if the version before had imported the first two rows of F1.
 * @param change further fields of its document
 */
async function beginAsBefore(change: Record<string, unknown>): Promise<void> {
  await share('F1', SHARED)
  await work()
  const { _id } = await first()
  const [last] = await models.uploadRows.collection.find({ upload: _id }).sort({ _id: -1 }).limit(1).toArray()
  await models.uploadRows.collection.deleteOne({ _id: last?._id as mongo.ObjectId })
  await models.customers.collection.deleteOne({ primary_phone: '+919820098201' })
  const counts = { rows: 2, created: 1, updated: 1, unchanged: 0, duplicate: 0, invalid: 0, blank: 0 }
  await uploads.updateOne(
    { _id },
    {
      $set: {
        status: 'queued',
        checkpoint: { line: 3, counts },
        ...change,
      },
      $unset: { counts: '', finished_at: '' },
    },
  )
}

const WRITES = [
  'bulkWrite',
  'deleteMany',
  'deleteOne',
  'findOneAndUpdate',
  'insertMany',
  'insertOne',
  'updateMany',
  'updateOne',
] as const

const dieAtWrite = (n: number, when: 'before' | 'after') => runs.dieAt(n, WRITES, when)

const OWNED = [models.customers, models.uploadRows, models.fileUploads, models.columnChoices]

/** A customer known from an earlier file, and an import that the version before began. */
async function prepare(
  change: Record<string, unknown> = {},
  reading: Record<string, unknown> = OTHER,
): Promise<void> {
  for (const model of OWNED) await model.collection.deleteMany({})
  await share('F0', new Date(SHARED.getTime() - 86_400_000))
  await work()
  await beginAsBefore({ ...reading, ...change })
}

beforeEach(async () => {
  isGone = false
  await prepare()
})
afterEach(() => vi.restoreAllMocks())

/** The undo is stored, and the process dies before the import has ended. */
async function dieWithUndo(): Promise<void> {
  for (let n = 1; n < 20 && (await undos()).length === 0; n += 1) {
    await prepare()
    await dieAtWrite(n, 'after')
  }
  expect((await undos()).length).toBe(1)
}

const ALL = [
  { primary_phone: '+917417119014', full_name: 'Kushal Rao', city: 'Pune', upload_count: 2 },
  { primary_phone: '+919820098200', full_name: 'Meena Iyer', city: 'Goa', upload_count: 1 },
  { primary_phone: '+919820098201', full_name: 'Tara Nair', city: 'Kochi', upload_count: 1 },
]

async function expectRestarted(): Promise<void> {
  const begun = await first()
  expect(begun).toMatchObject({
    status: 'undone',
    problem: { code: 'reading_restarted' },
    counts: { rows: 2, created: 1, updated: 1 },
  })
  expect(await undos()).toMatchObject([
    { status: 'done', undo_of: { open: false }, undo_counts: { rows: 2, restored: 1, removed: 1, kept: 0 } },
  ])
  const [again, ...others] = await rereads()
  expect(others).toEqual([])
  expect(again).toMatchObject({
    status: 'done',
    shared_at: SHARED,
    reread_of: { number: begun.number, place: begun.number },
    counts: { rows: 3, created: 2, updated: 1 },
  })
  expect(await models.uploadRows.collection.countDocuments({ upload: again?._id })).toBe(3)
  expect(await people()).toEqual(ALL)
}

describe('an import of the version before that cannot be continued', () => {
  it('is taken back, and its file is read again from the first row', async () => {
    await work()
    await expectRestarted()
  })

  it.each(['before', 'after'] as const)(
    'ends the same wherever its process dies %s a write',
    async (when) => {
      let deaths = 0
      for (let n = 1; await dieAtWrite(n, when); n += 1) {
        deaths += 1
        await work()
        await expectRestarted()
        await prepare()
      }
      expect(deaths).toBeGreaterThan(15)
    },
    240_000,
  )

  it('is read again also where a process of the version before runs the undo', async () => {
    await dieWithUndo()
    // That process knows only the field of corrected columns.
    await expect
      .poll(async () => await workOnce().then(async () => (await first()).status), { timeout: 45_000 })
      .toBe('failed')
    await uploads.updateOne({ kind: 'undo' }, { $unset: { restart: '' } })
    await work()
    await expectRestarted()
  })

  it('is taken back where its rows are on other lines now', async () => {
    const before = FILES.F1 ?? ''
    await prepare({}, {})
    FILES.F1 = `\n${before}`
    const sha256 = createHash('sha256').update(FILES.F1).digest('hex')
    await uploads.updateOne(FIRST, { $set: { 'file.sha256': sha256 } })
    try {
      await work()
      await expectRestarted()
    } finally {
      FILES.F1 = before
    }
  })

  it('is continued where its rows read as they did', async () => {
    await prepare({}, {})
    await work()
    expect(await first()).toMatchObject({ status: 'done', counts: { rows: 3, created: 2, updated: 1 } })
    expect([await undos(), await people()]).toEqual([[], ALL])
  })

  it('is taken back before any file that waits, also before an older one', async () => {
    await share('F2', new Date(SHARED.getTime() - 3_600_000))
    await work()
    const [undo] = await undos()
    const waited = await find<ImportUpload>({ 'source.file_id': 'F2' })
    expect(Number(undo?.started_at)).toBeLessThan(Number(waited.started_at))
    expect(await people()).toEqual(ALL.map((one, at) => (at === 1 ? { ...one, upload_count: 2 } : one)))
  })

  it('leaves the values of a file that was shared later', async () => {
    await share('F2', LATER)
    await work()
    expect(await people()).toEqual(
      ALL.map((one, at) => (at === 1 ? { ...one, city: 'Delhi', upload_count: 2 } : one)),
    )
  })

  it('begins again as the same upload where no row had reached a customer', async () => {
    const { _id } = await first()
    await models.customers.collection.deleteMany({ primary_phone: { $ne: '+917417119014' } })
    const known = await find({ 'source.file_id': 'F0' })
    await models.customers.collection.updateOne(
      {},
      { $set: { last_upload: { upload: known._id, line: 2 }, city: 'Agra', upload_count: 1 } },
    )
    await uploads.updateOne({ _id }, { $unset: { checkpoint: '' } })
    await work()
    expect(await first()).toMatchObject({ status: 'done', counts: { rows: 3 } })
    expect(await undos()).toEqual([])
    expect(await people()).toEqual(ALL)
  })

  it('is shown before its second import where a person had approved the first reading', async () => {
    await prepare({ hold: { reasons: [], answer: { by: 'U1', at: new Date() } } })
    await work()
    expect(await rereads()).toMatchObject([{ status: 'held', preview: { counts: { rows: 3 } } }])
    expect(await undos()).toMatchObject([{ status: 'done', restart: { preview_wanted: true } }])
    expect(await people()).toEqual([{ ...ALL[0], city: 'Agra', upload_count: 1 }])
  })

  const chosen = (index: number, more = {}) => ({
    columns: [{ index, target: 'field', field: 'company' }],
    by: 'U1',
    at: new Date(),
    ...more,
  })

  it('keeps the target that a person chose, for the heading it was chosen for', async () => {
    await prepare({ 'file.columns': chosen(2) })
    await work()
    expect(await rereads()).toMatchObject([
      { status: 'done', file: { columns: { columns: [{ index: 1, field: 'company' }] } } },
    ])
    expect(await models.customers.collection.countDocuments({ company: 'Meena Iyer' })).toBe(1)
  })

  it('is shown where the heading of a chosen target is gone', async () => {
    await prepare({ 'file.columns': chosen(0) })
    await work()
    expect(await rereads()).toMatchObject([{ status: 'held' }])
    expect((await rereads())[0]?.file.columns).toBeUndefined()
  })

  it('looks up anew what was chosen for an earlier file', async () => {
    await prepare({ 'file.columns': chosen(0, { upload: 1 }) })
    await work()
    await expectRestarted()
  })

  it('is shown where the file still has rows of a forgotten person', async () => {
    const { _id } = await first()
    const row = await models.uploadRows.collection.findOne({ upload: _id, phone: '+919820098200' })
    await models.uploadRows.collection.updateOne(
      { _id: row?._id as mongo.ObjectId },
      { $set: { forgotten_by: 9 }, $unset: { phone: '', values: '', changes: '', search: '' } },
    )
    await models.customers.collection.deleteOne({ primary_phone: '+919820098200' })
    await work()
    expect(await undos()).toMatchObject([{ status: 'done', restart: { forgotten: 1 } }])
    expect(await rereads()).toMatchObject([{ status: 'held' }])
    expect(await models.customers.collection.countDocuments({ primary_phone: '+919820098200' })).toBe(0)
  })

  it('keeps its applied rows if the file is gone from Slack, and its thread names the reason', async () => {
    isGone = true
    const before = await people()
    await work()
    expect(await first()).toMatchObject({ status: 'failed', counts: { rows: 2 } })
    const [undo] = await undos()
    expect(undo).toMatchObject({ status: 'failed', problem: { code: 'reread_impossible' } })
    expect(undo?.problem?.message).toContain('first rows stay imported')
    expect(undo?.problem?.next).toContain(`/uploads undo ${(await first()).number}`)
    expect(await rereads()).toEqual([])
    expect(await people()).toEqual(before)
    expect(await checkUndoable(models, (await first()).number, ASKER)).toMatchObject({ kind: 'possible' })
  })

  it('keeps its applied rows where its path is on another machine', async () => {
    await dieWithUndo()
    await expect
      .poll(async () => await workOnce().then(async () => (await first()).status), { timeout: 45_000 })
      .toBe('failed')
    const before = await people()
    const source = { kind: 'cli', host: 'another', path: '/lists/may.csv', user: 'ops' } as const
    await uploads.updateMany({ $or: [FIRST, { kind: 'undo' }] }, { $set: { source } })
    const claimed = await claimUpload(models, { leaseMs: 30_000 }, () => true)
    if (!claimed) throw new Error('nothing to claim')
    const warn = vi.fn()
    await runUpload({ ...deps(), log: { ...deps().log, warn } }, claimed, new AbortController().signal)
    expect(await undos()).toMatchObject([{ status: 'failed', problem: { code: 'reread_impossible' } }])
    expect(await people()).toEqual(before)
    // No thread and no terminal shows it, so the log of this machine does.
    expect(warn).toHaveBeenCalledWith(
      expect.objectContaining({ upload: claimed.number, code: 'reread_impossible' }),
      expect.stringContaining('on another machine'),
    )
  })

  it('stays as it is where a person cancels it in its last moment', async () => {
    await dieWithUndo()
    expect(await cancelUpload(models, await first(), ASKER)).toBe('stopping')
    await work()
    expect(await first()).toMatchObject({ status: 'failed', problem: { code: 'cancelled' } })
    expect([await undos(), await rereads()]).toEqual([[], []])
    expect(await checkUndoable(models, (await first()).number, ASKER)).toMatchObject({ kind: 'possible' })
  })

  it('says that it was cancelled where a person cancels it while its end is stored', async () => {
    const insert = uploads.insertOne.bind(uploads)
    vi.spyOn(uploads, 'insertOne').mockImplementationOnce(async (...args) => {
      const inserted = await insert(...args)
      expect(await cancelUpload(models, await first(), ASKER)).toBe('stopping')
      return inserted
    })
    await work()
    expect(await first()).toMatchObject({
      status: 'failed',
      problem: { code: 'cancelled' },
      counts: { rows: 2 },
    })
    expect([await undos(), await rereads()]).toEqual([[], []])
  })

  it('counts once after its second reading is undone, and the undo of that', async () => {
    await work()
    const [undo] = await undos()
    expect(await checkUndoable(models, undo?.number ?? 0, ASKER)).toMatchObject({ kind: 'read_again' })
    const [again] = await rereads()
    await queueUndo(models, again?.number ?? 0, { ...ASKER, now: new Date() })
    await work()
    expect(await people()).toEqual([{ ...ALL[0], city: 'Agra', upload_count: 1 }])
    const last = (await undos()).at(-1)
    await queueUndo(models, last?.number ?? 0, { ...ASKER, now: new Date() })
    await work()
    expect(await people()).toEqual(ALL)
  })
})

describe('a path that is read again', () => {
  const source = createPathSource()
  const upload = async (path: string, bytes?: number) =>
    ({
      ...(await first()),
      source: { kind: 'cli', host: 'h', path, user: 'ops' },
      file: { name: 'x', bytes },
    }) as FileUpload

  it.each([
    ['is gone', 'no-such.csv', undefined, 'path_unreadable'],
    ['has another size', import.meta.filename, 1, 'file_changed'],
  ] as const)('is refused if it %s', async (_, path, bytes, code) => {
    await expect(source.check?.(await upload(path, bytes))).rejects.toMatchObject({ code })
  })
})
