import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { FileUpload } from '../../../models/index.ts'
import { claimUpload } from '../../../src/uploads/lease/upload-lease.ts'
import { runUpload } from '../../../src/uploads/worker/run-upload.ts'
import { createUploadQueue } from '../../../src/uploads/worker/upload-queue.ts'
import { runDeps } from '../../support/play-uploads.ts'
import { openTestModels } from '../../support/test-models.ts'

/** The streams over spooled files. */
let streams: fs.ReadStream[] = []
const { createReadStream } = fs

beforeAll(() => {
  fs.createReadStream = (...args) => {
    const stream = createReadStream(...args)
    streams.push(stream)
    return stream
  }
  syncBuiltinESMExports()
})
afterAll(() => {
  fs.createReadStream = createReadStream
  syncBuiltinESMExports()
})

/** Number of reads that came to the end of the file. */
const wholeReads = (text: string): number =>
  streams.filter(({ bytesRead }) => bytesRead === Buffer.byteLength(text)).length

const { models } = await openTestModels()
let shares = 0

beforeEach(async () => {
  streams = []
  for (const model of [models.customers, models.uploadRows, models.fileUploads])
    await model.collection.deleteMany({})
})

const ROWS = 800
/** Long cells, so that the first rows are a small part of the file. */
const LONG = 'x'.repeat(800)
const phoneOf = (row: number) => `98200${String(10_000 + row)}`
const plainDate = () => '2026-04-03'
/** Only the whole file shows that no date proves the order of day and month. */
const unclearDate = () => '03/04/2026'
/** Line ends in a cell: the file may have more rows than the limit. */
const inLines = `"${LONG}\n\n"`

const listOf = (note: string, date: () => string, rows = ROWS) =>
  `Phone,Due Date,Remarks\n${Array.from({ length: rows }, (_, row) => `${phoneOf(row)},${date()},${note}\n`).join('')}`

async function run(text: string): Promise<FileUpload> {
  shares += 1
  const { upload } = await createUploadQueue({ models }).queueSlackShare({
    team: 'T1',
    channel: 'C1',
    user: 'U1',
    fileId: `F${shares}`,
    sharedAt: new Date(Date.UTC(2026, 0, 1, 0, shares)),
  })
  const claimed = await claimUpload(models, { leaseMs: 600_000 }, () => true)
  if (!claimed) throw new Error('nothing to claim')
  const stream = (async function* () {
    yield Buffer.from(text)
  })()
  const slack = { canOpen: () => true, open: async () => ({ name: 'list.csv', stream }) }
  await runUpload({ ...runDeps(models), sources: { slack } }, claimed, new AbortController().signal)
  const found = await models.fileUploads.collection.findOne<FileUpload>({ _id: upload._id })
  if (!found) throw new Error('it is gone')
  return found
}

describe('the whole file is read', () => {
  it.each([
    ['once where its first rows tell all', listOf(LONG, plainDate), 1],
    ['once more where only all rows tell how dates are written', listOf(LONG, unclearDate), 2],
    ['once more where it may have more rows than the limit', listOf(inLines, plainDate), 2],
    ['once more where both are open', listOf(inLines, unclearDate), 2],
  ])('%s', async (_, text, times) => {
    const upload = await run(text)

    expect(upload).toMatchObject({ status: 'done', counts: { rows: ROWS } })
    expect(wholeReads(text)).toBe(times)
  })

  it('once more where both are open and another reading was usual before', async () => {
    const before = await run(listOf('short', plainDate, 20))
    const earlier = { ...before.file.mapping, region: 'US' }
    await models.fileUploads.collection.updateOne({ _id: before._id }, { $set: { 'file.mapping': earlier } })
    streams = []

    const text = listOf(inLines, unclearDate).replaceAll('98200', '+9198200')
    const upload = await run(text)

    expect(upload).toMatchObject({ status: 'done', file: { earlier_reading: { upload: before.number } } })
    expect(wholeReads(text)).toBe(2)
  })
})

describe('a list with too many rows', () => {
  /** Two columns of phones under headings that say nothing. */
  const unclear = (rows: number) =>
    `A,B\n${Array.from({ length: rows }, (_, row) => `${phoneOf(row)},${phoneOf(row + 5_000)}\n`).join('')}`

  it('is refused before anybody is asked for its phone column', async () => {
    expect(await run(unclear(100))).toMatchObject({ status: 'held', question: { kind: 'phone_column' } })

    const upload = await run(unclear(1_200))

    expect(upload).toMatchObject({ status: 'failed', problem: { code: 'too_many_rows' } })
    expect(upload.question).toBeUndefined()
  })
})
