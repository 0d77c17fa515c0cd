import { mongo } from 'mongoose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Customer, FileUpload } from '../../../models/index.ts'
import type { FieldValues, ReadRow } from '../../../src/customers/fields/customer.ts'
import { applyBatch } from '../../../src/uploads/apply/apply-batch.ts'
import { countOutcomes } from '../../../src/uploads/results/count-outcomes.ts'
import { openTestModels } from '../../support/test-models.ts'

const KUSHAL = '+917417119014'
const ASHA = '+919820098200'
const DAY_1 = new Date('2026-01-01T09:00:00Z')
const DAY_2 = new Date('2026-01-02T09:00:00Z')

const { models } = await openTestModels()

beforeEach(async () => {
  await models.customers.collection.deleteMany({})
  await models.uploadRows.collection.deleteMany({})
  await models.fileUploads.collection.deleteMany({})
})
afterEach(() => vi.restoreAllMocks())

function anUpload(number: number, sharedAt: Date): FileUpload {
  return {
    _id: new mongo.ObjectId(),
    kind: 'import',
    number,
    status: 'running',
    source: { kind: 'cli', host: 'here', path: '/x.csv', user: 'asha' },
    file: { name: 'x.csv' },
    attempts: 1,
    shared_at: sharedAt,
    receipt: { due: false },
  }
}

/** An upload as stored during a run; its own lane lets two run at once. */
async function aHeldUpload(number: number, sharedAt: Date): Promise<FileUpload> {
  const upload = {
    ...anUpload(number, sharedAt),
    lease: { lane: `lane ${number}` as 'customers', token: `run ${number}`, expires_at: sharedAt },
  }
  await models.fileUploads.collection.insertOne(upload)
  return upload
}

function aRow(line: number, phone: string, values: FieldValues): ReadRow {
  return { kind: 'customer', line, phone, values }
}

async function findCustomer(phone: string): Promise<Customer | null> {
  return await models.customers.collection.findOne<Customer>({ primary_phone: phone })
}

describe('applying a batch', () => {
  it('writes customers and history that tell the same', async () => {
    const upload = anUpload(1, DAY_1)
    const rows: ReadRow[] = [
      aRow(2, KUSHAL, { full_name: 'Kushal', 'attributes.shirt': 'M' }),
      { kind: 'blank', line: 3 },
      {
        kind: 'invalid',
        line: 4,
        problem: { line: 4, column: 'Phone', code: 'phone_invalid', message: 'no' },
        cells: ['12', ''],
      },
      aRow(5, KUSHAL, { city: 'Pune' }),
    ]

    const written = await applyBatch(models, upload, rows)

    expect(written.map((row) => row.outcome)).toEqual(['created', 'blank', 'invalid', 'duplicate'])
    expect(await findCustomer(KUSHAL)).toMatchObject({
      full_name: 'Kushal',
      city: 'Pune',
      attributes: { shirt: 'M' },
      first_uploaded_at: DAY_1,
      updated_at: DAY_1,
      first_upload: { upload: upload._id, line: 2 },
      last_upload: { upload: upload._id, line: 5 },
      upload_count: 1,
    })
    expect(await countOutcomes(models, upload)).toEqual({
      rows: 4,
      created: 1,
      updated: 0,
      unchanged: 0,
      duplicate: 1,
      invalid: 1,
      blank: 1,
    })
  })

  it('changes nothing when it is repeated', async () => {
    const upload = anUpload(1, DAY_1)
    const rows = [aRow(2, KUSHAL, { city: 'Pune' }), aRow(3, ASHA, {}), aRow(4, KUSHAL, { city: 'Nagpur' })]
    const first = await applyBatch(models, upload, rows)
    const before = await models.customers.collection.find().toArray()

    const second = await applyBatch(models, upload, rows)

    expect(second).toEqual(first)
    expect(await models.customers.collection.find().toArray()).toEqual(before)
    expect(await countOutcomes(models, upload)).toMatchObject({ rows: 3, created: 2, duplicate: 1 })
  })

  it('leaves the database as if it had not broken off when it is cut between history and customers', async () => {
    await applyBatch(models, anUpload(1, DAY_1), [aRow(2, KUSHAL, { city: 'Pune' })])
    const upload = anUpload(2, DAY_2)
    const rows = [aRow(2, KUSHAL, { city: 'Nagpur' }), aRow(3, ASHA, { city: 'Delhi' })]
    vi.spyOn(models.customers.collection, 'bulkWrite').mockRejectedValueOnce(new Error('cut'))
    await expect(applyBatch(models, upload, rows)).rejects.toThrow('cut')

    const written = await applyBatch(models, upload, rows)

    expect(written.map((row) => row.outcome)).toEqual(['updated', 'created'])
    expect(written[0]?.changes).toEqual({ city: { from: 'Pune', to: 'Nagpur' } })
    expect(await findCustomer(KUSHAL)).toMatchObject({ city: 'Nagpur', upload_count: 2, updated_at: DAY_2 })
    expect(await findCustomer(ASHA)).toMatchObject({ city: 'Delhi', upload_count: 1 })
  })

  it('finishes what is left when it is cut in the middle of the customers', async () => {
    const upload = anUpload(1, DAY_1)
    const rows = [aRow(2, KUSHAL, { city: 'Pune' }), aRow(3, ASHA, { city: 'Delhi' })]
    const { collection } = models.customers
    const bulkWrite = collection.bulkWrite.bind(collection)
    vi.spyOn(collection, 'bulkWrite').mockImplementationOnce(async (operations, options) => {
      await bulkWrite(operations.slice(0, 1), options)
      throw new Error('cut')
    })
    await expect(applyBatch(models, upload, rows)).rejects.toThrow('cut')

    // The next run cuts its batches elsewhere.
    await applyBatch(models, upload, [...rows, aRow(4, KUSHAL, { city: 'Nagpur' })])

    expect(await countOutcomes(models, upload)).toMatchObject({ rows: 3, created: 2, duplicate: 1 })
    expect(await findCustomer(KUSHAL)).toMatchObject({ city: 'Nagpur', upload_count: 1 })
    expect(await findCustomer(ASHA)).toMatchObject({ city: 'Delhi', upload_count: 1 })
  })

  it('finishes the history when it is cut in the middle of that', async () => {
    const upload = anUpload(1, DAY_1)
    const rows = [aRow(2, KUSHAL, { city: 'Pune' }), aRow(3, KUSHAL, { city: 'Delhi' })]
    const { collection } = models.uploadRows
    const insertMany = collection.insertMany.bind(collection)
    vi.spyOn(collection, 'insertMany').mockImplementationOnce(async (documents, options) => {
      await insertMany(documents.slice(1), options)
      throw new Error('cut')
    })
    await expect(applyBatch(models, upload, rows)).rejects.toThrow('cut')

    const written = await applyBatch(models, upload, rows)

    expect(written.map((row) => row.outcome)).toEqual(['created', 'duplicate'])
    expect(await findCustomer(KUSHAL)).toMatchObject({ city: 'Delhi' })
  })

  it('does not let a late write of a run that lost its upload bring old values back', async () => {
    await applyBatch(models, anUpload(1, DAY_1), [aRow(2, KUSHAL, { city: 'Pune' })])
    const { collection } = models.customers
    const bulkWrite = collection.bulkWrite.bind(collection)
    let lateWrite: (() => Promise<unknown>) | undefined
    vi.spyOn(collection, 'bulkWrite').mockImplementationOnce(async (operations, options) => {
      lateWrite = () => bulkWrite(operations, options)
      throw new Error('this process sleeps')
    })
    const slow = anUpload(2, DAY_1)
    const rows = [aRow(2, KUSHAL, { city: 'Nagpur' }), aRow(3, ASHA, { city: 'Agra' })]
    await expect(applyBatch(models, slow, rows)).rejects.toThrow('sleeps')
    await applyBatch(models, slow, rows)
    await applyBatch(models, anUpload(3, DAY_2), [
      aRow(2, KUSHAL, { city: 'Delhi' }),
      aRow(3, ASHA, { city: 'Delhi' }),
    ])

    await lateWrite?.().catch(() => {})

    expect(await findCustomer(KUSHAL)).toMatchObject({ city: 'Delhi', upload_count: 3, updated_at: DAY_2 })
    expect(await findCustomer(ASHA)).toMatchObject({ city: 'Delhi', upload_count: 2 })
  })

  it('records an update, not a creation, where another system put the customer there in between', async () => {
    const { collection } = models.customers
    const bulkWrite = collection.bulkWrite.bind(collection)
    vi.spyOn(collection, 'bulkWrite').mockImplementationOnce(async (operations, options) => {
      await applyBatch(models, anUpload(7, DAY_1), [aRow(9, KUSHAL, { city: 'Pune' })])
      return await bulkWrite(operations, options)
    })
    const upload = await aHeldUpload(8, DAY_2)

    const written = await applyBatch(models, upload, [aRow(2, KUSHAL, { city: 'Nagpur' })])

    expect(written).toMatchObject([{ outcome: 'updated', changes: { city: { from: 'Pune', to: 'Nagpur' } } }])
    expect(await countOutcomes(models, upload)).toMatchObject({ rows: 1, updated: 1, created: 0 })
    expect(await findCustomer(KUSHAL)).toMatchObject({
      city: 'Nagpur',
      first_uploaded_at: DAY_1,
      upload_count: 2,
    })
  })

  it('adopts a customer that something else stored without saying when', async () => {
    await models.customers.collection.insertOne({ primary_phone: KUSHAL, full_name: 'Kushal' })

    const written = await applyBatch(models, anUpload(1, DAY_1), [aRow(2, KUSHAL, { city: 'Pune' })])

    expect(written).toMatchObject([{ outcome: 'updated' }])
    expect(await findCustomer(KUSHAL)).toMatchObject({
      full_name: 'Kushal',
      city: 'Pune',
      first_uploaded_at: DAY_1,
      upload_count: 1,
    })
  })

  it('never stores one phone twice, whatever two batches at once do', async () => {
    const uploads = [await aHeldUpload(1, DAY_1), await aHeldUpload(2, DAY_2)] as const
    const phones = Array.from({ length: 200 }, (_, index) => `+9198200${String(index).padStart(5, '0')}`)
    const rows = (city: string) => phones.map((phone, index) => aRow(index + 2, phone, { city }))

    await Promise.all([
      applyBatch(models, uploads[0], rows('Pune')),
      applyBatch(models, uploads[1], rows('Delhi')),
    ])

    expect(await models.customers.collection.countDocuments()).toBe(200)
    expect(await models.customers.collection.countDocuments({ upload_count: 2 })).toBe(200)
  })
})
