import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Customer, FileUpload, UploadRow } from '../../../models/index.ts'
import { AppError } from '../../../src/errors.ts'
import { importOptionsOf } from '../../../src/uploads/import/import-options.ts'
import type { FileSource, UploadListener } from '../../../src/uploads/lease/ports.ts'
import { cancelUpload } from '../../../src/uploads/worker/cancel-request.ts'
import { createUploadQueue } from '../../../src/uploads/worker/upload-queue.ts'
import { createUploadWorker, type UploadWorker } from '../../../src/uploads/worker/upload-worker.ts'
import { eventually } from '../../support/eventually.ts'
import { openTestModels } from '../../support/test-models.ts'

const KUSHAL = '+917417119014'
const MEBIBYTE = 1024 * 1024
const OPTIONS = importOptionsOf({
  defaultRegion: 'IN',
  dateOrder: 'day_first',
  clearWord: '#CLEAR',
  fallbackEncoding: 'windows-1252',
  limits: { maxBytes: MEBIBYTE, maxRows: 1000, maxColumns: 50, maxCellLength: 1000 },
})
const silent = { debug() {}, info() {}, warn() {}, error() {} }

const { models } = await openTestModels()
let workers: UploadWorker[] = []

beforeEach(async () => {
  for (const model of [models.customers, models.uploadRows, models.fileUploads])
    await model.collection.deleteMany({})
})
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.stop()))
  workers = []
  vi.restoreAllMocks()
})

/** Files by id, as a source that never fails; tests make it fail. */
function aSource(files: Record<string, string | Buffer>): FileSource & { open: ReturnType<typeof vi.fn> } {
  return {
    canOpen: ({ source }) => source.kind === 'slack',
    open: vi.fn(async ({ source }: FileUpload) => {
      const id = source.kind === 'slack' ? source.file_id : ''
      const content = files[id]
      if (content === undefined) throw new AppError('file_deleted', { file: id })
      const bytes = Buffer.from(content)
      return {
        name: `${id}.csv`,
        bytes: bytes.length,
        stream: (async function* () {
          yield bytes
        })(),
      }
    }),
  }
}

function aListener(): UploadListener & { finished: ReturnType<typeof vi.fn> } {
  return {
    queued: vi.fn(async () => {}),
    progress: async () => {},
    waiting: vi.fn(async () => {}),
    asked: vi.fn(async () => {}),
    finished: vi.fn(async () => {}),
  }
}

function aWorker(source: FileSource, listener: UploadListener = aListener(), batchSize = 10): UploadWorker {
  const worker = createUploadWorker({
    models,
    sources: { slack: source },
    listener,
    options: { ...OPTIONS, batchSize },
    log: silent,
    timing: { leaseMs: 1_000, pollMs: 20, placesMs: 20, retryMs: 10, longestRetryMs: 50, fetchedMs: 60_000 },
  })
  workers.push(worker)
  return worker
}

function aGate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
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

async function waitFor(upload: FileUpload, isReady: (upload: FileUpload) => boolean): Promise<FileUpload> {
  return await eventually(async () => {
    const found = await models.fileUploads.collection.findOne<FileUpload>({ _id: upload._id })
    return found && isReady(found) && found
  }, `upload #${upload.number} did not get there`)
}

const isOver = ({ status }: FileUpload) => status === 'done' || status === 'failed'
const findCustomer = (phone = KUSHAL) =>
  models.customers.collection.findOne<Customer>({ primary_phone: phone })

describe('three days of the same customer', () => {
  it('gives one customer, three uploads, three rows, a first day that stays and a last day that moves', async () => {
    const source = aSource({
      F1: 'Phone,Name,Address,Loan Amount\n07417119014,Kushl Sharma,1 MG Road,50000\n',
      F2: 'Phone,Name,Address,Loan Amount\n+91 74171-19014,Kushal Sharma,22 Park Street,\n',
      F3: 'Phone,Name,Address,Loan Amount\n917417119014,Kushal Sharma,,"1,20,000"\n',
    })
    aWorker(source).start()
    const seen: Pick<Customer, 'first_uploaded_at' | 'updated_at'>[] = []

    for (const day of [1, 2, 3]) {
      await waitFor(await share(`F${day}`, day), isOver)
      const { first_uploaded_at, updated_at } = (await findCustomer()) as Customer
      seen.push({ first_uploaded_at, updated_at })
    }

    const at = (day: number) => new Date(Date.UTC(2026, 0, day, 9))
    expect(seen).toEqual([1, 2, 3].map((day) => ({ first_uploaded_at: at(1), updated_at: at(day) })))
    expect(await models.customers.collection.countDocuments()).toBe(1)
    expect(await models.fileUploads.collection.countDocuments({ status: 'done' })).toBe(3)
    expect(await models.uploadRows.collection.countDocuments()).toBe(3)
    expect(await findCustomer()).toMatchObject({
      full_name: 'Kushal Sharma',
      address: '22 Park Street',
      loan_amount: 120000,
      upload_count: 3,
    })
  })
})

describe('the queue', () => {
  it('writes a share down once, however often it is delivered', async () => {
    const received = await Promise.all(Array.from({ length: 5 }, () => share('F1', 1)))

    expect(new Set(received.map(({ _id }) => String(_id))).size).toBe(1)
    expect(await models.fileUploads.collection.countDocuments()).toBe(1)
  })

  it('takes one number for a share that is told of several times at once', async () => {
    const queue = createUploadQueue({ models })
    const shown = { team: 'T1', channel: 'C1', user: 'U1', fileId: 'F1', sharedAt: new Date() }
    const later = { ...shown, sharedAt: new Date(shown.sharedAt.getTime() + 400) }

    const [first] = await Promise.all([shown, later, shown].map((one) => queue.queueSlackShare(one)))
    const next = await queue.queueSlackShare({ ...shown, fileId: 'F2' })

    expect(next.upload.number).toBe((first?.upload.number ?? 0) + 1)
  })

  it('applies files in the order of sharing, whichever of three workers runs them', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 8 }, (_, index) => [`F${index + 1}`, `Phone,City\n${KUSHAL},City ${index + 1}\n`]),
    )
    const uploads: FileUpload[] = []
    for (const day of [5, 2, 8, 1, 7, 3, 6, 4]) uploads.push(await share(`F${day}`, day))
    for (let count = 0; count < 3; count++) aWorker(aSource(files)).start()

    for (const upload of uploads) await waitFor(upload, isOver)

    const rows = await models.uploadRows.collection.find<UploadRow>({}).sort({ shared_at: 1 }).toArray()
    const cities = rows.map(({ changes }) => changes?.city)
    expect(cities.slice(1)).toEqual(
      Array.from({ length: 7 }, (_, index) => ({ from: `City ${index + 1}`, to: `City ${index + 2}` })),
    )
    expect(await findCustomer()).toMatchObject({ city: 'City 8', upload_count: 8 })
  })

  it('tells whoever waits how the queue moves, while a file is worked on', async () => {
    const file = `Phone\n${KUSHAL}\n`
    const files = aSource({ F1: file, F2: file, F3: file })
    const letGo: (() => void)[] = []
    const held: FileSource = {
      ...files,
      open: async (upload, signal, claim) => {
        await new Promise<void>((resolve) => letGo.push(resolve))
        return await files.open(upload, signal, claim)
      },
    }
    await share('F1', 1)
    await share('F2', 2)
    const last = await share('F3', 3)
    const listener = aListener()
    aWorker(held, listener).start()
    const placesPosted = () =>
      vi
        .mocked(listener.queued)
        .mock.calls.filter(([{ number }]) => number === last.number)
        .map(([, ahead]) => ahead)

    await expect.poll(placesPosted).toEqual([2])
    letGo.shift()?.()
    await expect.poll(placesPosted).toEqual([2, 1])
    for (let times = 0; times < 2; times += 1) {
      await expect.poll(() => letGo.length).toBe(1)
      letGo.shift()?.()
    }

    expect(await waitFor(last, isOver)).toMatchObject({ status: 'done' })
  })

  it('fetches each next file while the rows of one are written, and imports them in order', async () => {
    const cities = ['Agra', 'Bhopal', 'Cochin', 'Delhi']
    const files = Object.fromEntries(
      cities.map((city, at) => [`F${at + 1}`, `Phone,City\n${KUSHAL},${city}\n`]),
    )
    const source = aSource(files)
    const fetched = new Map<string, { bytes: number }>()
    const fetch = vi.fn(async ({ _id }: FileUpload) => {
      const file = { bytes: 1 }
      fetched.set(String(_id), file)
      return file
    })
    const uploads: FileUpload[] = []
    for (const day of [3, 1, 4, 2]) uploads.push(await share(`F${day}`, day))
    aWorker({ ...source, fetch }).start()
    for (const upload of uploads) await waitFor(upload, isOver)

    const opened = source.open.mock.calls.map(([{ number }, , , file]) => [number, file])
    // The first one was not waited for.
    const inOrder = [uploads[1], uploads[3], uploads[0], uploads[2]]
    expect(opened).toEqual(
      inOrder.map((upload, at) => [upload?.number, at === 0 ? undefined : fetched.get(String(upload?._id))]),
    )
    expect(fetch).toHaveBeenCalledTimes(3)
    expect(await findCustomer()).toMatchObject({ city: 'Delhi', upload_count: 4 })
  })

  it('imports nothing of a fetched file that was cancelled before its turn', async () => {
    const file = (city: string) => `Phone,City\n${KUSHAL},${city}\n`
    const source = aSource({ F1: file('Agra'), F2: file('Bhopal'), F3: file('Cochin') })
    const [first, second, third] = [await share('F1', 1), await share('F2', 2), await share('F3', 3)]
    const fetch = vi.fn(async ({ _id }: FileUpload) => {
      if (_id.equals(second._id))
        await cancelUpload(models, second, { user: 'U1', now: new Date(), admins: new Set() })
      return { bytes: 1 }
    })
    aWorker({ ...source, fetch }).start()

    expect(await waitFor(third, isOver)).toMatchObject({ status: 'done' })
    expect(await waitFor(first, isOver)).toMatchObject({ status: 'done' })
    expect(await waitFor(second, isOver)).toMatchObject({ status: 'failed', problem: { code: 'cancelled' } })
    expect(await models.uploadRows.collection.countDocuments()).toBe(2)
    expect(await findCustomer()).toMatchObject({ city: 'Cochin', upload_count: 2 })
  })

  it('imports a file that could not be fetched early', async () => {
    const source = aSource({ F1: `Phone\n${KUSHAL}\n`, F2: `Phone\n${KUSHAL}\n` })
    const fetch = vi.fn(async () => {
      throw new AppError('slack_unavailable')
    })
    const uploads = [await share('F1', 1), await share('F2', 2)]
    aWorker({ ...source, fetch }).start()

    for (const upload of uploads) expect(await waitFor(upload, isOver)).toMatchObject({ status: 'done' })
    expect(fetch).toHaveBeenCalledTimes(1)
  })

  it('forgets a share that is none of ours', async () => {
    const source = aSource({})
    source.open.mockResolvedValue('not_for_us')
    const upload = await share('F1', 1)
    aWorker(source).start()

    await expect.poll(() => models.fileUploads.collection.countDocuments()).toBe(0)
    expect(await models.fileUploads.collection.findOne({ _id: upload._id })).toBeNull()
  })
})

describe('a file that cannot be used', () => {
  const cases: [string, string | Buffer, string][] = [
    ['is empty', '', 'file_empty'],
    ['has only a header', 'Phone,Name\n', 'no_rows'],
    ['has only empty columns', 'Name,City\n,\n', 'no_phone_column'],
    ['is a web page', '<!doctype html><html><body>Sign in</body></html>', 'not_csv'],
    ['is a zip cut off', Buffer.from('504b030414000600', 'hex'), 'workbook_damaged'],
    ['is too large', `Phone\n${`${KUSHAL}\n`.repeat(90_000)}`, 'file_too_large'],
    ['has too many rows', `Phone\n${`${KUSHAL}\n`.repeat(1_001)}`, 'too_many_rows'],
  ]

  it.each(cases)('that %s changes nothing and says why and what to do', async (_case, content, code) => {
    const listener = aListener()
    aWorker(aSource({ F1: content }), listener).start()

    const upload = await waitFor(await share('F1', 1), ({ receipt }) => receipt.posted_at !== undefined)

    expect(upload).toMatchObject({ status: 'failed', problem: { code } })
    expect(upload.problem?.next).not.toBe('')
    expect(await models.customers.collection.countDocuments()).toBe(0)
    expect(await models.uploadRows.collection.countDocuments()).toBe(0)
    expect(listener.finished).toHaveBeenCalledTimes(1)
  })

  it('is deleted before we read it', async () => {
    aWorker(aSource({})).start()

    const upload = await waitFor(await share('F1', 1), isOver)

    expect(upload.problem?.code).toBe('file_deleted')
  })
})

describe('trouble that passes', () => {
  const FILE = `Phone,City\n${Array.from({ length: 35 }, (_, n) => `98200982${String(n).padStart(2, '0')},Pune`).join('\n')}\n`

  it('waits for Slack and goes on', async () => {
    const source = aSource({ F1: FILE })
    source.open
      .mockRejectedValueOnce(new AppError('slack_unavailable'))
      .mockRejectedValueOnce(new AppError('slack_unavailable'))
    const listener = aListener()
    aWorker(source, listener).start()

    const upload = await waitFor(await share('F1', 1), isOver)

    expect(upload).toMatchObject({ status: 'done', counts: { rows: 35, created: 35 } })
    expect(listener.waiting).toHaveBeenCalledTimes(2)
  })

  it('gives a file up that stays out of reach, so that the next one gets its turn', async () => {
    const source = aSource({ F2: FILE })
    source.open.mockImplementation(async ({ source: from }: FileUpload) => {
      if (from.kind === 'slack' && from.file_id === 'F1') throw new AppError('file_unreachable')
      return {
        name: 'f2.csv',
        stream: (async function* () {
          yield Buffer.from(FILE)
        })(),
      }
    })
    const [first, second] = [await share('F1', 1), await share('F2', 2)]
    aWorker(source).start()

    expect(await waitFor(first, isOver)).toMatchObject({ problem: { code: 'file_unreachable' } })
    expect(await waitFor(second, isOver)).toMatchObject({ status: 'done' })
  })

  it('tries again when the database is away for a moment in the middle of a batch', async () => {
    const { collection } = models.customers
    const away = Object.assign(new Error('away'), { name: 'MongoNetworkError' })
    vi.spyOn(collection, 'bulkWrite').mockRejectedValueOnce(away).mockRejectedValueOnce(away)
    aWorker(aSource({ F1: FILE })).start()

    const upload = await waitFor(await share('F1', 1), isOver)

    expect(upload).toMatchObject({ status: 'done', counts: { rows: 35, created: 35 } })
    expect(await collection.countDocuments({ upload_count: 1 })).toBe(35)
  })

  it('goes on after the checkpoint of a run that died, and the receipt balances', async () => {
    const upload = await share('F1', 1)
    const { collection } = models.customers
    const bulkWrite = collection.bulkWrite.bind(collection)
    let writes = 0
    vi.spyOn(collection, 'bulkWrite').mockImplementation(async (operations, options) => {
      if (++writes === 3) throw Object.assign(new Error('broken'), { name: 'MongoServerError', code: 1 })
      return await bulkWrite(operations, options)
    })
    const dying = aWorker(aSource({ F1: FILE }))
    dying.start()
    await waitFor(upload, isOver)
    await dying.stop()
    vi.restoreAllMocks()

    // The state after a kill: running, with an expired lease, and the third batch recorded but not applied.
    await models.fileUploads.collection.updateOne(
      { _id: upload._id },
      {
        $set: {
          status: 'running',
          'lease.lane': 'customers',
          'lease.token': 'gone',
          'lease.expires_at': new Date(0),
        },
        $unset: { finished_at: '', problem: '' },
      },
    )
    aWorker(aSource({ F1: FILE })).start()
    const finished = await waitFor(upload, isOver)

    expect(finished).toMatchObject({ status: 'done', counts: { rows: 35, created: 35, updated: 0 } })
    expect(await models.uploadRows.collection.countDocuments({ outcome: 'created' })).toBe(35)
    expect(await collection.countDocuments({ upload_count: 1 })).toBe(35)
  })

  it('refuses to go on with a file that is not the one it began with', async () => {
    const upload = await share('F1', 1)
    await models.fileUploads.collection.updateOne(
      { _id: upload._id },
      { $set: { 'file.sha256': 'of another file' } },
    )
    aWorker(aSource({ F1: FILE })).start()

    expect(await waitFor(upload, isOver)).toMatchObject({ problem: { code: 'file_changed' } })
  })

  it('hands the upload back when it is stopped, and another worker finishes it', async () => {
    const source = aSource({ F1: FILE })
    const { collection } = models.customers
    const bulkWrite = collection.bulkWrite.bind(collection)
    let letGo = () => {}
    const isStopping = new Promise<void>((resolve) => {
      letGo = resolve
    })
    let batches = 0
    vi.spyOn(collection, 'bulkWrite').mockImplementation(async (operations, options) => {
      batches += 1
      if (batches > 1) await isStopping
      return await bulkWrite(operations, options)
    })
    const upload = await share('F1', 1)
    const first = aWorker(source)
    first.start()
    await waitFor(upload, ({ checkpoint }) => checkpoint !== undefined)
    const stopping = first.stop()
    letGo()
    await stopping

    expect(await waitFor(upload, () => true)).toMatchObject({ status: 'queued' })
    aWorker(source).start()

    expect(await waitFor(upload, isOver)).toMatchObject({ status: 'done', counts: { rows: 35, created: 35 } })
  })

  it('leaves a receipt that belongs in Slack to a process that knows Slack', async () => {
    const upload = await share('F1', 1)
    await models.fileUploads.collection.updateOne(
      { _id: upload._id },
      { $set: { status: 'done', finished_at: new Date(), 'receipt.due': true } },
    )
    const [commandLine, bot] = [aListener(), aListener()]
    const worker = createUploadWorker({
      models,
      sources: { cli: aSource({}) },
      listener: commandLine,
      options: OPTIONS,
      log: silent,
      timing: { pollMs: 10 },
    })
    workers.push(worker)
    const looks = vi.spyOn(models.fileUploads.collection, 'findOneAndUpdate')
    worker.start()
    await vi.waitFor(() => expect(looks.mock.calls.length).toBeGreaterThan(10), { timeout: 45_000 })
    aWorker(aSource({}), bot).start()

    await waitFor(upload, ({ receipt }) => receipt.posted_at !== undefined)

    expect(commandLine.finished).not.toHaveBeenCalled()
    expect(bot.finished).toHaveBeenCalledTimes(1)
  })

  describe('posts the receipts that it has claimed when it is stopped', () => {
    function aSlowWorker(listener: UploadListener): UploadWorker {
      const worker = createUploadWorker({
        models,
        sources: { slack: aSource({ F1: FILE, F2: FILE, F3: FILE }) },
        listener,
        options: OPTIONS,
        log: silent,
        timing: { pollMs: 20, receiptClaimMs: 300_000, stopMs: 60_000 },
      })
      workers.push(worker)
      worker.start()
      return worker
    }
    const countPosted = () =>
      models.fileUploads.collection.countDocuments({
        'receipt.due': false,
        'receipt.posted_at': { $exists: true },
      })

    it('while it posts the first of them', async () => {
      const listener = aListener()
      const isStopping = aGate()
      listener.finished.mockReturnValueOnce(isStopping.opened)
      const uploads = [await share('F1', 1), await share('F2', 2), await share('F3', 3)]
      const worker = aSlowWorker(listener)
      for (const upload of uploads) await waitFor(upload, isOver)

      const stopping = worker.stop()
      isStopping.open()
      await stopping

      expect(await countPosted()).toBe(3)
    })

    it('while the write that ends an import is not answered', async () => {
      const { collection } = models.fileUploads
      const change = collection.findOneAndUpdate.bind(collection)
      const [isSent, isStopping] = [aGate(), aGate()]
      vi.spyOn(collection, 'findOneAndUpdate').mockImplementation((async (
        ...args: Parameters<typeof change>
      ) => {
        const changed = await change(...args)
        if (JSON.stringify(args[1]).includes('finished_at')) {
          isSent.open()
          await isStopping.opened
        }
        return changed
      }) as never)
      await share('F1', 1)
      const worker = aSlowWorker(aListener())
      await isSent.opened

      const stopping = worker.stop()
      isStopping.open()
      await stopping

      expect(await countPosted()).toBe(1)
    })
  })

  it('keeps a receipt that could not be posted and posts it later, once', async () => {
    const listener = aListener()
    listener.finished.mockRejectedValueOnce(new AppError('slack_unavailable'))
    aWorker(aSource({ F1: FILE }), listener).start()
    const upload = await waitFor(await share('F1', 1), isOver)
    expect(upload.receipt.posted_at).toBeUndefined()

    // By then the first try is over, and its claim taken.
    await expect.poll(() => listener.finished).toHaveBeenCalledTimes(1)
    // The next try is due when the first claim expires.
    await models.fileUploads.collection.updateOne(
      { _id: upload._id },
      { $unset: { 'receipt.claimed_until': '' } },
    )
    await waitFor(upload, ({ receipt }) => receipt.posted_at !== undefined)

    expect(listener.finished).toHaveBeenCalledTimes(2)
  })
})
