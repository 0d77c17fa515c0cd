import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FileUpload } from '../../../models/index.ts'
import { importOptionsOf } from '../../../src/uploads/import/import-options.ts'
import type { FileSource } from '../../../src/uploads/lease/ports.ts'
import { cancelUpload } from '../../../src/uploads/worker/cancel-request.ts'
import { createUploadQueue } from '../../../src/uploads/worker/upload-queue.ts'
import { createUploadWorker, type UploadWorker } from '../../../src/uploads/worker/upload-worker.ts'
import { openTestModels } from '../../support/test-models.ts'

const MEBIBYTE = 1024 * 1024
const ROWS = 35
const BATCH = 10
const FILE = `Phone,Name\n${Array.from({ length: ROWS }, (_, at) => `90000001${10 + at},P ${at}\n`).join('')}`
const OPTIONS = importOptionsOf({
  defaultRegion: 'IN',
  dateOrder: 'day_first',
  clearWord: '#CLEAR',
  fallbackEncoding: 'windows-1252',
  limits: { maxBytes: MEBIBYTE, maxRows: 1000, maxColumns: 50, maxCellLength: 1000 },
})
const silent = { debug() {}, info() {}, warn() {}, error() {} }
const listener = {
  queued: async () => {},
  progress: async () => {},
  waiting: async () => {},
  asked: async () => {},
  finished: async () => {},
}

const { models } = await openTestModels()
const uploads = models.fileUploads.collection
let workers: UploadWorker[] = []

beforeEach(async () => {
  for (const model of [models.customers, models.uploadRows, models.fileUploads])
    await model.collection.deleteMany({})
  text = FILE
})
afterEach(async () => {
  vi.restoreAllMocks()
  await Promise.all(workers.map((worker) => worker.stop()))
  workers = []
})

let text = FILE
const source: FileSource = {
  canOpen: () => true,
  async open() {
    const bytes = Buffer.from(text)
    return {
      name: 'list.csv',
      bytes: bytes.length,
      stream: (async function* () {
        yield bytes
      })(),
    }
  },
}

function startWorker(from: FileSource = source): UploadWorker {
  const worker = createUploadWorker({
    models,
    sources: { slack: from },
    listener,
    options: { ...OPTIONS, batchSize: BATCH },
    log: silent,
    timing: { leaseMs: 5_000, pollMs: 20, placesMs: 20, retryMs: 10, longestRetryMs: 50 },
  })
  workers.push(worker)
  worker.start()
  return worker
}

async function share(): Promise<FileUpload> {
  const place = { team: 'T1', channel: 'C1', user: 'U1', fileId: 'F1' }
  const { upload } = await createUploadQueue({ models }).queueSlackShare({ ...place, sharedAt: new Date() })
  return upload
}
const read = async ({ _id }: FileUpload) => await uploads.findOne<FileUpload>({ _id })
const waitUntilOver = async (upload: FileUpload) => {
  await expect.poll(async () => (await read(upload))?.finished_at, { timeout: 45_000 }).toBeDefined()
  return await read(upload)
}
const cancel = async (upload: FileUpload, user = 'U1') =>
  await cancelUpload(models, (await read(upload)) ?? upload, {
    user,
    now: new Date(),
    admins: new Set(['UADMIN']),
  })

/** Receipt, rows and customers agree, and show where it stopped. */
async function expectCancelledAfter(upload: FileUpload, rows: number): Promise<void> {
  const ended = await read(upload)
  expect(ended).toMatchObject({
    status: 'failed',
    problem: { code: 'cancelled' },
    cancelled: { by: 'U1' },
    counts: { rows, created: rows },
  })
  expect(ended?.lease).toBeUndefined()
  expect(ended?.problem?.message).toContain(`stopped after line ${rows + 1} of ${ROWS + 1}.`)
  expect(await models.uploadRows.collection.countDocuments({ upload: upload._id })).toBe(rows)
  expect(await models.customers.collection.countDocuments()).toBe(rows)
}

/** Delays the customers of one batch, for longer than the time between checkpoints. */
function holdBatch(number: number) {
  const { collection } = models.customers
  const bulkWrite = collection.bulkWrite.bind(collection)
  let [open, reach] = [() => {}, () => {}]
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  const reached = new Promise<void>((resolve) => {
    reach = resolve
  })
  let writes = 0
  vi.spyOn(collection, 'bulkWrite').mockImplementation(async (operations, options) => {
    writes += 1
    if (writes === number) {
      reach()
      await gate
    }
    return await bulkWrite(operations, options)
  })
  return {
    open() {
      const now = performance.now.bind(performance)
      vi.spyOn(performance, 'now').mockImplementation(() => now() + 1_000)
      open()
    },
    reached,
  }
}

describe('an import that is cancelled', () => {
  it('stops after the rows being written, and takes back the rows without customers', async () => {
    const batch = holdBatch(2)
    const upload = await share()
    startWorker()
    await batch.reached

    expect(await cancel(upload)).toBe('stopping')
    batch.open()
    await waitUntilOver(upload)

    await expectCancelledAfter(upload, 2 * BATCH)
  })

  it('keeps no row behind the one it stopped after, those that cannot be used neither', async () => {
    const lines = FILE.trimEnd().split('\n')
    // The rest of the file alternates with such rows.
    text = `${[...lines.slice(0, 21), ...lines.slice(21).flatMap((line) => ['12,X', line])].join('\n')}\n`
    const batch = holdBatch(2)
    const upload = await share()
    startWorker()
    await batch.reached
    // One or two batches ahead are recorded, by how fast the machine is.
    await expect.poll(() => models.uploadRows.collection.countDocuments()).toBeGreaterThanOrEqual(30)
    await cancel(upload)
    batch.open()
    await waitUntilOver(upload)

    expect(await read(upload)).toMatchObject({ counts: { rows: 20, created: 20, invalid: 0 } })
    expect((await read(upload))?.problem?.message).toContain('stopped after line 21 of 51.')
    expect(await models.uploadRows.collection.countDocuments()).toBe(20)
  })

  it('is over at once where it had not begun', async () => {
    const upload = await share()

    expect(await cancel(upload)).toBe('ended')
    expect(await read(upload)).toMatchObject({
      status: 'failed',
      problem: { code: 'cancelled', message: expect.stringContaining('nothing was imported') },
      receipt: { due: true },
    })
    startWorker()
    expect(await cancel(upload)).toBe('over')
    expect(await models.uploadRows.collection.countDocuments()).toBe(0)
  })

  it('ends also while its file is still on the way', async () => {
    const stalled: FileSource = {
      canOpen: () => true,
      open: (_, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason))
        }),
    }
    const upload = await share()
    startWorker(stalled)
    await expect.poll(async () => (await read(upload))?.status).toBe('running')

    expect(await cancel(upload)).toBe('stopping')
    expect(await waitUntilOver(upload)).toMatchObject({ status: 'failed', problem: { code: 'cancelled' } })
  })

  it('is cancelled also where the last row is being written', async () => {
    const batch = holdBatch(4)
    const upload = await share()
    startWorker()
    await batch.reached
    await cancel(upload)
    batch.open()
    await waitUntilOver(upload)

    await expectCancelledAfter(upload, ROWS)
  })

  it('is never queued again by a repeated event', async () => {
    const upload = await share()
    await cancel(upload)
    const { shared_at } = upload

    const again = await createUploadQueue({ models }).queueSlackShare({
      team: 'T1',
      channel: 'C1',
      user: 'U1',
      fileId: 'F1',
      sharedAt: shared_at,
    })

    expect(again).toMatchObject({ isNew: false, upload: { number: upload.number } })
    expect(await uploads.countDocuments()).toBe(1)
  })
})

/** The process dies after the third batch is recorded and before its customers are written. */
async function dieInThirdBatch(): Promise<FileUpload> {
  const { collection } = models.customers
  const bulkWrite = collection.bulkWrite.bind(collection)
  let writes = 0
  vi.spyOn(collection, 'bulkWrite').mockImplementation(async (operations, options) => {
    writes += 1
    if (writes >= 3) throw Object.assign(new Error('broken'), { name: 'MongoServerError', code: 1 })
    return await bulkWrite(operations, options)
  })
  vi.spyOn(models.uploadRows.collection, 'deleteMany').mockResolvedValue({
    acknowledged: true,
    deletedCount: 0,
  })
  const upload = await share()
  const dying = startWorker()
  await waitUntilOver(upload)
  await dying.stop()
  vi.restoreAllMocks()
  expect(await models.uploadRows.collection.countDocuments()).toBeGreaterThan(2 * BATCH)
  return upload
}

const GONE = { lane: 'customers', token: 'gone', expires_at: new Date(0) } as const
const BY = { by: 'U1', at: new Date() }

describe('a cancelled import whose process is killed', () => {
  it.each<[string, (upload: FileUpload) => Promise<unknown>]>([
    [
      'before it notices',
      ({ _id }) => uploads.updateOne({ _id }, { $set: { status: 'running', lease: GONE, cancelled: BY } }),
    ],
    [
      'after the rows without customers are taken back',
      async ({ _id }) => {
        await models.uploadRows.collection.deleteMany({ upload: _id, line: { $gt: 2 * BATCH + 1 } })
        await uploads.updateOne({ _id }, { $set: { status: 'running', lease: GONE, cancelled: BY } })
      },
    ],
    [
      'as it hands the upload back',
      ({ _id }) => uploads.updateOne({ _id }, { $set: { status: 'queued', cancelled: BY } }),
    ],
  ])('is ended by the next one: killed %s', async (_, leave) => {
    const upload = await dieInThirdBatch()
    await uploads.updateOne({ _id: upload._id }, { $unset: { finished_at: '', problem: '', counts: '' } })
    await leave(upload)

    startWorker()
    await waitUntilOver(upload)

    await expectCancelledAfter(upload, 2 * BATCH)
  })
})

describe('what cannot be cancelled', () => {
  it.each<[string, Partial<FileUpload>, string]>([
    ['an undo', { kind: 'undo', status: 'running' }, 'no_import'],
    ['a request to forget', { kind: 'forget', status: 'queued' }, 'no_import'],
    ['a switch', { kind: 'switch', status: 'running' }, 'no_import'],
    ['a file that waits for a decision', { status: 'held' }, 'held'],
    ['a file that is done', { status: 'done', finished_at: new Date() }, 'over'],
    ['a file that was undone', { status: 'undone', finished_at: new Date() }, 'over'],
  ])('%s', async (_, fields, answer) => {
    const upload = await share()
    await uploads.updateOne({ _id: upload._id }, { $set: fields as object })
    const before = await read(upload)

    expect(await cancel(upload)).toBe(answer)
    expect(await read(upload)).toEqual(before)
  })

  it.each([
    ['U1', 'ended'],
    ['UADMIN', 'ended'],
    ['U2', 'not_allowed'],
  ])('by %s: %s', async (user, answer) => {
    expect(await cancel(await share(), user)).toBe(answer)
  })
})
