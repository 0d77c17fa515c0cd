import fc from 'fast-check'
import iconv from 'iconv-lite'
import { afterAll, beforeEach, expect, it, vi } from 'vitest'
import type { FileUpload } from '../../../models/index.ts'
import { importOptionsOf } from '../../../src/uploads/import/import-options.ts'
import type { UploadListener } from '../../../src/uploads/lease/ports.ts'
import { createUploadQueue } from '../../../src/uploads/worker/upload-queue.ts'
import { createUploadWorker } from '../../../src/uploads/worker/upload-worker.ts'
import { openTestModels } from '../../support/test-models.ts'

/** Number of files: some in every test run, more with `npm run test:fuzz`. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 60)
const LIMITS = { maxBytes: 200_000, maxRows: 2000, maxColumns: 60, maxCellLength: 2000 }
const PATIENCE = { timeout: 45_000, interval: 5 }
const quiet = async () => {}
const LISTENER: UploadListener = {
  queued: quiet,
  progress: quiet,
  waiting: quiet,
  asked: quiet,
  finished: quiet,
}

const { models } = await openTestModels()
const files = new Map<string, Uint8Array>()
const errors: unknown[] = []
const worker = createUploadWorker({
  models,
  sources: {
    slack: {
      canOpen: () => true,
      async open({ source }) {
        const bytes = files.get(source.kind === 'slack' ? source.file_id : '') ?? new Uint8Array()
        const stream = (async function* () {
          yield bytes
        })()
        return { name: 'list.csv', bytes: bytes.length, stream }
      },
    },
  },
  listener: LISTENER,
  options: importOptionsOf({
    defaultRegion: 'IN',
    dateOrder: 'day_first',
    clearWord: '#CLEAR',
    limits: LIMITS,
  }),
  log: { debug() {}, info() {}, warn() {}, error: (...text: unknown[]) => errors.push(text) },
  timing: { pollMs: 5, retryMs: 10, longestRetryMs: 50 },
})
worker.start()
afterAll(() => worker.stop())
beforeEach(async () => {
  for (const model of [models.customers, models.uploadRows, models.fileUploads])
    await model.collection.deleteMany({})
})

async function importBytes(bytes: Uint8Array): Promise<FileUpload> {
  const fileId = `F${files.size}`
  files.set(fileId, bytes)
  const sharedAt = new Date(Date.UTC(2026, 0, 1) + files.size * 60_000)
  const share = { team: 'T1', channel: 'C1', user: 'U1', fileId, sharedAt }
  const { upload } = await createUploadQueue({ models }).queueSlackShare(share)
  return await vi.waitFor(async () => {
    const found = await models.fileUploads.collection.findOne<FileUpload>({ _id: upload._id })
    if (!found || found.status === 'queued' || found.status === 'running') throw new Error('not settled')
    return found
  }, PATIENCE)
}

const HEADERS = ['Name', 'Mobile', 'City', 'DOB', 'Due Amount', 'Loan No', 'Country', 'Email', 'Remarks']
const cell = fc.oneof(
  fc.constantFrom(
    '',
    'Zoya Ray',
    '9820098201',
    '+1 415 555 0132',
    '9.82E+09',
    'NULL',
    '31/12/1985',
    '1,20,000.50',
  ),
  fc.constantFrom(
    "'Ray, Zoya'",
    '"Ray, Zoya"',
    '<b>x</b>',
    '=A1+B2',
    'Zoë',
    'Ольга',
    'रमा',
    '王小明',
    '\ud800',
    '0000-00-00',
  ),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
)
const SEPARATORS = [',', ';', '\t', '|', '^', '~', ':', '，', ' ', '', '&']
const ENCODINGS = [
  'utf8',
  'utf-16le',
  'windows-1252',
  'windows-1251',
  'cp850',
  'macroman',
  'gbk',
  'shift_jis',
  'koi8-r',
]

/** A list as some program may write it. */
const list = fc
  .record({
    rows: fc.array(fc.array(cell, { minLength: 1, maxLength: 9 }), { maxLength: 30 }),
    header: fc.shuffledSubarray(HEADERS, { minLength: 1 }),
    separator: fc.constantFrom(...SEPARATORS),
    lineEnd: fc.constantFrom('\n', '\r\n', '\r', '\n\n'),
    encoding: fc.constantFrom(...ENCODINGS),
    around: fc.constantFrom(['', ''], ['"', '"'], ["('", "'),"], ['<p>', '</p>'], ['  ', ';;']),
  })
  .map(({ rows, header, separator, lineEnd, encoding, around: [before, after] }) => {
    const lines = [header, ...rows].map((cells) => before + cells.join(separator) + after)
    return iconv.encode(lines.join(lineEnd), encoding)
  })

/** Cut, spliced, overwritten, or followed by another list. */
const damaged = fc
  .tuple(list, list, fc.array(fc.nat({ max: 2000 }), { maxLength: 6 }), fc.uint8Array({ maxLength: 20 }))
  .map(([one, other, places, noise]) => {
    const bytes = Buffer.concat([one, Buffer.from(noise), other.subarray(0, places[0] ?? 0)])
    for (const place of places) if (bytes.length > 0) bytes[place % bytes.length] = (place * 7) % 256
    return new Uint8Array(bytes.subarray(0, bytes.length - ((places[1] ?? 0) % (bytes.length + 1))))
  })
const bytes = fc.oneof(
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) },
  { weight: 4, arbitrary: list.map((made) => new Uint8Array(made)) },
  { weight: 3, arbitrary: damaged },
)

it(
  'ends any bytes with a receipt that adds up, a question or a coded refusal',
  async () => {
    await fc.assert(
      fc.asyncProperty(bytes, async (made) => {
        const { status, counts, problem, question, hold } = await importBytes(made)
        expect(['done', 'held', 'failed']).toContain(status)
        if (status === 'failed') expect(problem?.code).toMatch(/^(?!unexpected)[a-z_]+$/u)
        if (status === 'held') expect(question ?? hold).toBeDefined()
        if (status === 'done') {
          const { rows = -1, ...outcomes } = counts ?? {}
          expect(Object.values(outcomes).reduce((sum, count) => sum + count, 0)).toBe(rows)
        }
        expect(errors).toEqual([])
      }),
      { numRuns: RUNS, endOnFailure: RUNS > 100 },
    )
  },
  60_000 + RUNS * 2000,
)
