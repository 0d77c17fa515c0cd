import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FileUpload } from '../../../models/index.ts'
import { AppError } from '../../../src/errors.ts'
import { importOptionsOf } from '../../../src/uploads/import/import-options.ts'
import type { FileSource, UploadListener } from '../../../src/uploads/lease/ports.ts'
import { createReceiptDispatcher } from '../../../src/uploads/worker/receipt-dispatcher.ts'
import { createUploadQueue } from '../../../src/uploads/worker/upload-queue.ts'
import { createUploadWorker, type UploadWorker } from '../../../src/uploads/worker/upload-worker.ts'
import { eventually } from '../../support/eventually.ts'
import { playUndo } from '../../support/play-uploads.ts'
import { openTestModels } from '../../support/test-models.ts'

const OPTIONS = importOptionsOf({
  defaultRegion: 'IN',
  dateOrder: 'day_first',
  clearWord: '#CLEAR',
  fallbackEncoding: 'windows-1252',
  limits: { maxBytes: 1_000_000, maxRows: 1000, maxColumns: 50, maxCellLength: 1000 },
})
const FILE = `Phone,City\n${Array.from({ length: 30 }, (_, n) => `98200982${String(n).padStart(2, '0')},Pune`).join('\n')}\n`
const PATIENCE = { timeout: 45_000, interval: 20 }
const silent = { debug() {}, info() {}, warn() {}, error() {} }

const { models } = await openTestModels()
let workers: UploadWorker[] = []

beforeEach(async () => {
  for (const model of [models.customers, models.uploadRows, models.fileUploads])
    await model.collection.deleteMany({})
})
afterEach(async () => {
  vi.restoreAllMocks()
  await Promise.all(workers.map((worker) => worker.stop()))
  workers = []
})

function aListener(finished: UploadListener['finished'] = async () => {}): UploadListener {
  const nothing = async () => {}
  return { queued: nothing, progress: nothing, waiting: nothing, asked: nothing, finished }
}

const givesFile: FileSource['open'] = async () => ({
  name: 'list.csv',
  stream: (async function* () {
    yield Buffer.from(FILE)
  })(),
})

function aWorker(open: FileSource['open'], listener = aListener(), timing = {}): UploadWorker {
  const worker = createUploadWorker({
    models,
    sources: { slack: { canOpen: ({ source }) => source.kind === 'slack', open } },
    listener,
    options: { ...OPTIONS, batchSize: 10 },
    log: silent,
    timing: { leaseMs: 1_000, pollMs: 20, retryMs: 10, longestRetryMs: 50, ...timing },
  })
  workers.push(worker)
  return worker
}

async function share(fileId: string, day: number): Promise<FileUpload> {
  const { upload } = await createUploadQueue({ models }).queueSlackShare({
    team: 'T1',
    channel: 'C1',
    user: 'U1',
    fileId,
    sharedAt: new Date(Date.UTC(2026, 0, day, 9)),
  })
  return upload
}

const find = ({ _id }: FileUpload) => models.fileUploads.collection.findOne<FileUpload>({ _id })

async function untilOver(upload: FileUpload): Promise<FileUpload> {
  return await eventually(async () => {
    const found = await find(upload)
    return (found?.status === 'done' || found?.status === 'failed') && found
  }, `upload #${upload.number} is not over`)
}

async function leaveAsKilled(upload: FileUpload): Promise<void> {
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
}

describe('a file that is gone when another process takes its upload over', () => {
  it('is said to have done what it did, without the rows whose customers were not written, and can be undone', async () => {
    const upload = await share('F1', 1)
    const { collection } = models.customers
    const bulkWrite = collection.bulkWrite.bind(collection)
    let writes = 0
    vi.spyOn(collection, 'bulkWrite').mockImplementation(async (operations, options) => {
      // The second batch: two customers are written, then the process is killed.
      if (++writes === 1) return await bulkWrite(operations, options)
      await bulkWrite(operations.slice(0, 2), options)
      throw new AppError('stopping')
    })
    const dying = aWorker(givesFile)
    dying.start()
    await vi.waitFor(() => expect(writes).toBeGreaterThan(1), PATIENCE)
    await dying.stop()
    vi.restoreAllMocks()
    await leaveAsKilled(upload)

    const other = aWorker(async () => {
      throw new AppError('file_deleted', { file: 'list.csv' })
    })
    other.start()
    const over = await untilOver(upload)

    expect(over).toMatchObject({ status: 'failed', problem: { code: 'file_deleted' } })
    expect(over.counts).toMatchObject({ rows: 12, created: 12 })
    expect(await models.uploadRows.collection.countDocuments()).toBe(12)
    expect(await models.customers.collection.countDocuments()).toBe(12)

    await other.stop()
    const undo = await playUndo(models, over.number)
    expect(undo.undo_counts).toMatchObject({ rows: 12, removed: 12 })
    expect(await models.customers.collection.countDocuments()).toBe(0)
  })
})

describe('an upload that was handed back half-way', () => {
  it('goes on before a share that is older and was heard of meanwhile', async () => {
    const begun = await share('F2', 2)
    await models.fileUploads.collection.updateOne({ _id: begun._id }, { $set: { started_at: new Date() } })
    const older = await share('F1', 1)
    const opened: string[] = []
    aWorker(async (upload, signal, claim) => {
      opened.push(upload.source.kind === 'slack' ? upload.source.file_id : '')
      return await givesFile(upload, signal, claim)
    }).start()

    await untilOver(older)

    expect(opened).toEqual(['F2', 'F1'])
  })
})

describe('an upload whose process died', () => {
  it('is left to a process that can reach its file', async () => {
    const { upload } = await createUploadQueue({ models }).queueCliShare({
      path: '/elsewhere/list.csv',
      user: 'asha',
      sharedAt: new Date(),
    })
    await leaveAsKilled(upload)
    const looks = vi.spyOn(models.fileUploads.collection, 'aggregate')

    aWorker(givesFile).start()
    await vi.waitFor(() => expect(looks.mock.calls.length).toBeGreaterThan(5), PATIENCE)

    expect(await find(upload)).toMatchObject({ status: 'running', lease: { token: 'gone' } })
  })

  it('is not given up because processes died while it waited for Slack', async () => {
    const upload = await share('F1', 1)
    await models.fileUploads.collection.updateOne({ _id: upload._id }, { $set: { attempts: 4 } })
    const open = vi.fn<FileSource['open']>(async () => {
      throw new AppError('slack_unavailable')
    })
    aWorker(open).start()

    await vi.waitFor(
      async () => expect(await find(upload)).toMatchObject({ status: 'running', attempts: 0 }),
      PATIENCE,
    )
  })
})

describe('receipts', () => {
  it('that hang hold up no other file', async () => {
    const hanging = aListener(() => new Promise(() => {}))
    aWorker(givesFile, hanging, { stopMs: 50 }).start()

    const [first, second] = [await share('F1', 1), await share('F2', 2)]

    expect(await untilOver(first)).toMatchObject({ status: 'done', receipt: { due: true } })
    expect(await untilOver(second)).toMatchObject({ status: 'done', receipt: { due: true } })
  })

  it('that a process has claimed are posted before it stops, because no other process may', async () => {
    const posted: number[] = []
    let open = () => {}
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    const listener = aListener(async ({ number }) => {
      await gate
      posted.push(number)
    })
    const worker = aWorker(givesFile, listener, { stopMs: 60_000, receiptClaimMs: 600_000 })
    worker.start()
    const uploads = [await share('F1', 1), await share('F2', 2)]
    for (const upload of uploads)
      expect(await untilOver(upload)).toMatchObject({ receipt: { claimed_until: expect.any(Date) } })

    const stopped = worker.stop()
    open()
    await stopped

    expect(posted).toEqual(uploads.map(({ number }) => number))
    for (const upload of uploads) expect(await find(upload)).toMatchObject({ receipt: { due: false } })
  })

  it('are said by one process at a time, however long that takes, and by another when it dies', async () => {
    const upload = await share('F1', 1)
    await models.fileUploads.collection.updateOne(
      { _id: upload._id },
      { $set: { status: 'done', finished_at: new Date(), 'receipt.due': true } },
    )
    let seen = 0
    const claimMs = 4_000
    const dispatcher = (finished: UploadListener['finished']) =>
      createReceiptDispatcher({
        models,
        sources: { slack: true },
        listener: aListener(finished),
        log: silent,
        claimMs,
      })
    let endSpeech = () => {}
    const speech = new Promise<void>((resolve) => {
      endSpeech = resolve
    })
    const slow = dispatcher(() => speech).postDue()
    const claimedUntil = async () => Number((await find(upload))?.receipt.claimed_until ?? 0)
    await vi.waitFor(async () => expect(await claimedUntil()).toBeGreaterThan(0), PATIENCE)
    const first = await claimedUntil()
    await vi.waitFor(async () => expect(await claimedUntil()).toBeGreaterThan(first + claimMs), PATIENCE)
    const other = dispatcher(async () => {
      seen += 1
    })

    await other.postDue()
    expect(seen).toBe(0)
    endSpeech()
    await slow
    expect(await find(upload)).toMatchObject({ receipt: { due: false } })

    // The state after a process was killed while posting.
    await models.fileUploads.collection.updateOne(
      { _id: upload._id },
      { $set: { 'receipt.due': true, 'receipt.claimed_until': new Date(Date.now() - 1) } },
    )
    await other.postDue()
    expect(seen).toBe(1)
  })
})

describe('a stop', () => {
  it('takes no longer than it may, also when the database does not answer', async () => {
    const upload = await share('F1', 1)
    const worker = aWorker(givesFile, aListener(), { stopMs: 200 })
    vi.spyOn(models.customers.collection, 'bulkWrite').mockImplementation(() => new Promise(() => {}))
    worker.start()
    await vi.waitFor(async () => expect(await find(upload)).toMatchObject({ status: 'running' }), PATIENCE)

    const started = performance.now()
    await worker.stop()

    expect(performance.now() - started).toBeLessThan(30_000)
  })

  it('hands back what is claimed at that moment', async () => {
    const upload = await share('F1', 1)
    const { collection } = models.fileUploads
    const change = collection.findOneAndUpdate.bind(collection)
    let stopped: Promise<void> | undefined
    const worker = aWorker(() => new Promise(() => {}))
    vi.spyOn(collection, 'findOneAndUpdate').mockImplementation((async (
      ...args: Parameters<typeof change>
    ) => {
      const changed = await change(...args)
      // The claim is stored, and its answer is still on its way.
      if (changed !== null && args[0]?.status === 'queued') stopped ??= worker.stop()
      return changed
    }) as never)
    worker.start()
    await vi.waitFor(() => expect(stopped).toBeDefined(), PATIENCE)

    await stopped

    const left = await find(upload)
    expect(left).toMatchObject({ status: 'queued' })
    expect(left?.lease).toBeUndefined()
  })

  it('comes through while a file is being waited for', async () => {
    const upload = await share('F1', 1)
    const worker = aWorker(
      (_upload, signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason))
          // The stop can come between the lease and this call.
          if (signal.aborted) reject(signal.reason)
        }),
    )
    worker.start()
    await vi.waitFor(async () => expect(await find(upload)).toMatchObject({ status: 'running' }), PATIENCE)

    await worker.stop()

    const left = await find(upload)
    expect(left).toMatchObject({ status: 'queued' })
    expect(left?.lease).toBeUndefined()
  })
})
