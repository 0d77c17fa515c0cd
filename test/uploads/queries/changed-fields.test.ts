import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { FileUpload } from '../../../models/index.ts'
import { AppError } from '../../../src/errors.ts'
import { importOptionsOf } from '../../../src/uploads/import/import-options.ts'
import type { FileSource, UploadListener } from '../../../src/uploads/lease/ports.ts'
import { summariseChanges } from '../../../src/uploads/results/summarise-changes.ts'
import { createUploadQueue } from '../../../src/uploads/worker/upload-queue.ts'
import { createUploadWorker } from '../../../src/uploads/worker/upload-worker.ts'
import { openTestModels } from '../../support/test-models.ts'

const OPTIONS = importOptionsOf({
  defaultRegion: 'IN',
  dateOrder: 'day_first',
  clearWord: '#CLEAR',
  fallbackEncoding: 'windows-1252',
  limits: { maxBytes: 2 ** 20, maxRows: 1000, maxColumns: 50, maxCellLength: 1000 },
})
const silent = { debug() {}, info() {}, warn() {}, error() {} }

const { models } = await openTestModels()

beforeEach(async () => {
  for (const model of [models.customers, models.uploadRows, models.fileUploads])
    await model.collection.deleteMany({})
})

function aFile(city: string, address: string): string {
  const rows = Array.from({ length: 30 }, (_, index) => `98200${String(10_000 + index)},${city},${address}`)
  return `Phone,City,Address\n${rows.join('\n')}\n`
}

/** Shares a file and waits for its end. `meddle` is called at the worker's first progress. */
async function importFile(id: string, content: string, day: number, meddle?: () => Promise<void>) {
  let finish = (_: FileUpload) => {}
  const finished = new Promise<FileUpload>((resolve) => {
    finish = resolve
  })
  const source: FileSource = {
    canOpen: () => true,
    open: async () => ({
      name: `${id}.csv`,
      stream: (async function* () {
        yield Buffer.from(content)
      })(),
    }),
  }
  const nothing = async () => {}
  const listener: UploadListener = {
    queued: nothing,
    progress: async () => await meddle?.(),
    waiting: nothing,
    asked: nothing,
    finished: async (upload) => finish(upload),
  }
  const options = { ...OPTIONS, batchSize: 10 }
  const deps = {
    models,
    sources: { slack: source },
    listener,
    options,
    log: silent,
    timing: { pollMs: 20, retryMs: 5 },
  }
  const worker = createUploadWorker(deps)
  await createUploadQueue({ models }).queueSlackShare({
    team: 'T1',
    channel: 'C1',
    user: 'U1',
    fileId: id,
    sharedAt: new Date(Date.UTC(2026, 0, day)),
  })
  worker.start()
  const upload = await finished
  await worker.stop()
  return upload
}

describe('what an upload changed, field by field', () => {
  it('is kept with the upload, so that nobody waits for its rows to be gone through', async () => {
    await importFile('F1', aFile('Pune', 'Lake View'), 1)

    const upload = await importFile('F2', aFile('Agra', 'Lake View'), 2)

    expect(upload.changed_fields).toEqual([
      {
        path: 'city',
        changed: 30,
        added: 0,
        cleared: 0,
        examples: [
          { line: 2, from: 'Pune', to: 'Agra' },
          { line: 3, from: 'Pune', to: 'Agra' },
        ],
      },
    ])
    expect(upload.changed_fields).toEqual(await summariseChanges(models, upload))
  })

  it('is whole also where a run went on after the checkpoint of another', async () => {
    await importFile('F1', aFile('Pune', 'Lake View'), 1)
    const { collection } = models.customers
    const bulkWrite = collection.bulkWrite.bind(collection)
    let batches = 0
    const meddled = vi.spyOn(collection, 'bulkWrite').mockImplementation(async (operations, options) => {
      batches++
      if (batches >= 2 && batches < 10) throw new AppError('database_unavailable')
      return await bulkWrite(operations, options)
    })

    const upload = await importFile('F2', aFile('Agra', 'Lake View'), 2)
    meddled.mockRestore()

    expect(batches).toBeGreaterThan(4)
    expect(upload.counts).toMatchObject({ rows: 30, updated: 30 })
    expect(upload.changed_fields).toMatchObject([{ path: 'city', changed: 30 }])
  })

  it('holds the beginning of a long value only', async () => {
    await importFile('F1', aFile('Pune', 'a'.repeat(900)), 1)

    const upload = await importFile('F2', aFile('Pune', 'b'.repeat(900)), 2)

    expect(upload.changed_fields?.[0]?.examples[0]).toMatchObject({
      from: 'a'.repeat(200),
      to: 'b'.repeat(200),
    })
  })
})
