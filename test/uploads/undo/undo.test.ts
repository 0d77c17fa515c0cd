import { mongo } from 'mongoose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Customer, FileUpload, UndoRow } from '../../../models/index.ts'
import type { FieldValues } from '../../../src/customers/fields/customer.ts'
import { nestPaths } from '../../../src/uploads/rows/field-path.ts'
import { checkUndoable } from '../../../src/uploads/undo/undo-request.ts'
import { type PlayedRow, playImport, playUndo } from '../../support/play-uploads.ts'
import { openTestModels } from '../../support/test-models.ts'

const KUSHAL = '+917417119014'
const ASHA = '+919820098200'
const NOBODY = new Set<string>()

const { models } = await openTestModels()
let day = 0

beforeEach(async () => {
  for (const model of [models.customers, models.uploadRows, models.fileUploads])
    await model.collection.deleteMany({})
})
afterEach(() => vi.restoreAllMocks())

/** One share per day, with rows from line 2 on. */
async function share(...rows: [phone: string, values: FieldValues][]): Promise<FileUpload> {
  const sharedAt = new Date(Date.UTC(2026, 0, ++day, 9))
  const read = rows.map(([phone, values], at): PlayedRow => ({ line: at + 2, phone, values }))
  return await playImport(models, { sharedAt }, read)
}

const find = (phone = KUSHAL) => models.customers.collection.findOne<Customer>({ primary_phone: phone })
const nest = (values: object) => nestPaths(values as Record<string, unknown>)
const change = (set: object, phone = KUSHAL) =>
  models.customers.collection.updateOne({ primary_phone: phone }, { $set: set })
const rowsOf = (undo: FileUpload) =>
  models.uploadRows.collection.find<UndoRow>({ upload: undo._id }).sort({ line: 1 }).toArray()
const uploadAt = (number: number) => models.fileUploads.collection.findOne<FileUpload>({ number })

describe('an undo of the latest upload', () => {
  it.each<[string, FieldValues, FieldValues]>([
    ['a value it overwrote', { city: 'Pune' }, { city: 'Nagpur' }],
    ['a value it took away', { city: 'Pune' }, { city: null }],
    ['a value it brought', { city: 'Pune' }, { state: 'MH' }],
    ['the absence of attributes', { city: 'Pune' }, { 'attributes.shirt': 'M' }],
    ['one attribute among others', { 'attributes.shirt': 'M' }, { 'attributes.hat': 'L' }],
    ['an attribute it took away', { 'attributes.shirt': 'M' }, { 'attributes.shirt': null }],
    ['a list', { other_phones: ['+911', '+912'] }, { other_phones: ['+912'] }],
    ['nothing but the record keeping', { city: 'Pune' }, { city: 'Pune' }],
  ])('gives back the very document: %s', async (_, first, second) => {
    await share([KUSHAL, first])
    const before = await find()
    const { number } = await share([KUSHAL, second])

    const undo = await playUndo(models, number)

    expect(await find()).toEqual(before)
    expect(undo.undo_counts).toEqual({ rows: 1, restored: 1, removed: 0, kept: 0 })
    expect(await uploadAt(number)).toMatchObject({ status: 'undone', undone_by: { number: undo.number } })
  })

  it('has the receipt posted again that a process is just posting as it was before', async () => {
    const { _id, number } = await share([KUSHAL, { city: 'Pune' }])
    const receipt = { due: true, claimed_until: new Date(Date.now() + 600_000) }
    await models.fileUploads.collection.updateOne({ _id }, { $set: { receipt } })

    await playUndo(models, number)

    // That process finds its claim gone, so that it does not mark the receipt as posted.
    expect((await uploadAt(number))?.receipt).toEqual({ due: true })
  })

  it('folds rows of one customer into one change', async () => {
    await share([KUSHAL, { city: 'Pune' }])
    const before = await find()
    const { number } = await share([KUSHAL, { city: 'Agra' }], [ASHA, {}], [KUSHAL, { city: 'Delhi' }])

    const undo = await playUndo(models, number)

    expect(await find()).toEqual(before)
    expect(await rowsOf(undo)).toMatchObject([
      { line: 2, outcome: 'restored', changes: { city: { from: 'Delhi', to: 'Pune' } } },
      { line: 3, outcome: 'removed', phone: ASHA },
    ])
  })

  it.each<[string, FieldValues]>([
    ['beside the one of the file', { 'attributes.hat': 'L' }],
    ['beside a field of the file', { city: 'Agra' }],
  ])('keeps an attribute that something outside the bot added: %s', async (_, values) => {
    await share([KUSHAL, { city: 'Pune' }], [ASHA, { city: 'Pune' }])
    const before = [await find(), await find(ASHA)]
    const { number } = await share([KUSHAL, values], [ASHA, values])
    for (const phone of [KUSHAL, ASHA]) await change({ 'attributes.owner': 'Zoya' }, phone)

    await playUndo(models, number)

    expect([await find(), await find(ASHA)]).toEqual(
      before.map((customer) => ({ ...customer, attributes: { owner: 'Zoya' } })),
    )
  })

  it('keeps and lists an attribute of the file that something outside the bot changed', async () => {
    await share([KUSHAL, { city: 'Pune' }])
    const { number } = await share([KUSHAL, { 'attributes.hat': 'L' }])
    await change({ 'attributes.hat': 'XL' })

    const undo = await playUndo(models, number)

    expect(await find()).toHaveProperty('attributes', { hat: 'XL' })
    expect(undo.undo_kept).toMatchObject([{ fields: ['attributes.hat'], why: 'changed_elsewhere' }])
  })

  it('gives back an empty `attributes` and one that was never there, each as it was', async () => {
    await share([KUSHAL, { 'attributes.shirt': 'M' }], [ASHA, { city: 'Pune' }])
    await share([KUSHAL, { 'attributes.shirt': null }])
    const before = [await find(), await find(ASHA)]
    const { number } = await share([KUSHAL, { 'attributes.hat': 'L' }], [ASHA, { 'attributes.hat': 'L' }])

    await playUndo(models, number)

    expect(before[0]).toHaveProperty('attributes', {})
    expect([await find(), await find(ASHA)]).toEqual(before)
  })

  it('gives back a customer that something else had stored, with as little record keeping as there was', async () => {
    await models.customers.collection.insertOne({ primary_phone: KUSHAL, full_name: 'Kushal', vip: true })
    const before = await find()
    const { number } = await share([KUSHAL, { city: 'Pune' }])

    await playUndo(models, number)

    expect(await find()).toEqual(before)
  })
})

describe('what changed since', () => {
  it('stays where a later file says so, also where it says the same', async () => {
    await share([KUSHAL, { city: 'Pune', state: 'MH' }])
    const wrong = await share([KUSHAL, { city: 'Agra', state: 'UP' }])
    const later = await share([KUSHAL, { city: 'Agra' }])

    const undo = await playUndo(models, wrong.number)

    expect(await find()).toMatchObject({ city: 'Agra', state: 'MH', upload_count: 2 })
    expect(undo.undo_kept).toEqual([{ line: 2, fields: ['city'], why: 'later_upload', by: later.number }])
  })

  it('stays where something outside the bot wrote', async () => {
    await share([KUSHAL, { city: 'Pune', state: 'MH' }])
    const wrong = await share([KUSHAL, { city: 'Agra', state: 'UP' }])
    await change({ city: 'Goa' })

    const undo = await playUndo(models, wrong.number)

    expect(await find()).toMatchObject({ city: 'Goa', state: 'MH', upload_count: 1 })
    expect(undo.undo_kept).toEqual([{ line: 2, fields: ['city'], why: 'changed_elsewhere' }])
  })

  it('keeps a created customer that a later file mentions, as that file made them', async () => {
    const wrong = await share([KUSHAL, { city: 'Agra', state: 'UP' }])
    const later = await share([KUSHAL, { city: 'Pune' }])

    const undo = await playUndo(models, wrong.number)

    expect(await find()).toMatchObject({
      city: 'Pune',
      first_uploaded_at: later.shared_at,
      first_upload: { upload: later._id, line: 2 },
      upload_count: 1,
    })
    expect(await find()).not.toHaveProperty('state')
    expect(undo.undo_counts).toEqual({ rows: 1, restored: 0, removed: 0, kept: 1 })
  })

  it('keeps a created customer on whom something else wrote, untouched', async () => {
    const wrong = await share([KUSHAL, { city: 'Agra' }])
    await change({ vip: true })
    const before = await find()

    const undo = await playUndo(models, wrong.number)

    expect(await find()).toEqual(before)
    expect(undo.undo_kept).toEqual([{ line: 2, fields: [], why: 'changed_elsewhere' }])
  })

  it('says of a customer who is gone that they are', async () => {
    const wrong = await share([KUSHAL, { city: 'Agra' }], [ASHA, {}])
    await models.customers.collection.deleteOne({ primary_phone: KUSHAL })

    const undo = await playUndo(models, wrong.number)

    expect(undo).toMatchObject({
      undo_counts: { rows: 2, removed: 1, kept: 1 },
      undo_kept: [{ line: 2, why: 'gone' }],
    })
  })

  it('loses no value that something outside wrote between two files', async () => {
    await share([KUSHAL, { city: 'Pune' }])
    await change({ city: 'Goa' })
    const wrong = await share([KUSHAL, { city: 'Agra' }])
    const other = await share([KUSHAL, { state: 'MH' }])
    await playUndo(models, other.number)

    await playUndo(models, wrong.number)

    expect(await find()).toMatchObject({ city: 'Goa', upload_count: 1 })
  })

  it('brings the value before both where the later file is undone after the earlier', async () => {
    await share([KUSHAL, { city: 'Pune' }])
    const before = await find()
    const wrong = await share([KUSHAL, { city: 'Agra' }])
    const later = await share([KUSHAL, { city: 'Delhi' }])

    await playUndo(models, wrong.number)
    await playUndo(models, later.number)

    expect(await find()).toEqual(before)
  })
})

describe('an undo of many customers', () => {
  const phoneOf = (index: number) => `+9198200${String(index).padStart(5, '0')}`
  const indexes = Array.from({ length: 60 }, (_, index) => index)
  const all = () => models.customers.collection.find<Customer>({}).sort({ primary_phone: 1 }).toArray()
  /** Different fields by index, so that customers differ in what they have. */
  const first = (index: number): FieldValues => ({
    city: `$city ${index}`,
    ...(index % 2 === 0 && { loan_amount: 1000 + index / 4 }),
    ...(index % 3 === 0 && { 'attributes.shirt_size': `${index}` }),
    ...(index % 5 === 0 && { other_phones: [`+911${index}`, '+912'] }),
  })
  const second = (index: number): FieldValues => ({
    city: `town ${index}`,
    ...(index % 2 === 0 && { loan_amount: null }),
    ...(index % 4 === 0 && { 'attributes.2nd_visit': 'late', 'attributes.shirt_size': null }),
    ...(index % 7 === 0 && { other_phones: ['+912'], state: 'Goa' }),
  })
  const sendFrom = (values: (index: number) => FieldValues, some: readonly number[] = indexes) =>
    share(...some.map((index): [string, FieldValues] => [phoneOf(index), values(index)]))

  it('gives back each document, and deletes all the file had created', async () => {
    await sendFrom(first, indexes.slice(0, 50))
    const before = await all()
    const { number } = await sendFrom(second)

    const undo = await playUndo(models, number)

    expect(await all()).toEqual(before)
    expect(undo.undo_counts).toEqual({ rows: 60, restored: 50, removed: 10, kept: 0 })
  })

  it.each<[string, readonly ('first' | 'second')[]]>([
    ['the older first', ['first', 'second']],
    ['the newer first', ['second', 'first']],
  ])(
    'leaves no customer after the undo of two files, %s, and gives all back after their undo',
    async (_, order) => {
      const numbers = { first: (await sendFrom(first)).number, second: (await sendFrom(second)).number }
      const before = await all()
      const undos: number[] = []
      for (const which of order) undos.push((await playUndo(models, numbers[which])).number)
      expect(await all()).toEqual([])

      for (const number of undos) await playUndo(models, number)

      expect(await all()).toEqual(before)
    },
  )

  it('keeps what something else changes while it writes; the others are undone', async () => {
    await sendFrom(first)
    const before = await all()
    const { number } = await sendFrom(second, indexes.slice(0, 40))
    const customers = models.customers.collection as unknown as mongo.Collection
    const write = customers.bulkWrite.bind(customers)
    vi.spyOn(customers, 'bulkWrite').mockImplementationOnce(async (...args) => {
      await change({ city: 'Delhi' }, phoneOf(3))
      await change({ upload_count: 9 }, phoneOf(5))
      await models.customers.collection.deleteOne({ primary_phone: phoneOf(8) })
      return await write(...args)
    })

    const undo = await playUndo(models, number)

    const stored = new Map((await all()).map((customer) => [customer.primary_phone, customer]))
    expect(undo.undo_counts).toEqual({ rows: 40, restored: 38, removed: 0, kept: 2 })
    expect(stored.get(phoneOf(3))).toMatchObject({ city: 'Delhi', upload_count: 1 })
    expect(stored.has(phoneOf(8))).toBe(false)
    for (const customer of before)
      if (![3, 5, 8].map(phoneOf).includes(customer.primary_phone))
        expect(stored.get(customer.primary_phone)).toEqual(customer)
  })
})

describe('an undo that is interrupted', () => {
  it('goes on where it was, and decides nothing twice', async () => {
    const phones = Array.from({ length: 1_200 }, (_, at) => `+9198200${String(at).padStart(5, '0')}`)
    await share(...phones.map((phone): [string, FieldValues] => [phone, { city: 'Pune' }]))
    const before = await models.customers.collection.find({}).sort({ primary_phone: 1 }).toArray()
    const { number } = await share(...phones.map((phone): [string, FieldValues] => [phone, { city: 'Agra' }]))
    const { collection } = models.customers
    const bulkWrite = collection.bulkWrite.bind(collection)
    let calls = 0
    vi.spyOn(collection, 'bulkWrite').mockImplementation(async (operations, options) => {
      if (++calls !== 2) return await bulkWrite(operations, options)
      await bulkWrite(operations.slice(0, 100), options)
      throw Object.assign(new Error('cut'), { name: 'MongoNetworkError' })
    })

    const undo = await playUndo(models, number)

    expect(calls).toBeGreaterThan(3)
    expect(undo.undo_counts).toEqual({ rows: 1_200, restored: 1_200, removed: 0, kept: 0 })
    expect(await collection.find({}).sort({ primary_phone: 1 }).toArray()).toEqual(before)
  })

  it.each<[string, FieldValues | undefined, object]>([
    ['a field to a customer it would delete', undefined, { notes: 'VIP' }],
    ['an attribute to a customer it would delete', undefined, { 'attributes.owner': 'Zoya' }],
    ['an attribute beside the last one', { city: 'Pune' }, { 'attributes.owner': 'Zoya' }],
  ])(
    'loses nothing where something outside the bot adds %s between plan and write',
    async (_, first, added) => {
      const both = [KUSHAL, ASHA] as const
      for (const people of [both, [KUSHAL]] as const) {
        for (const model of [models.customers, models.uploadRows, models.fileUploads])
          await model.collection.deleteMany({})
        if (first) await share(...people.map((phone): [string, FieldValues] => [phone, first]))
        const values = { city: 'Agra', 'attributes.hat': 'L' }
        const { number } = await share(...people.map((phone): [string, FieldValues] => [phone, values]))
        const { collection } = models.customers
        const write = collection.bulkWrite.bind(collection)
        // Its rows are recorded; what they say is true until this moment.
        vi.spyOn(collection, 'bulkWrite').mockImplementationOnce(async (...args) => {
          for (const phone of people) await change(added, phone)
          return await write(...args)
        })

        await playUndo(models, number)

        for (const phone of people) expect(await find(phone)).toMatchObject(nest(added))
      }
    },
  )

  it('deletes a customer of whose values the retention policy deleted some', async () => {
    const { number } = await share([KUSHAL, { city: 'Pune' }], [ASHA, { city: 'Pune' }])
    const { number: second } = await share([KUSHAL, { state: 'MH' }], [ASHA, { state: 'MH' }])
    const strip = {
      $unset: { values: '', changes: '' },
      $set: { without_values: { changed: ['state'], said: ['state'] } },
    }
    const { _id } = (await uploadAt(second)) ?? {}
    await playUndo(models, number)
    if (_id) await models.uploadRows.collection.updateMany({ upload: _id }, strip)

    await playUndo(models, second)

    expect(await models.customers.collection.countDocuments({})).toBe(0)
  })

  it('leaves on record only what was done, where it ends for good, and can be asked for again', async () => {
    await share([KUSHAL, { city: 'Pune' }])
    const before = await find()
    const { number } = await share([KUSHAL, { city: 'Agra' }])
    vi.spyOn(models.customers.collection, 'bulkWrite').mockRejectedValueOnce(new Error('a bug'))

    const failed = await playUndo(models, number)

    expect(failed).toMatchObject({ status: 'failed', problem: { code: 'unexpected' } })
    expect(await rowsOf(failed)).toEqual([])
    await playUndo(models, number)
    expect(await find()).toEqual(before)
  })
})

describe('who may undo what', () => {
  it.each([
    ['the uploader', 'U1', NOBODY, 'possible'],
    ['an admin', 'U9', new Set(['U9']), 'possible'],
    ['somebody else', 'U2', NOBODY, 'not_allowed'],
  ])('%s', async (_, user, admins, verdict) => {
    const { number } = await share([KUSHAL, { city: 'Pune' }])

    expect(await checkUndoable(models, number, { user, admins })).toMatchObject({ kind: verdict })
  })

  it('not twice, and of several undos of a file only the last', async () => {
    const { number } = await share([KUSHAL, { city: 'Pune' }])
    const first = await playUndo(models, number)
    const asker = { user: 'U1', admins: NOBODY }

    expect(await checkUndoable(models, number, asker)).toMatchObject({
      kind: 'already_undone',
      by: first.number,
    })
    const second = await playUndo(models, first.number)
    expect(await uploadAt(number)).toMatchObject({ status: 'done' })
    expect(await checkUndoable(models, first.number, asker)).toMatchObject({ kind: 'already_undone' })
    expect(await checkUndoable(models, second.number, asker)).toMatchObject({
      kind: 'possible',
      action: 'take_back',
    })
  })

  it('not what still waits', async () => {
    const { _id, number } = await share([KUSHAL, {}])
    await models.fileUploads.collection.updateOne({ _id }, { $set: { status: 'held' } })

    expect(await checkUndoable(models, number, { user: 'U1', admins: NOBODY })).toMatchObject({
      kind: 'unfinished',
    })
  })
})

describe('an undo whose lease is taken by another run', () => {
  /** Runs before the first such write, which then fails or succeeds, by `end`. */
  function atFirstWrite(
    [collection, method]: readonly [mongo.Collection, 'insertMany' | 'bulkWrite'],
    end: (write: () => Promise<unknown>) => Promise<unknown>,
  ): void {
    const write = collection[method].bind(collection) as (...args: unknown[]) => Promise<unknown>
    vi.spyOn(collection, method).mockImplementationOnce(
      (async (...args: unknown[]) => await end(() => write(...args))) as never,
    )
  }
  const takeOver = () =>
    models.fileUploads.collection.updateOne({ status: 'running' }, { $set: { 'lease.token': 'another run' } })
  const everything = async () => ({
    customers: await models.customers.collection.find().sort({ primary_phone: 1 }).toArray(),
    rows: await models.uploadRows.collection.find().sort({ upload: 1, line: 1 }).toArray(),
  })
  const rows = () => models.uploadRows.collection as unknown as mongo.Collection
  const customers = () => models.customers.collection as unknown as mongo.Collection

  it.each([
    ['recording rows', () => [rows(), 'insertMany'] as const],
    ['writing customers', () => [customers(), 'bulkWrite'] as const],
  ])('writes nothing at its next try where the connection broke while %s', async (_, write) => {
    await share([KUSHAL, { city: 'Pune' }])
    const { number } = await share([KUSHAL, { city: 'Nagpur' }])
    let asTakenOver: unknown
    atFirstWrite(write(), async () => {
      await takeOver()
      asTakenOver = await everything()
      throw new mongo.MongoNetworkError('connection closed')
    })

    await expect(playUndo(models, number)).rejects.toMatchObject({ code: 'lease_lost' })

    expect(await everything()).toEqual(asTakenOver)
  })

  it('writes nothing where it finds customers changed and would plan anew', async () => {
    await share([KUSHAL, { city: 'Pune' }])
    const { number } = await share([KUSHAL, { city: 'Nagpur' }])
    let asTakenOver: unknown
    atFirstWrite([customers(), 'bulkWrite'], async (carryOut) => {
      await change({ city: 'Agra', updated_at: new Date('2026-11-01') })
      await takeOver()
      const result = await carryOut()
      asTakenOver = await everything()
      return result
    })

    await expect(playUndo(models, number)).rejects.toMatchObject({ code: 'lease_lost' })

    expect(await everything()).toEqual(asTakenOver)
  })
})
