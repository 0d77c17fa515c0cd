import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Customer, FileUpload, UploadRow } from '../../../models/index.ts'
import { AppError } from '../../../src/errors.ts'
import type { FileSource } from '../../../src/uploads/lease/ports.ts'
import { createUploadQueue } from '../../../src/uploads/worker/upload-queue.ts'
import { createDyingRuns } from '../../support/dying-runs.ts'
import { runDeps } from '../../support/play-uploads.ts'
import { openTestModels } from '../../support/test-models.ts'

/**
 * An import saves its checkpoint after the first batch, and then after eight batches. A process killed in between leaves
 * several applied batches behind the checkpoint, which the next run repeats.
 */
const BATCH = 10
const BATCHES = 12
const ROWS = BATCH * BATCHES
/** Every import here makes more writes than this. */
const LAST_KILL = 28
/** Between the first and the second checkpoint. */
const BETWEEN = 18
const WRITES = ['insertMany', 'bulkWrite', 'findOneAndUpdate', 'updateOne', 'deleteMany'] as const

const { models } = await openTestModels()
const uploads = models.fileUploads.collection
let text = ''
let isGone = false

const open: FileSource['open'] = async () => {
  if (isGone) throw new AppError('file_deleted', { file: 'list.csv' })
  const bytes = Buffer.from(text)
  return {
    name: 'list.csv',
    bytes: bytes.length,
    stream: (async function* () {
      yield bytes
    })(),
  }
}

const runs = createDyingRuns(models, () => {
  const deps = runDeps(models)
  return {
    ...deps,
    sources: { slack: { canOpen: () => true, open } },
    options: { ...deps.options, batchSize: BATCH },
  }
})

beforeEach(async () => {
  for (const model of [models.customers, models.uploadRows, models.fileUploads])
    await model.collection.deleteMany({})
  // The clocks stand still, so that the number of batches alone decides when a checkpoint is saved.
  vi.useFakeTimers({ toFake: ['Date', 'performance'] })
  isGone = false
  text = firstList()
  await share('F1', 1)
  await runs.all()
  text = secondList()
})
afterEach(() => {
  vi.useRealTimers()
})

const phoneOf = (row: number) => `98200${String(10_000 + row)}`

function listOf(lines: readonly string[]): string {
  return `Phone,City\n${lines.join('\n')}\n`
}

/** The customers of the second list without those of its last batch. */
function firstList(): string {
  return listOf(Array.from({ length: ROWS - BATCH }, (_, row) => `${phoneOf(row)},Pune`))
}

/** Unchanged rows, changed ones, new customers at the end, and phones of the first batches in later ones. */
function secondList(): string {
  return listOf(
    Array.from({ length: ROWS }, (_, row) => {
      if (row % BATCH === 3) return `${phoneOf(row % 20)},City ${row}`
      return `${phoneOf(row)},${row % BATCH === 5 ? 'Agra' : 'Pune'}`
    }),
  )
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

/** The rows of the second list and all customers, without ids. */
async function everything(upload: FileUpload) {
  const rows = await models.uploadRows.collection.find<UploadRow>({ upload: upload._id }).toArray()
  const customers = await models.customers.collection.find<Customer>({}).toArray()
  return {
    rows: rows
      .sort((a, b) => a.line - b.line)
      .map(({ line, phone, outcome, changes, before }) => ({
        line,
        phone,
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
async function playWhole() {
  const before = await models.customers.collection.find().toArray()
  const upload = await share('F2', 2)
  await runs.all()
  const counts = (await read(upload))?.counts
  const stored = await everything(upload)
  await models.uploadRows.collection.deleteMany({ upload: upload._id })
  await models.customers.collection.deleteMany({})
  await models.customers.collection.insertMany(before)
  await uploads.deleteOne({ _id: upload._id })
  return { counts, stored }
}

/** The counts, the rows and the customers say the same. */
async function expectBalance(upload: FileUpload): Promise<number> {
  const { rows, customers } = await everything(upload)
  const touched = customers.filter(({ isTouched }) => isTouched)
  expect((await read(upload))?.counts?.rows).toBe(rows.length)
  expect([...new Set(rows.map(({ phone }) => phone))].sort()).toEqual(
    touched.map(({ primary_phone }) => primary_phone),
  )
  return rows.length
}

/** Killed with several applied batches behind the checkpoint. */
async function leaveHalf(): Promise<FileUpload> {
  const upload = await share('F3', 2)
  expect(await runs.dieAt(BETWEEN, WRITES)).toBe(true)
  expect(await read(upload)).toMatchObject({ status: 'running', checkpoint: { line: BATCH + 1 } })
  return upload
}

const KILLS = Array.from({ length: LAST_KILL / 2 - 3 }, (_, at) => LAST_KILL - 2 * at)

describe('an import killed between two checkpoints', () => {
  it.each(['before', 'after'] as const)(
    'ends as if it had not been, killed %s any of its writes',
    async (when) => {
      const whole = await playWhole()
      expect(whole.counts).toMatchObject({ rows: ROWS })
      for (const at of KILLS) {
        const before = await models.customers.collection.find().toArray()
        const upload = await share(`F${at}`, 2)
        expect(await runs.dieAt(at, WRITES, when)).toBe(true)

        await runs.all()

        expect(await read(upload), `write ${at}`).toMatchObject({ status: 'done', counts: whole.counts })
        expect(await everything(upload), `write ${at}`).toEqual(whole.stored)
        await models.uploadRows.collection.deleteMany({ upload: upload._id })
        await models.customers.collection.deleteMany({})
        await models.customers.collection.insertMany(before)
        await uploads.deleteOne({ _id: upload._id })
      }
    },
  )

  it('keeps the batches behind the checkpoint, and takes back rows without customers, where its file is gone', async () => {
    const upload = await leaveHalf()
    isGone = true
    await runs.all()

    expect(await read(upload)).toMatchObject({ status: 'failed', problem: { code: 'file_deleted' } })
    expect(await expectBalance(upload)).toBeGreaterThanOrEqual(2 * BATCH)
  })

  it('stops where it was when it was cancelled meanwhile', async () => {
    const upload = await leaveHalf()
    await uploads.updateOne({ _id: upload._id }, { $set: { cancelled: { by: 'U1', at: new Date() } } })
    await runs.all()

    expect(await read(upload)).toMatchObject({ status: 'failed', problem: { code: 'cancelled' } })
    expect(await expectBalance(upload)).toBeGreaterThanOrEqual(2 * BATCH)
  })
})
