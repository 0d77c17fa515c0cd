import { mongo } from 'mongoose'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Customer, FileUpload, UploadRow } from '../../../models/index.ts'
import type { FieldValues, ReadRow } from '../../../src/customers/fields/customer.ts'
import { applyBatch } from '../../../src/uploads/apply/apply-batch.ts'
import { openTestModels } from '../../support/test-models.ts'

const KUSHAL = '+917417119014'
const dayOf = (day: number) => new Date(Date.UTC(2026, 0, day, 9))

const { models } = await openTestModels()

beforeEach(async () => {
  for (const model of [models.customers, models.uploadRows, models.fileUploads])
    await model.collection.deleteMany({})
})

async function aRun(day: number, token = 'mine', number = day): Promise<FileUpload> {
  const upload: FileUpload = {
    _id: new mongo.ObjectId(),
    kind: 'import',
    number,
    status: 'running',
    source: { kind: 'cli', host: 'here', path: '/x.csv', user: 'asha' },
    file: { name: 'x.csv' },
    attempts: 1,
    lease: { lane: 'customers', token, expires_at: new Date() },
    shared_at: dayOf(day),
    receipt: { due: false },
  }
  await models.fileUploads.collection.insertOne(upload)
  return upload
}

/** Applies a file of the first day, each list of values as a batch of its own. */
async function applyOfOneMessage(number: number, batches: readonly FieldValues[][]): Promise<void> {
  const upload = await aRun(1, 'mine', number)
  let line = 1
  for (const batch of batches) {
    const rows = batch.map((values): ReadRow => {
      line += 1
      return { kind: 'customer', line, phone: KUSHAL, values }
    })
    await applyBatch(models, upload, rows)
  }
  await models.fileUploads.collection.updateOne(
    { _id: upload._id },
    { $set: { status: 'done' }, $unset: { lease: '' } },
  )
}

async function applyDay(day: number, ...values: FieldValues[]): Promise<void> {
  const upload = await aRun(day)
  const rows = values.map(
    (row, index): ReadRow => ({
      kind: 'customer',
      line: index + 2,
      phone: KUSHAL,
      values: row,
    }),
  )
  await applyBatch(models, upload, rows)
  await models.fileUploads.collection.updateOne(
    { _id: upload._id },
    { $set: { status: 'done' }, $unset: { lease: '' } },
  )
}

const findKushal = () => models.customers.collection.findOne<Customer>({ primary_phone: KUSHAL })

describe('a share that is found after later ones were applied', () => {
  it('leaves what the later file says, and adds what only it knows', async () => {
    await applyDay(2, { city: 'Pune', 'attributes.shirt_size': null })

    await applyDay(1, { city: 'Kochi', full_name: 'Kushal', 'attributes.shirt_size': 'L' })

    const kushal = await findKushal()
    expect(kushal).toMatchObject({ city: 'Pune', full_name: 'Kushal', upload_count: 2, updated_at: dayOf(2) })
    expect(kushal?.attributes?.shirt_size).toBeUndefined()
    expect(kushal?.first_uploaded_at).toEqual(dayOf(2))
    const late = await models.uploadRows.collection.findOne<UploadRow>({ shared_at: dayOf(1) })
    expect(late).toMatchObject({ outcome: 'updated', changes: { full_name: { from: null, to: 'Kushal' } } })
    expect(late?.changes?.city).toBeUndefined()
  })

  it.each([
    [1, 2, 3],
    [1, 3, 2],
    [2, 1, 3],
    [2, 3, 1],
    [3, 1, 2],
    [3, 2, 1],
  ])('comes to the same in whatever order: %i, %i, %i', async (...order) => {
    const files: Record<number, FieldValues[]> = {
      1: [{ city: 'Pune', full_name: 'Kushl' }, { loan_amount: 1 }],
      2: [{ full_name: 'Kushal', loan_amount: null }],
      3: [{ city: 'Kochi' }, { city: 'Delhi' }],
    }

    for (const day of order) await applyDay(day, ...(files[day] ?? []))

    const kushal = await findKushal()
    expect(kushal).toMatchObject({
      city: 'Delhi',
      full_name: 'Kushal',
      upload_count: 3,
      updated_at: dayOf(3),
    })
    expect(kushal?.loan_amount).toBeUndefined()
  })

  it('is not held back by a later file that was undone', async () => {
    await applyDay(2, { city: 'Pune' })
    await models.fileUploads.collection.updateOne({ number: 2 }, { $set: { status: 'undone' } })

    await applyDay(1, { city: 'Kochi' })

    expect(await findKushal()).toMatchObject({ city: 'Kochi' })
  })
})

describe('files of one message, which have one share time', () => {
  it.each([
    [1, 2],
    [2, 1],
  ])('come to the same in whatever order and batches: #%i, #%i', async (...order) => {
    const files: Record<number, FieldValues[][]> = {
      1: [[{ city: 'Pune' }, { city: 'Surat' }], [{ city: 'Indore', full_name: 'Kushal' }]],
      2: [[{ city: 'Kochi' }], [{ loan_amount: 5 }]],
    }

    for (const number of order) await applyOfOneMessage(number, files[number] ?? [])

    expect(await findKushal()).toMatchObject({ city: 'Kochi', full_name: 'Kushal', loan_amount: 5 })
  })
})

describe('a run that slept through its lease', () => {
  it('decides nothing anew and leaves what others wrote since', async () => {
    const sleeper = await aRun(1)
    const { collection } = models.customers
    const bulkWrite = collection.bulkWrite.bind(collection)
    vi.spyOn(collection, 'bulkWrite').mockImplementationOnce(async (operations, options) => {
      // Meanwhile another run finishes the upload, and the next one is applied.
      await models.fileUploads.collection.updateOne(
        { _id: sleeper._id },
        { $set: { 'lease.token': 'theirs' } },
      )
      await bulkWrite(operations, options)
      await models.fileUploads.collection.updateOne(
        { _id: sleeper._id },
        { $set: { status: 'done' }, $unset: { lease: '' } },
      )
      await applyDay(2, { city: 'Kochi' })
      return await bulkWrite(operations, options)
    })
    const row: ReadRow = { kind: 'customer', line: 2, phone: KUSHAL, values: { city: 'Pune' } }

    await expect(applyBatch(models, sleeper, [row])).rejects.toMatchObject({ code: 'lease_lost' })

    expect(await findKushal()).toMatchObject({ city: 'Kochi', upload_count: 2, first_uploaded_at: dayOf(1) })
    expect(await models.uploadRows.collection.findOne({ upload: sleeper._id })).toMatchObject({
      outcome: 'created',
    })
  })
})
