import fc from 'fast-check'
import { mongo } from 'mongoose'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Customer } from '../../../models/index.ts'
import type { FieldValue } from '../../../src/customers/fields/customer.ts'
import type { CustomerWrite } from '../../../src/uploads/apply/batch-plan.ts'
import { shareStatements } from '../../../src/uploads/apply/bulk-updates.ts'
import { writeCustomers } from '../../../src/uploads/apply/write-customers.ts'
import { openTestModels } from '../../support/test-models.ts'

const YESTERDAY = new Date('2026-01-01T09:00:00Z')
const TODAY = new Date('2026-01-02T09:00:00Z')
const TOMORROW = new Date('2026-01-03T09:00:00Z')
const EARLIER = new mongo.ObjectId()
const UPLOAD = new mongo.ObjectId()

const { models } = await openTestModels()

beforeEach(async () => {
  await models.customers.collection.deleteMany({})
})

function phoneOf(index: number): string {
  return `+9198200${String(index).padStart(5, '0')}`
}

/** A customer of an earlier upload, whose line is the index plus 1000. */
function aCustomer(index: number, changed: Partial<Customer> = {}): Customer {
  const line = { upload: EARLIER, line: 1000 + index }
  return {
    _id: new mongo.ObjectId(),
    primary_phone: phoneOf(index),
    city: 'Pune',
    first_uploaded_at: YESTERDAY,
    first_upload: line,
    updated_at: YESTERDAY,
    last_upload: line,
    upload_count: 4,
    ...changed,
  }
}

function aTouch(index: number, changed: Partial<CustomerWrite> = {}): CustomerWrite {
  return {
    phone: phoneOf(index),
    key: phoneOf(index),
    kind: 'touch',
    id: new mongo.ObjectId(),
    basedOn: { upload: EARLIER, line: 1000 + index },
    values: {},
    updatedAt: TODAY,
    lastUpload: { upload: UPLOAD, line: index + 2 },
    uploadCount: 5,
    firstUpload: undefined,
    ...changed,
  }
}

async function store(customers: readonly Customer[]): Promise<void> {
  await models.customers.collection.insertMany([...customers])
}

async function find(index: number): Promise<Customer | null> {
  return await models.customers.collection.findOne<Customer>({ primary_phone: phoneOf(index) })
}

const many = Array.from({ length: 600 }, (_, index) => index)

describe('customers of whom only the record keeping moves', () => {
  it('each get their own line, however many share a statement', async () => {
    const customers = many.map((index) => aCustomer(index))
    await store(customers)

    // In another order than the customers.
    expect(await writeCustomers(models, many.map((index) => aTouch(index)).reverse())).toBe(true)

    const stored = await models.customers.collection.find<Customer>({}).sort({ primary_phone: 1 }).toArray()
    expect(stored).toEqual(
      customers.map((customer, index) => ({
        ...customer,
        updated_at: TODAY,
        last_upload: { upload: UPLOAD, line: index + 2 },
        upload_count: 5,
      })),
    )
  })

  it('stay on the lines of a list that is shared again', async () => {
    const customers = many.map((index) => aCustomer(index))
    await store(customers)
    const lineOf = (index: number) => ({ upload: UPLOAD, line: 1000 + index })

    const touches = many.map((index) => aTouch(index, { lastUpload: lineOf(index) }))
    expect(await writeCustomers(models, touches)).toBe(true)

    const stored = await models.customers.collection.find<Customer>({}).sort({ primary_phone: 1 }).toArray()
    expect(stored).toEqual(
      customers.map((customer, index) => ({
        ...customer,
        updated_at: TODAY,
        last_upload: lineOf(index),
        upload_count: 5,
      })),
    )
  })

  it('are left alone, and told of, where another upload came in between; the others are written', async () => {
    await store(many.map((index) => aCustomer(index)))
    const other = { upload: new mongo.ObjectId(), line: 2 }
    await models.customers.collection.updateOne(
      { primary_phone: phoneOf(300) },
      { $set: { last_upload: other } },
    )

    expect(
      await writeCustomers(
        models,
        many.map((index) => aTouch(index)),
      ),
    ).toBe(false)

    expect(await find(300)).toMatchObject({ last_upload: other, upload_count: 4, updated_at: YESTERDAY })
    expect(await models.customers.collection.countDocuments({ 'last_upload.upload': UPLOAD })).toBe(599)
  })

  it.each([
    ['another line of the upload the plan was made from', { upload: EARLIER, line: 1 }],
    ['another upload with the same line', { upload: new mongo.ObjectId(), line: 1007 }],
  ])('are left alone where they carry %s', async (_, last_upload) => {
    await store([aCustomer(7, { last_upload }), aCustomer(8)])

    expect(await writeCustomers(models, [aTouch(7), aTouch(8)])).toBe(false)

    expect(await find(7)).toMatchObject({ last_upload, upload_count: 4 })
    expect(await find(8)).toMatchObject({ upload_count: 5 })
  })

  it('are moved once, however often a write is repeated', async () => {
    await store([aCustomer(1), aCustomer(2)])
    const writes = [aTouch(1), aTouch(2)]
    await writeCustomers(models, writes)

    expect(await writeCustomers(models, writes)).toBe(false)

    expect(await find(1)).toMatchObject({ upload_count: 5, last_upload: { upload: UPLOAD, line: 3 } })
  })

  it('keep a later time of their own when the share is an older one', async () => {
    await store([aCustomer(1, { updated_at: TOMORROW }), aCustomer(2)])

    await writeCustomers(models, [aTouch(1, { updatedAt: TOMORROW }), aTouch(2)])

    expect(await find(1)).toMatchObject({ updated_at: TOMORROW, last_upload: { upload: UPLOAD } })
    expect(await find(2)).toMatchObject({ updated_at: TODAY })
  })

  it('are written also where somebody stored the upload and the line in another order', async () => {
    await store([aCustomer(1, { last_upload: { line: 1001, upload: EARLIER } })])

    expect(await writeCustomers(models, [aTouch(1)])).toBe(false)
    expect(await writeCustomers(models, [aTouch(1)], true)).toBe(true)

    expect(await find(1)).toMatchObject({ upload_count: 5, last_upload: { upload: UPLOAD, line: 3 } })
  })

  it('move by one line of the same upload without another upload being counted', async () => {
    const last_upload = { upload: UPLOAD, line: 2 }
    await store([aCustomer(1, { last_upload, updated_at: TODAY })])

    const later = aTouch(1, { basedOn: last_upload, lastUpload: { upload: UPLOAD, line: 9 }, uploadCount: 4 })
    expect(await writeCustomers(models, [later])).toBe(true)

    expect(await find(1)).toMatchObject({ upload_count: 4, last_upload: { upload: UPLOAD, line: 9 } })
  })
})

describe('customers who get other values', () => {
  const words = fc.constantFrom('Pune', '$city', '$$ROOT', 'a.b', '', 'ünïcode', '{"$literal": 1}')
  const value: fc.Arbitrary<FieldValue> = fc.oneof(
    words,
    fc.integer({ min: -1e6, max: 1e6 }),
    fc.boolean(),
    fc.array(words, { maxLength: 3 }),
  )
  const path = fc.constantFrom('city', 'full_name', 'loan_amount', 'attributes.shirt_size', 'attributes.note')
  const values = fc.dictionary(path, fc.option(value, { freq: 8 }))
  const held = fc.constantFrom<Partial<Customer>>(
    {},
    { attributes: { note: 'by hand' } },
    { attributes: { shirt_size: 'M' }, updated_at: TOMORROW },
    { full_name: 'Asha', loan_amount: 5 },
  )

  it('are the same whether they share a statement or have one each', async () => {
    const list = fc.array(fc.tuple(held, values), { minLength: 1, maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(list, async (all) => {
        const customers = all.map(([changed], index) => aCustomer(index, changed))
        const writes = all.map(([{ updated_at = TODAY }, values], index) =>
          aTouch(index, {
            kind: Object.keys(values).length > 0 ? 'change' : 'touch',
            updatedAt: updated_at,
            values,
          }),
        )
        const outcomes = []
        for (const isAlone of [false, true]) {
          await models.customers.collection.deleteMany({})
          await store(customers)
          expect(await writeCustomers(models, writes, isAlone)).toBe(true)
          outcomes.push(await models.customers.collection.find({}).sort({ primary_phone: 1 }).toArray())
        }
        expect(outcomes[0]).toEqual(outcomes[1])
      }),
      { numRuns: 40 },
    )
  })

  it('are stored as they are read, not a byte more: with one _id', async () => {
    await store([aCustomer(1), aCustomer(2, { attributes: { note: 'by hand' } })])
    const values = { full_name: 'Asha', 'attributes.shirt_size': 'M' }

    await writeCustomers(
      models,
      [1, 2].map((index) => aTouch(index, { kind: 'change', values })),
    )

    const sizes = [{ $project: { bytes: { $bsonSize: '$$ROOT' } } }]
    for (const { _id, bytes } of await models.customers.collection.aggregate(sizes).toArray()) {
      const customer = await models.customers.collection.findOne({ _id })
      expect(bytes).toBe(mongo.BSON.calculateObjectSize(customer ?? {}))
    }
  })

  it('share statements, a few for hundreds', () => {
    const changes = many.map((index) => aTouch(index, { kind: 'change', values: { city: 'Goa' } }))

    const { statements, alone } = shareStatements(changes, 'mongodb')

    expect(statements).toHaveLength(3)
    expect(alone).toEqual([])
  })

  it('share statements only as far as a server takes one: 16 MB', () => {
    const wide = many.slice(0, 60).map((index) =>
      aTouch(index, {
        kind: 'change',
        // Three bytes per character: the limit counts bytes.
        values: Object.fromEntries(
          Array.from({ length: 20 }, (_, n) => [`attributes.note_${n}`, '\u0905'.repeat(12_000)]),
        ),
      }),
    )

    const { statements, alone } = shareStatements(wide, 'documentdb')

    expect(alone).toEqual([])
    expect(statements.length).toBeGreaterThan(2)
    const named = statements.flatMap((one) =>
      'updateMany' in one ? one.updateMany.filter.primary_phone.$in : [],
    )
    expect(named).toEqual(wide.map(({ phone }) => phone))
    for (const one of statements) expect(mongo.BSON.calculateObjectSize(one)).toBeLessThan(16 * 1024 * 1024)
  })

  it.each([
    ['mongodb', false],
    ['documentdb', true],
  ] as const)('take `_id` out of what replaces a document on %s: %s', (engine, isTakenOut) => {
    const changes = [aTouch(1, { kind: 'change', values: { city: 'Goa', 'attributes.note': 'x' } })]

    const { statements } = shareStatements(changes, engine)

    expect(JSON.stringify(statements).includes('"$unsetField"')).toBe(isTakenOut)
    expect(JSON.stringify(statements).includes('"$$ROOT"')).toBe(true)
  })

  it('keep what they have where another upload came in between; the others are written', async () => {
    const other = { upload: new mongo.ObjectId(), line: 2 }
    await store([aCustomer(1, { last_upload: other }), aCustomer(2)])
    const writes = [1, 2].map((index) => aTouch(index, { kind: 'change', values: { city: 'Goa' } }))

    expect(await writeCustomers(models, writes)).toBe(false)

    expect(await find(1)).toMatchObject({ city: 'Pune', last_upload: other })
    expect(await find(2)).toMatchObject({ city: 'Goa', upload_count: 5 })
  })
})

describe('a new customer', () => {
  const values = { full_name: 'Asha', 'attributes.shirt_size': 'M' }
  const created = aTouch(5, {
    kind: 'create',
    basedOn: undefined,
    values,
    uploadCount: 1,
    firstUpload: { upload: UPLOAD, line: 7 },
  })

  it('stands there whole, attributes one level down', async () => {
    expect(await writeCustomers(models, [created])).toBe(true)

    expect(await find(5)).toEqual({
      _id: created.id,
      primary_phone: phoneOf(5),
      full_name: 'Asha',
      attributes: { shirt_size: 'M' },
      first_uploaded_at: TODAY,
      first_upload: { upload: UPLOAD, line: 7 },
      updated_at: TODAY,
      last_upload: { upload: UPLOAD, line: 7 },
      upload_count: 1,
    })
  })

  it('is refused where somebody stored the phone in between; its neighbours are written', async () => {
    await store([aCustomer(5)])

    expect(
      await writeCustomers(models, [created, { ...created, phone: phoneOf(6), id: new mongo.ObjectId() }]),
    ).toBe(false)

    expect(await find(5)).toMatchObject({ city: 'Pune', upload_count: 4 })
    expect(await find(6)).toMatchObject({ full_name: 'Asha' })
  })
})
