import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Customer, FileUpload, UploadRow } from '../../../models/index.ts'
import { AppError } from '../../../src/errors.ts'
import type { FileSource } from '../../../src/uploads/lease/ports.ts'
import { createUploadQueue } from '../../../src/uploads/worker/upload-queue.ts'
import { createUploadWorker, type UploadWorker } from '../../../src/uploads/worker/upload-worker.ts'
import { eventually } from '../../support/eventually.ts'
import { runDeps } from '../../support/play-uploads.ts'
import { openTestModels } from '../../support/test-models.ts'

/**
 * An import saves its checkpoint after the first batch, and then after eight batches. A process killed in between leaves
 * several applied batches behind the checkpoint, which the next run repeats.
 */
const BATCH = 10
const BATCHES = 12
const ROWS = BATCH * BATCHES

const { models } = await openTestModels()
const uploads = models.fileUploads.collection
let workers: UploadWorker[] = []
let text = ''

beforeEach(async () => {
  for (const model of [models.customers, models.uploadRows, models.fileUploads])
    await model.collection.deleteMany({})
  // The clocks stand still, so that the number of batches alone decides when a checkpoint is saved.
  vi.useFakeTimers({ toFake: ['Date', 'performance'] })
  text = firstList()
  const first = await share('F1', 1)
  await untilOver(first, aWorker())
  text = secondList()
})
afterEach(async () => {
  vi.restoreAllMocks()
  vi.useRealTimers()
  await Promise.all(workers.map((worker) => worker.stop()))
  workers = []
})

const phoneOf = (row: number) => `98200${String(10_000 + row)}`

function listOf(lines: readonly string[]): string {
  return `Phone,City\n${lines.join('\n')}\n`
}

/** The customers of the second list's first nine tenths. */
function firstList(): string {
  return listOf(Array.from({ length: ROWS - BATCH }, (_, row) => `${phoneOf(row)},Pune`))
}

/** Unchanged rows, changed ones, new customers at the end, and phones of the first batch in later ones. */
function secondList(): string {
  return listOf(
    Array.from({ length: ROWS }, (_, row) => {
      if (row % BATCH === 3) return `${phoneOf(row % 20)},City ${row}`
      return `${phoneOf(row)},${row % BATCH === 5 ? 'Agra' : 'Pune'}`
    }),
  )
}

const opens: FileSource['open'] = async () => {
  const bytes = Buffer.from(text)
  return {
    name: 'list.csv',
    bytes: bytes.length,
    stream: (async function* () {
      yield bytes
    })(),
  }
}

function aWorker(open = opens): UploadWorker {
  const deps = runDeps(models)
  const worker = createUploadWorker({
    ...deps,
    sources: { slack: { canOpen: () => true, open } },
    options: { ...deps.options, batchSize: BATCH },
    timing: { leaseMs: 60_000, pollMs: 20, retryMs: 10, longestRetryMs: 50, stopMs: 50 },
  })
  workers.push(worker)
  worker.start()
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

const read = async ({ _id }: FileUpload) => await uploads.findOne<FileUpload>({ _id })

async function untilOver(upload: FileUpload, worker: UploadWorker): Promise<FileUpload> {
  const over = await eventually(async () => {
    const found = await read(upload)
    return found?.finished_at !== undefined && found
  }, `upload #${upload.number} is not over`)
  await worker.stop()
  return over
}

type Write = (...args: readonly unknown[]) => Promise<unknown>

interface Kill {
  readonly of: 'rows' | 'customers' | 'checkpoint'
  /** The write of this kind at which the process dies, from 1. */
  readonly at: number
  readonly when: 'before' | 'after'
}

const METHODS = {
  rows: ['insertMany', () => models.uploadRows.collection, () => true],
  customers: ['bulkWrite', () => models.customers.collection, () => true],
  checkpoint: ['findOneAndUpdate', () => uploads, (update: unknown) => savesCheckpoint(update)],
} as const

function savesCheckpoint(update: unknown): boolean {
  return JSON.stringify(update ?? {}).includes('"checkpoint"')
}

/** From this write on, no write is sent and none is answered, as if the process had been killed. */
function killAt(kill: Kill): Promise<void> {
  let isDead = false
  let die = () => {}
  const dead = new Promise<void>((resolve) => {
    die = resolve
  })
  const forever = new Promise<never>(() => {})
  const deadly = [METHODS.rows, METHODS.customers, METHODS.checkpoint].map(
    ([name, of]) => [name, of()] as const,
  )
  const others = [models.uploadRows.collection, models.customers.collection, uploads].flatMap((of) =>
    (['deleteMany', 'updateOne', 'updateMany', 'deleteOne'] as const).map((name) => [name, of] as const),
  )
  for (const [name, collection] of [...deadly, ...others]) {
    const write = (Reflect.get(collection, name) as Write).bind(collection)
    let count = 0
    vi.spyOn(collection, name as 'bulkWrite').mockImplementation((async (...args: readonly unknown[]) => {
      if (isDead) return await forever
      const [method, of, isMeant] = METHODS[kill.of]
      if (name === method && collection === of() && isMeant(args[1])) count += 1
      const isLast = name === method && collection === of() && isMeant(args[1]) && count === kill.at
      if (!isLast) return await write(...args)
      isDead = true
      if (kill.when === 'after') await write(...args)
      die()
      return await forever
    }) as never)
  }
  return dead
}

/** The lease of the killed process expires. */
async function expireLease({ _id }: FileUpload): Promise<void> {
  await uploads.updateOne({ _id, status: 'running' }, { $set: { 'lease.expires_at': new Date(0) } })
}

/** What is stored of the second list, without ids. */
async function everything(upload: FileUpload): Promise<unknown> {
  const rows = await models.uploadRows.collection.find<UploadRow>({ upload: upload._id }).toArray()
  const customers = await models.customers.collection.find<Customer>({}).toArray()
  return {
    rows: rows
      .sort((a, b) => a.line - b.line)
      .map(({ line, outcome, changes, before }) => ({
        line,
        outcome,
        changes,
        uploads: before?.upload_count,
      })),
    customers: customers
      .sort((a, b) => (a.primary_phone < b.primary_phone ? -1 : 1))
      .map(({ primary_phone, city, upload_count, last_upload }) => ({
        primary_phone,
        city,
        upload_count,
        isTouched: last_upload.upload.equals(upload._id),
        line: last_upload.line,
      })),
  }
}

/** Imports the second list in one go, and forgets it. */
async function playWhole(): Promise<{ readonly counts: FileUpload['counts']; readonly stored: unknown }> {
  const before = await models.customers.collection.find().toArray()
  const upload = await share('F2', 2)
  const { counts } = await untilOver(upload, aWorker())
  const stored = await everything(upload)
  await models.uploadRows.collection.deleteMany({ upload: upload._id })
  await models.customers.collection.deleteMany({})
  await models.customers.collection.insertMany(before)
  await uploads.deleteOne({ _id: upload._id })
  return { counts, stored }
}

const KILLS: readonly Kill[] = [
  { of: 'rows', at: 5, when: 'after' },
  { of: 'rows', at: 9, when: 'before' },
  { of: 'customers', at: 2, when: 'before' },
  { of: 'customers', at: 6, when: 'before' },
  { of: 'customers', at: 6, when: 'after' },
  { of: 'customers', at: 9, when: 'after' },
  { of: 'customers', at: 12, when: 'after' },
  { of: 'checkpoint', at: 1, when: 'after' },
  { of: 'checkpoint', at: 2, when: 'before' },
  { of: 'checkpoint', at: 2, when: 'after' },
  { of: 'checkpoint', at: 3, when: 'before' },
]

describe('an import killed between two checkpoints', () => {
  it.each(KILLS)('ends as if it had not been, killed $when write $at of its $of', async (kill) => {
    const whole = await playWhole()
    const upload = await share('F3', 2)
    const dead = killAt(kill)
    const dying = aWorker()
    await dead
    await dying.stop()
    vi.restoreAllMocks()
    await expireLease(upload)

    const over = await untilOver(upload, aWorker())

    expect(over).toMatchObject({ status: 'done', counts: whole.counts ?? {} })
    expect(await everything(upload)).toEqual(whole.stored)
  })

  it('keeps the batches behind the checkpoint, and takes back rows without customers, where its file is gone', async () => {
    const upload = await share('F3', 2)
    const dead = killAt({ of: 'customers', at: 7, when: 'before' })
    const dying = aWorker()
    await dead
    await dying.stop()
    vi.restoreAllMocks()
    expect(await read(upload)).toMatchObject({ checkpoint: { line: BATCH + 1 } })
    await expireLease(upload)

    const gone = aWorker(async () => {
      throw new AppError('file_deleted', { file: 'list.csv' })
    })
    const over = await untilOver(upload, gone)

    expect(over).toMatchObject({ status: 'failed', counts: { rows: 6 * BATCH } })
    expect(await models.uploadRows.collection.countDocuments({ upload: upload._id })).toBe(6 * BATCH)
    const touched = await models.customers.collection.distinct('primary_phone', {
      'last_upload.upload': upload._id,
    })
    const rows = await models.uploadRows.collection.distinct('phone', { upload: upload._id })
    expect(touched.sort()).toEqual(rows.sort())
  })

  it('stops where it was when it was cancelled meanwhile', async () => {
    const upload = await share('F3', 2)
    const dead = killAt({ of: 'customers', at: 7, when: 'after' })
    const dying = aWorker()
    await dead
    await dying.stop()
    vi.restoreAllMocks()
    await uploads.updateOne({ _id: upload._id }, { $set: { cancelled: { by: 'U1', at: new Date() } } })
    await expireLease(upload)

    const over = await untilOver(upload, aWorker())

    expect(over).toMatchObject({
      status: 'failed',
      problem: { code: 'cancelled' },
      counts: { rows: 7 * BATCH },
    })
    expect(await models.uploadRows.collection.countDocuments({ upload: upload._id })).toBe(7 * BATCH)
  })
})
