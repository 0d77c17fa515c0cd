import type { mongo } from 'mongoose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  type Customer,
  dropCustomerIndexes,
  ensureIndexes,
  type FileUpload,
  isDuplicateKey,
  type RecordKind,
} from '../../../models/index.ts'
import type { FieldValues } from '../../../src/customers/fields/customer.ts'
import type { AppError } from '../../../src/errors.ts'
import { claimUpload, finishUpload } from '../../../src/uploads/lease/upload-lease.ts'
import { forecastSwitch, queueSwitch } from '../../../src/uploads/record-kinds/switch-request.ts'
import { runSwitch } from '../../../src/uploads/record-kinds/switch-run.ts'
import { readRecords } from '../../../src/uploads/rows/record-kind-in-force.ts'
import { checkUndoable } from '../../../src/uploads/undo/undo-request.ts'
import { type PlayedRow, playImport, playSwitch, playUndo } from '../../support/play-uploads.ts'
import { openTestModels } from '../../support/test-models.ts'

const KUSHAL = '+917417119014'
const ASHA = '+919820098200'

const { models } = await openTestModels()
let day = 0

beforeEach(async () => {
  const isSwitched = (await models.settings.countDocuments()) > 0
  const { customers, uploadRows, fileUploads, settings, recordMoves } = models
  for (const model of [customers, uploadRows, fileUploads, settings, recordMoves])
    await model.collection.deleteMany({})
  if (!isSwitched) return
  await dropCustomerIndexes(models)
  await ensureIndexes(models)
})
afterEach(() => vi.restoreAllMocks())

type StatedValue = [phone: string, values: FieldValues, written?: string]

/** One share per day, with rows from line 2 on. */
async function share(...rows: StatedValue[]): Promise<FileUpload> {
  const sharedAt = new Date(Date.UTC(2026, 0, ++day, 9))
  const read = rows.map(([phone, values, written], at): PlayedRow => {
    return { line: at + 2, phone, values, ...(written !== undefined && { written }) }
  })
  return await playImport(models, { sharedAt }, read)
}

const { signal } = new AbortController()
const list = (filter: object = {}) =>
  models.customers.collection
    .find<Customer>(filter)
    .sort({ primary_phone: 1, updated_at: 1, _id: 1 })
    .toArray()
const cities = async () => (await list()).map(({ city }) => city)
const change = (filter: object, set: object) => models.customers.collection.updateOne(filter, { $set: set })

describe('one record per upload', () => {
  it('keeps every list apart, and merges what comes twice in one', async () => {
    await playSwitch(models, 'one_per_upload')
    const first = await share([KUSHAL, { city: 'Pune' }], [KUSHAL, { state: 'MH' }])
    const second = await share([KUSHAL, { city: 'Mumbai' }])

    expect(first.counts).toMatchObject({ created: 1, duplicate: 1 })
    expect(second.counts).toMatchObject({ created: 1 })
    expect(await list()).toMatchObject([
      {
        primary_phone: KUSHAL,
        city: 'Pune',
        state: 'MH',
        upload_count: 1,
        first_upload: { upload: first._id },
      },
      { primary_phone: KUSHAL, city: 'Mumbai', upload_count: 1, first_upload: { upload: second._id } },
    ])
    expect((await list())[1]).not.toHaveProperty('state')
  })

  it('has the database refuse a second record of one phone and upload', async () => {
    await playSwitch(models, 'one_per_upload')
    const { _id } = await share([KUSHAL, {}])

    const failure = await models.customers.collection
      .insertOne({ primary_phone: KUSHAL, first_upload: { upload: _id, line: 9 } })
      .catch((error: unknown) => error)

    expect(isDuplicateKey(failure)).toBe(true)
  })

  it('takes one list back and leaves the others', async () => {
    await playSwitch(models, 'one_per_upload')
    await share([KUSHAL, { city: 'Pune' }])
    const second = await share([KUSHAL, { city: 'Mumbai' }])

    const undo = await playUndo(models, second.number)

    expect(undo.undo_counts).toEqual({ rows: 1, restored: 0, removed: 1, kept: 0 })
    expect(await cities()).toEqual(['Pune'])
    await playUndo(models, undo.number)
    expect(await cities()).toEqual(['Pune', 'Mumbai'])
  })
})

describe('records as written', () => {
  it('tells differently written numbers apart, each with its E.164 form', async () => {
    await playSwitch(models, 'as_written')
    await share(
      [KUSHAL, { city: 'Pune' }, '07417119014'],
      [KUSHAL, { city: 'Thane' }],
      [KUSHAL, {}, '07417119014'],
    )
    const second = await share([KUSHAL, { city: 'Mumbai' }, '07417119014'])

    expect(second.counts).toMatchObject({ updated: 1 })
    const records = await list()
    expect(
      records.map(({ primary_phone, written_phone, city }) => [primary_phone, written_phone, city]),
    ).toEqual([
      [KUSHAL, undefined, 'Thane'],
      [KUSHAL, '07417119014', 'Mumbai'],
    ])
    expect(records.map(({ upload_count }) => upload_count)).toEqual([1, 2])
  })

  it('splits what was shared while a phone was one customer', async () => {
    await share([KUSHAL, { city: 'Pune' }, '07417119014'], [KUSHAL, { state: 'MH' }])
    await share([KUSHAL, { city: 'Mumbai' }, '+91 74171-19014'], [ASHA, { city: 'Nagpur' }])
    expect(await list()).toHaveLength(2)
    for (const customer of await list()) expect(customer).not.toHaveProperty('written_phone')

    const done = await playSwitch(models, 'as_written')

    expect(done.switch_counts).toMatchObject({ split: 1, before: 2, after: 4 })
    expect((await list()).map(({ written_phone, city, state }) => [written_phone, city, state])).toEqual([
      ['07417119014', 'Pune', undefined],
      [undefined, undefined, 'MH'],
      ['+91 74171-19014', 'Mumbai', undefined],
      [undefined, 'Nagpur', undefined],
    ])
  })

  it('moves the clock of several records of one phone in one file, each to its line', async () => {
    await playSwitch(models, 'as_written')
    const rows: StatedValue[] = [
      [KUSHAL, { city: 'Pune' }, '07417119014'],
      [KUSHAL, { city: 'Thane' }],
    ]
    await share(...rows)
    const again = await share(...rows)

    expect(again.counts).toMatchObject({ unchanged: 2 })
    const records = await list()
    expect(records.map(({ last_upload }) => last_upload.line).sort()).toEqual([2, 3])
    expect(records.map(({ upload_count }) => upload_count)).toEqual([2, 2])
  })

  it('gives back what a file changed in one of them', async () => {
    await playSwitch(models, 'as_written')
    await share([KUSHAL, { city: 'Pune' }, '07417119014'], [KUSHAL, { city: 'Thane' }])
    const before = await list()
    const second = await share([KUSHAL, { city: 'Mumbai' }, '07417119014'])

    await playUndo(models, second.number)

    expect(await list()).toEqual(before)
  })

  it('merges them again, and counts a customer of the file once when it is taken back then', async () => {
    await playSwitch(models, 'as_written')
    const file = await share([KUSHAL, { city: 'Pune' }, '07417119014'], [KUSHAL, { city: 'Thane' }])
    const done = await playSwitch(models, 'one_per_phone')

    expect(done.switch_counts).toEqual({ phones: 1, before: 2, after: 1, split: 0, merged: 1 })
    const [merged, ...others] = await list()
    expect(others).toEqual([])
    expect(merged).toMatchObject({
      city: 'Thane',
      upload_count: 1,
      first_upload: { line: 2 },
      last_upload: { line: 3 },
    })
    expect(merged).not.toHaveProperty('written_phone')
    const undo = await playUndo(models, file.number)
    expect(undo.undo_counts).toEqual({ rows: 1, restored: 0, removed: 1, kept: 0 })
    expect(await list()).toEqual([])
  })
})

describe('switching', () => {
  it('splits records by what each file said, and gives exactly the same back', async () => {
    await share([KUSHAL, { city: 'Pune', full_name: 'Kushal', 'attributes.shirt': 'XL' }])
    await share([KUSHAL, { city: 'Mumbai', 'attributes.shirt': 'L' }], [ASHA, { city: 'Goa' }])
    await change(
      { primary_phone: KUSHAL },
      { call_log: [{ at: new Date(0), said: 'later' }], full_name: 'Kushal S' },
    )
    const before = await list()

    const split = await playSwitch(models, 'one_per_upload')

    expect(split.switch_counts).toEqual({ phones: 2, before: 2, after: 3, split: 1, merged: 0 })
    const [first, second] = await list({ primary_phone: KUSHAL })
    expect(first).toMatchObject({ city: 'Pune', full_name: 'Kushal', attributes: { shirt: 'XL' } })
    expect(first).not.toHaveProperty('call_log')
    // Values written outside the bot go with the latest record.
    expect(second).toMatchObject({ city: 'Mumbai', full_name: 'Kushal S', call_log: [{ said: 'later' }] })
    await playSwitch(models, 'one_per_phone')
    expect(await list()).toEqual(before)
  })

  it('merges to the earliest first upload and the latest value of each field, also for a share heard of late', async () => {
    await playSwitch(models, 'one_per_upload')
    const late = new Date(Date.UTC(2025, 0, 1))
    await share([KUSHAL, { city: 'Mumbai', full_name: 'Kushal' }])
    await playImport(models, { sharedAt: late }, [
      { line: 2, phone: KUSHAL, values: { city: 'Pune', state: 'MH' } },
    ])

    await playSwitch(models, 'one_per_phone')

    expect(await list()).toMatchObject([
      { city: 'Mumbai', state: 'MH', full_name: 'Kushal', first_uploaded_at: late, upload_count: 2 },
    ])
  })

  it('keeps customers that no file brought, and what rows can no longer tell', async () => {
    await models.customers.collection.insertOne({ primary_phone: ASHA, full_name: 'Asha' })
    await share([KUSHAL, { city: 'Pune' }])
    await share([KUSHAL, { state: 'MH' }])
    await models.uploadRows.collection.updateMany({}, { $unset: { values: '', changes: '' } })
    const before = await list()

    await playSwitch(models, 'one_per_upload')

    const split = await list({ primary_phone: KUSHAL })
    expect(split).toHaveLength(2)
    expect(split[1]).toMatchObject({ city: 'Pune', state: 'MH' })
    await playSwitch(models, 'as_written')
    await playSwitch(models, 'one_per_phone')
    expect(await list()).toEqual(before)
  })

  it('brings nobody back who was removed', async () => {
    await share([KUSHAL, { city: 'Pune' }], [ASHA, {}])
    await models.customers.collection.deleteOne({ primary_phone: ASHA })

    await playSwitch(models, 'one_per_upload')

    expect(await list()).toMatchObject([{ primary_phone: KUSHAL }])
  })

  it('says before what it does after', async () => {
    await playSwitch(models, 'one_per_upload')
    await share([KUSHAL, { city: 'Pune' }])
    await share([KUSHAL, { city: 'Mumbai' }], [ASHA, {}])
    const before = await list()

    const forecast = await forecastSwitch(models, 'one_per_phone', () => {}, signal)

    expect(forecast.examples).toEqual([
      {
        phone: KUSHAL,
        before: 2,
        after: 1,
        collisions: [{ path: 'city', values: ['Pune', 'Mumbai'], kept: 'Mumbai' }],
      },
    ])
    expect(await list()).toEqual(before)
    expect((await playSwitch(models, 'one_per_phone')).switch_counts).toEqual(forecast.counts)
  })

  it('is one switch, however often it is asked for, and goes before the files that wait', async () => {
    const ask = () => queueSwitch(models, 'as_written', { user: 'asha', name: 'switch', now: new Date() })
    const [one, two] = await Promise.all([ask(), ask()])

    expect(one._id).toEqual(two._id)
    await models.fileUploads.collection.insertOne({
      kind: 'import',
      number: 9_999,
      status: 'queued',
      source: { kind: 'cli' },
      shared_at: new Date(0),
    })
    const claimed = await claimUpload(models, { leaseMs: 30_000 }, () => true)
    expect(claimed?.number).toBe(one.number)
    expect(await claimUpload(models, { leaseMs: 30_000 }, () => true)).toBeNull()
  })

  it('ends with words, and lets files by, where old values were removed before it began', async () => {
    const file = await share([KUSHAL, { city: 'Pune' }])
    await models.fileUploads.collection.updateOne({ _id: file._id }, { $set: { retention: { line: 0 } } })

    expect(await playSwitch(models, 'one_per_upload')).toMatchObject({
      status: 'failed',
      kind: 'switch',
      switch_of: { open: false },
      problem: { code: 'switch_needs_values' },
    })
    expect(await readRecords(models)).toMatchObject({ kind: 'one_per_phone' })
    await share([KUSHAL, { city: 'Kochi' }])
    expect(await cities()).toEqual(['Kochi'])
  })

  it('is carried to its end once it began, whatever marks of a removal are seen then', async () => {
    const file = await share([KUSHAL, { city: 'Pune' }])
    const asked = { user: 'asha', name: 'switch', now: new Date() }
    const { _id, number } = await queueSwitch(models, 'one_per_upload', asked)
    await models.settings.collection.insertOne({
      _id: 'records',
      kind: 'one_per_phone',
      switches: [],
      switching: { to: 'one_per_upload', upload: _id, number },
    })
    await models.fileUploads.collection.updateOne({ _id: file._id }, { $set: { retention: { line: 0 } } })

    expect(await playSwitch(models, 'one_per_upload')).toMatchObject({ _id, status: 'done' })
  })

  it('is not undone but switched back', async () => {
    const { number } = await playSwitch(models, 'one_per_upload')

    expect(await checkUndoable(models, number, { user: 'U1', admins: new Set(['U1']) })).toMatchObject({
      kind: 'is_switch',
      from: 'one_per_phone',
    })
  })

  it('keeps what something else writes to a record while it is merged', async () => {
    await playSwitch(models, 'one_per_upload')
    await share([KUSHAL, { city: 'Pune' }])
    await share([KUSHAL, { city: 'Mumbai' }])
    const [first, last] = await list()
    // Between the plan and the writes.
    const { collection } = models.customers
    const bulkWrite = collection.bulkWrite.bind(collection)
    vi.spyOn(collection, 'bulkWrite').mockImplementationOnce(async (operations, options) => {
      await change({ _id: last?._id }, { call_status: 'called' })
      await change({ _id: first?._id }, { city: 'Nashik', agent: 'Ravi' })
      return await bulkWrite(operations, options)
    })

    await playSwitch(models, 'one_per_phone')

    expect(await list()).toMatchObject([
      { _id: first?._id, city: 'Nashik', agent: 'Ravi', call_status: 'called' },
    ])
  })

  it('merges what a write that came late stored twice', async () => {
    await playSwitch(models, 'one_per_upload')
    const file = await share([KUSHAL, { city: 'Pune' }])
    const { collection } = models.customers
    const createIndex = collection.createIndex.bind(collection)
    let isLate = false
    vi.spyOn(collection, 'createIndex').mockImplementation(async (key, options) => {
      if (options?.unique && !isLate) {
        isLate = true
        const { _id, ...same } = (await list())[0] as Customer
        await collection.insertOne(same)
        expect(await collection.countDocuments({ 'first_upload.upload': file._id })).toBe(2)
      }
      return await createIndex(key, options)
    })

    await playSwitch(models, 'one_per_phone')

    expect(isLate).toBe(true)
    expect(await list()).toMatchObject([{ city: 'Pune', upload_count: 1 }])
  })
})

describe('a switch that is interrupted', () => {
  const PHONES = Array.from({ length: 450 }, (_, at) => `+9198200${String(at).padStart(5, '0')}`)

  async function prepare(to: RecordKind): Promise<Record<string, unknown>[]> {
    for (const city of ['Pune', 'Mumbai'])
      await share(...PHONES.map((phone): StatedValue => [phone, { city }]))
    if (to === 'one_per_phone') await playSwitch(models, 'one_per_upload')
    return await list()
  }

  /**
   * Runs the waiting switch like a process, until it dies at its `dieAt`th write. @returns true if it died
   */
  async function workAndDie(dieAt: number): Promise<boolean> {
    const claimed = await claimUpload(models, { leaseMs: 1 }, () => true)
    if (claimed?.kind !== 'switch') throw new Error('no switch to claim')
    let writes = 0
    const dying = (half: boolean) => {
      writes += 1
      if (writes === dieAt && !half) throw new Error('killed')
      return writes === dieAt
    }
    const spy = <T extends 'bulkWrite' | 'insertMany' | 'deleteMany' | 'updateOne'>(
      collection: mongo.Collection,
      name: T,
    ) => {
      const original = collection[name].bind(collection) as (...args: unknown[]) => Promise<unknown>
      vi.spyOn(collection, name).mockImplementation((async (first: unknown, ...rest: unknown[]) => {
        if (!dying(name === 'bulkWrite')) return await original(first, ...rest)
        // The database had executed half of it.
        const operations = first as unknown[]
        await original(operations.slice(0, Math.floor(operations.length / 2)), ...rest)
        throw new Error('killed')
      }) as never)
    }
    spy(models.customers.collection as unknown as mongo.Collection, 'bulkWrite')
    spy(models.recordMoves.collection as unknown as mongo.Collection, 'insertMany')
    spy(models.recordMoves.collection as unknown as mongo.Collection, 'deleteMany')
    spy(models.settings.collection as unknown as mongo.Collection, 'updateOne')
    try {
      const counts = await runSwitch({ models, signal, onProgress: () => {} }, claimed)
      await finishUpload(models, claimed, { status: 'done', switch_counts: counts })
      return false
    } catch (error) {
      expect(String((error as AppError).cause ?? error)).toContain('killed')
      return true
    } finally {
      vi.restoreAllMocks()
    }
  }

  it.each(['one_per_upload', 'one_per_phone'] as const)(
    'to %s is finished by others, wherever each of them dies, and nothing is lost or there twice',
    async (to) => {
      const before = await prepare(to)
      await queueSwitch(models, to, { user: 'asha', name: 'switch', now: new Date() })

      let deaths = 0
      for (let dieAt = 1; await workAndDie(dieAt); dieAt += 1) deaths += 1

      expect(deaths).toBeGreaterThan(5)
      expect((await readRecords(models)).kind).toBe(to)
      expect(await models.recordMoves.countDocuments()).toBe(0)
      const after = await list()
      expect(after).toHaveLength(to === 'one_per_phone' ? PHONES.length : 2 * PHONES.length)
      expect(before).toHaveLength(to === 'one_per_phone' ? 2 * PHONES.length : PHONES.length)
      const wanted =
        to === 'one_per_phone'
          ? [['Mumbai', 2]]
          : [
              ['Pune', 1],
              ['Mumbai', 1],
            ]
      expect(
        after.map(({ primary_phone, city, upload_count }) => [primary_phone, city, upload_count]),
      ).toEqual(PHONES.flatMap((phone) => wanted.map(([city, count]) => [phone, city, count])))
    },
    120_000,
  )
})
