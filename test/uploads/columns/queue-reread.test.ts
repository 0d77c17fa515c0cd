import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FileUpload, ImportUpload, UndoUpload } from '../../../models/index.ts'
import { AppError } from '../../../src/errors.ts'
import type { FileSource } from '../../../src/uploads/lease/ports.ts'
import { claimUpload } from '../../../src/uploads/lease/upload-lease.ts'
import { checkUndoable, queueUndo } from '../../../src/uploads/undo/undo-request.ts'
import { runUpload } from '../../../src/uploads/worker/run-upload.ts'
import { createUploadQueue } from '../../../src/uploads/worker/upload-queue.ts'
import { runDeps } from '../../support/play-uploads.ts'
import { openTestModels } from '../../support/test-models.ts'

const { models } = await openTestModels()
const uploads = models.fileUploads.collection
const ASKER = { user: 'U1', team: 'T1', channel: 'C1', admins: new Set<string>(), now: new Date() }
const SHARED = new Date(Date.UTC(2026, 0, 5))
const LIST = 'Phone,Town,Remark\n+917417119014,Kushal,Pune\n+919820098200,Meena,Goa\n'
const COLUMNS = {
  columns: [
    { index: 1, target: 'field' as const, field: 'full_name' },
    { index: 2, target: 'field' as const, field: 'city' },
  ],
  by: 'U1',
  at: new Date(),
}

let isGone = false
const slack: FileSource = {
  canOpen: () => true,
  async check() {
    if (isGone) throw new AppError('file_deleted')
  },
  async open(_upload, _signal, claim) {
    if (!(await claim('1767571200.000100', 'may.csv'))) return 'not_for_us'
    const bytes = new TextEncoder().encode(LIST)
    return {
      name: 'may.csv',
      stream: (async function* () {
        yield bytes
      })(),
    }
  },
}
const deps = () => ({ ...runDeps(models), sources: { slack } })

/** Runs until nothing waits, like a series of processes. */
async function work(): Promise<void> {
  for (;;) {
    const claimed = await claimUpload(models, { leaseMs: 30_000 }, () => true)
    if (!claimed) return
    await runUpload(deps(), claimed, new AbortController().signal)
  }
}

type Method = 'bulkWrite' | 'insertMany' | 'insertOne' | 'findOneAndUpdate'

/** A run that dies in one call, and leaves its lease to expire. */
async function dieAt(
  name: 'customers' | 'uploadRows' | 'fileUploads',
  method: Method,
  call: number,
): Promise<void> {
  const { collection } = models[name]
  const original = collection[method].bind(collection) as (...args: unknown[]) => Promise<unknown>
  let count = 0
  vi.spyOn(collection, method).mockImplementation((async (...args: unknown[]) => {
    count += 1
    if (count === call) throw new AppError('lease_lost')
    return await original(...args)
  }) as never)
  const claimed = await claimUpload(models, { leaseMs: 1 }, () => true)
  if (!claimed) throw new Error('nothing to claim')
  await runUpload(deps(), claimed, new AbortController().signal).catch(() => {})
  vi.restoreAllMocks()
  expect(count).toBeGreaterThanOrEqual(call)
}

beforeEach(async () => {
  isGone = false
  for (const model of [models.customers, models.uploadRows, models.fileUploads, models.columnChoices])
    await model.collection.deleteMany({})
  await createUploadQueue({ models }).queueSlackShare({
    team: 'T1',
    channel: 'C1',
    user: 'U1',
    fileId: 'F1',
    sharedAt: SHARED,
    ts: '1767571200.000100',
  })
  await work()
})
afterEach(() => vi.restoreAllMocks())

const first = async (): Promise<FileUpload> => {
  const upload = await uploads.findOne<FileUpload>({
    'source.file_id': 'F1',
    kind: 'import',
    reread_of: { $exists: false },
  })
  if (!upload) throw new Error('it is gone')
  return upload
}
const rereads = () => uploads.find<ImportUpload>({ reread_of: { $exists: true } }).toArray()

async function expectReread(): Promise<void> {
  const { number, status, message } = await first()
  const undos = await uploads.find<UndoUpload>({ kind: 'undo' }).toArray()
  const [again, ...others] = await rereads()
  expect({ status, message }).toEqual({ status: 'undone', message: expect.any(String) })
  expect(others).toEqual([])
  expect(undos).toMatchObject([{ status: 'done', undo_counts: { rows: 2, removed: 2 } }])
  expect(again).toMatchObject({
    status: 'done',
    shared_at: SHARED,
    reread_of: { number },
    counts: { rows: 2, created: 2 },
  })
  expect(again).not.toHaveProperty('message')
  expect(
    await models.customers.collection
      .find({}, { projection: { _id: 0, full_name: 1, city: 1 } })
      .sort({ city: 1 })
      .toArray(),
  ).toEqual([
    { full_name: 'Meena', city: 'Goa' },
    { full_name: 'Kushal', city: 'Pune' },
  ])
}

describe('a file that is read again after its import', () => {
  it('is undone, and imported anew at the place of its share', async () => {
    await queueUndo(models, (await first()).number, ASKER, COLUMNS)
    await work()
    await expectReread()
  })

  it.each([
    ['the first customer', 'customers', 'bulkWrite', 1],
    ['the rows of the undo', 'uploadRows', 'insertMany', 1],
    ['the new upload', 'fileUploads', 'insertOne', 1],
    ['the checkpoint of the undo', 'fileUploads', 'findOneAndUpdate', 2],
    ['the end of the undo', 'fileUploads', 'findOneAndUpdate', 3],
  ] as const)(
    'is undone once and read again once when a process dies over %s',
    async (_, collection, method, call) => {
      await queueUndo(models, (await first()).number, ASKER, COLUMNS)
      await dieAt(collection, method, call)
      await expect
        .poll(
          async () => {
            await work()
            return (await rereads())[0]?.status
          },
          { timeout: 45_000 },
        )
        .toBe('done')
      await expectReread()
    },
  )

  it('is not undone where it is gone from Slack', async () => {
    isGone = true
    const { number } = await first()
    await queueUndo(models, number, ASKER, COLUMNS)
    await work()
    expect(await first()).toMatchObject({ status: 'done' })
    expect(await uploads.findOne({ kind: 'undo' })).toMatchObject({
      status: 'failed',
      problem: { code: 'reread_impossible' },
    })
    expect(await rereads()).toEqual([])
    expect(await models.customers.collection.countDocuments({ city: 'Kushal' })).toBe(1)
  })

  it('is no share: its event is heard of once more without another import', async () => {
    await queueUndo(models, (await first()).number, ASKER, COLUMNS)
    const queue = createUploadQueue({ models })
    const share = {
      team: 'T1',
      channel: 'C1',
      user: 'U1',
      fileId: 'F1',
      sharedAt: new Date(SHARED.getTime() + 400),
    }
    await work()
    expect(await queue.queueSlackShare(share)).toMatchObject({
      isNew: false,
      upload: { _id: (await first())._id },
    })
    await expectReread()
  })

  it('can be undone itself, and its earlier undo cannot', async () => {
    await queueUndo(models, (await first()).number, ASKER, COLUMNS)
    await work()
    const undo = await uploads.findOne<FileUpload>({ kind: 'undo' })
    const [again] = await rereads()
    expect(await checkUndoable(models, undo?.number ?? 0, ASKER)).toMatchObject({
      kind: 'read_again',
      by: again?.number,
    })
    await queueUndo(models, again?.number ?? 0, { ...ASKER, now: new Date() })
    await work()
    expect(await models.customers.collection.countDocuments()).toBe(0)
    expect(await checkUndoable(models, undo?.number ?? 0, ASKER)).toMatchObject({ kind: 'possible' })
  })

  /** The numbers of the uploads of the file that count now. */
  const active = async () =>
    (await uploads.find<FileUpload>({ kind: 'import', status: 'done' }).toArray()).map(({ number }) => number)
  const undoOf = async (number: number | undefined) => {
    const queued = await queueUndo(models, number ?? 0, { ...ASKER, now: new Date() })
    await work()
    return queued.kind === 'queued' ? queued.undo.number : queued
  }
  /** The file is read again twice. */
  async function readTwice() {
    const numbers = [(await first()).number]
    for (const columns of [COLUMNS, { ...COLUMNS, columns: COLUMNS.columns.slice(0, 1) }]) {
      await queueUndo(models, numbers.at(-1) ?? 0, { ...ASKER, now: new Date() }, columns)
      await work()
      numbers.push(...(await active()))
    }
    const undos = await uploads.find<UndoUpload>({ kind: 'undo' }).sort({ number: 1 }).toArray()
    expect(new Set(numbers).size).toBe(3)
    return { imports: numbers, undos: undos.map(({ number }) => number) }
  }

  it('counts once, whichever of its undos is undone', async () => {
    const { imports, undos } = await readTwice()
    for (const undo of undos)
      expect(await checkUndoable(models, undo, ASKER)).toMatchObject({ kind: 'read_again', by: imports[2] })

    const last = await undoOf(imports[2])
    expect(await active()).toEqual([])
    await undoOf(undos[0])
    expect(await active()).toEqual([imports[0]])
    for (const undo of [undos[1], last])
      expect(await undoOf(Number(undo))).toMatchObject({ kind: 'read_again', by: imports[0] })
    expect(await active()).toEqual([imports[0]])
  })

  it('counts once where two of its undos are undone at once', async () => {
    const { imports, undos } = await readTwice()
    const last = await undoOf(imports[2])
    await queueUndo(models, undos[0] ?? 0, { ...ASKER, now: new Date() })
    expect(await checkUndoable(models, Number(last), ASKER)).toMatchObject({
      kind: 'read_again',
      by: imports[0],
    })
  })

  it('keeps the answer to its question', async () => {
    const question = {
      kind: 'phone_column',
      candidates: [{ index: 0, header: 'Phone', examples: [] }],
      is_headerless: false,
      is_phoneless: false,
      answer: { index: 0, by: 'U2', at: new Date() },
    }
    await uploads.updateOne({ _id: (await first())._id }, { $set: { question } })
    await queueUndo(models, (await first()).number, ASKER, COLUMNS)
    await work()
    expect(await rereads()).toMatchObject([{ status: 'done', question: { answer: { index: 0 } } }])
  })
})
