import { mongo } from 'mongoose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FileUpload, UploadRow } from '../../../models/index.ts'
import type { ReadRow } from '../../../src/customers/fields/customer.ts'
import { createCheckpoints } from '../../../src/uploads/apply/create-checkpoints.ts'
import { openTestModels } from '../../support/test-models.ts'

const { models } = await openTestModels()
const uploads = models.fileUploads.collection

beforeEach(async () => {
  await uploads.deleteMany({})
  // The clocks stand still unless a test moves them.
  vi.useFakeTimers({ toFake: ['Date', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

async function anUpload(checkpoint?: FileUpload['checkpoint']): Promise<FileUpload> {
  const upload: FileUpload = {
    _id: new mongo.ObjectId(),
    kind: 'import',
    number: 1,
    status: 'running',
    source: { kind: 'cli', host: 'here', path: '/x.csv', user: 'asha' },
    file: { name: 'x.csv' },
    lease: { lane: 'customers', token: 'own', expires_at: new Date('2099-01-01') },
    attempts: 3,
    shared_at: new Date('2026-01-01'),
    receipt: { due: false },
    ...(checkpoint && { checkpoint }),
  }
  await uploads.insertOne(upload)
  return upload
}

/** A batch of one row on the line. */
function batchAt(upload: FileUpload, line: number): [ReadRow[], UploadRow[]] {
  const { _id, shared_at } = upload
  const stored = { _id: new mongo.ObjectId(), upload: _id, line, outcome: 'unchanged', shared_at } as const
  return [[{ kind: 'customer', line, phone: '+919820098200', values: {} }], [stored]]
}

/** Applies batches like an import, on the lines 2, 3, …, and returns the saved lines. */
async function play(upload: FileUpload, batches: number, pauseMs = 0): Promise<number[]> {
  const saved: number[] = []
  const checkpoints = createCheckpoints(models, upload)
  const look = async () => {
    const line = (await uploads.findOne<FileUpload>({ _id: upload._id }))?.checkpoint?.line ?? 0
    if (line > (saved.at(-1) ?? upload.checkpoint?.line ?? 0)) saved.push(line)
  }
  for (let line = 2; line < batches + 2; line++) {
    await checkpoints.beforeWrite()
    await look()
    checkpoints.add(...batchAt(upload, line))
    await checkpoints.afterBatch()
    await look()
    vi.advanceTimersByTime(pauseMs)
  }
  await checkpoints.finish()
  await look()
  return saved
}

const COUNTS = { rows: 1, created: 0, updated: 0, unchanged: 1, duplicate: 0, invalid: 0, blank: 0 }

describe('the checkpoints of an import', () => {
  it.each([
    ['no batch', 0, []],
    ['one batch, which needs none', 1, []],
    ['two batches', 2, [2, 3]],
    ['nine batches', 9, [2, 10]],
    ['ten batches', 10, [2, 10, 11]],
    ['twenty batches', 20, [2, 10, 18, 21]],
  ])('come after the first batch, every eight batches and the last: %s', async (_, batches, lines) => {
    expect(await play(await anUpload(), batches)).toEqual(lines)
  })

  it('come after every batch where batches are slow', async () => {
    expect(await play(await anUpload(), 5, 200)).toEqual([2, 3, 4, 5, 6])
  })

  it('come after the first batch of a run that continues, and count the earlier rows', async () => {
    const upload = await anUpload({ line: 1, counts: COUNTS })

    expect(await play(upload, 1)).toEqual([2])
    expect(await uploads.findOne({ _id: upload._id })).toMatchObject({
      attempts: 0,
      checkpoint: { line: 2, counts: { ...COUNTS, rows: 2, unchanged: 2 } },
    })
  })
})

describe('customers are not written', () => {
  const taken = { $set: { 'lease.token': 'another run' } }
  const cancelled = { $set: { cancelled: { by: 'U1', at: new Date('2026-01-01') } } }

  /** Two batches were applied, and the first is saved. */
  async function begin() {
    const upload = await anUpload()
    const checkpoints = createCheckpoints(models, upload)
    for (const line of [2, 3]) {
      checkpoints.add(...batchAt(upload, line))
      await checkpoints.beforeWrite()
    }
    return { upload, checkpoints }
  }

  it.each([
    ['lost its lease', taken, 'lease_lost'],
    ['was cancelled', cancelled, 'cancelled'],
  ])('after a pause in which the run %s', async (_, change, code) => {
    const { upload, checkpoints } = await begin()
    await uploads.updateOne({ _id: upload._id }, change)
    vi.advanceTimersByTime(200)

    await expect(checkpoints.beforeWrite()).rejects.toMatchObject({ code })
  })

  it.each([
    ['clock of the day', () => vi.setSystemTime(Date.now() + 60_000)],
    ['steady clock', () => vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 60_000)],
  ])('after a lease was lost while the machine slept and only the %s went on', async (_, wake) => {
    const { upload, checkpoints } = await begin()
    await uploads.updateOne({ _id: upload._id }, taken)
    wake()

    await expect(checkpoints.beforeWrite()).rejects.toMatchObject({ code: 'lease_lost' })
  })

  it.each([
    ['lost its lease', taken, 'lease_lost'],
    ['was cancelled', cancelled, 'cancelled'],
  ])('more than eight batches after the run %s', async (_, change, code) => {
    const { upload, checkpoints } = await begin()
    await uploads.updateOne({ _id: upload._id }, change)
    let applied = 0
    const goOn = async () => {
      for (let line = 4; line < 40; line++) {
        await checkpoints.beforeWrite()
        checkpoints.add(...batchAt(upload, line))
        applied += 1
        await checkpoints.afterBatch()
      }
    }

    await expect(goOn()).rejects.toMatchObject({ code })
    expect(applied).toBeLessThanOrEqual(8)
  })
})
