import fc from 'fast-check'
import { mongo } from 'mongoose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Customer, FileUpload, UploadRow } from '../../../models/index.ts'
import type { FieldValues, ReadRow } from '../../../src/customers/fields/customer.ts'
import { applyBatch } from '../../../src/uploads/apply/apply-batch.ts'
import { applyBatches } from '../../../src/uploads/apply/apply-batches.ts'
import { openTestModels } from '../../support/test-models.ts'

const KUSHAL = '+917417119014'
const ASHA = '+919820098200'
const RAVI = '+919000000001'

const { models } = await openTestModels()
let uploads = 0

beforeEach(clear)
afterEach(() => vi.restoreAllMocks())

async function clear(): Promise<void> {
  for (const model of [models.customers, models.uploadRows, models.fileUploads])
    await model.collection.deleteMany({})
}

/** Running, with a lease of this test. */
async function anUpload(): Promise<FileUpload> {
  uploads++
  const upload: FileUpload = {
    _id: new mongo.ObjectId(),
    kind: 'import',
    number: uploads,
    status: 'running',
    source: { kind: 'cli', host: 'here', path: '/x.csv', user: 'asha' },
    file: { name: 'x.csv' },
    lease: { lane: 'customers', token: `t${uploads}`, expires_at: new Date('2099-01-01') },
    attempts: 1,
    shared_at: new Date(Date.UTC(2026, 0, uploads)),
    receipt: { due: false },
  }
  await models.fileUploads.collection.deleteMany({})
  await models.fileUploads.collection.insertOne(upload)
  return upload
}

function aRow(line: number, phone: string, values: FieldValues): ReadRow {
  return { kind: 'customer', line, phone, values }
}

async function* inBatches(...batches: readonly ReadRow[][]) {
  yield* batches
}

async function apply(
  upload: FileUpload,
  batches: AsyncIterable<readonly ReadRow[]>,
  signal = new AbortController().signal,
): Promise<UploadRow[]> {
  const written: UploadRow[] = []
  await applyBatches(
    {
      models,
      upload,
      signal,
      onApplied: async (_, rows) => {
        written.push(...rows)
      },
    },
    batches,
  )
  return written
}

async function findCustomer(phone: string): Promise<Customer | null> {
  return await models.customers.collection.findOne<Customer>({ primary_phone: phone })
}

describe('applying batches one behind the other', () => {
  it('plans a phone of two neighbouring batches from what the first of them left', async () => {
    const upload = await anUpload()

    const written = await apply(
      upload,
      inBatches(
        [aRow(2, KUSHAL, { city: 'Pune' }), aRow(3, ASHA, { city: 'Agra' })],
        [aRow(4, KUSHAL, { city: 'Delhi' }), aRow(5, RAVI, { city: 'Agra' })],
        [aRow(6, KUSHAL, { city: 'Delhi' })],
      ),
    )

    expect(written.map(({ outcome }) => outcome)).toEqual([
      'created',
      'created',
      'duplicate',
      'created',
      'duplicate',
    ])
    expect(written[2]?.changes).toEqual({ city: { from: 'Pune', to: 'Delhi' } })
    expect(written[4]?.changes).toBeUndefined()
    expect(await findCustomer(KUSHAL)).toMatchObject({
      city: 'Delhi',
      first_upload: { line: 2 },
      last_upload: { upload: upload._id, line: 6 },
      upload_count: 1,
    })
  })

  it('records the next batch while the customers of one are still being written', async () => {
    const { collection } = models.customers
    const bulkWrite = collection.bulkWrite.bind(collection)
    let rowsMeanwhile = 0
    vi.spyOn(collection, 'bulkWrite').mockImplementationOnce(async (operations, options) => {
      await expect
        .poll(async () => {
          rowsMeanwhile = await models.uploadRows.collection.countDocuments()
          return rowsMeanwhile
        })
        .toBe(2)
      return await bulkWrite(operations, options)
    })

    await apply(await anUpload(), inBatches([aRow(2, KUSHAL, {})], [aRow(3, ASHA, {})]))

    expect(rowsMeanwhile).toBe(2)
    expect(await models.customers.collection.countDocuments()).toBe(2)
  })

  it('never has more than three batches on their way, however fast the file is read', async () => {
    const read: number[] = []
    const applied: number[] = []
    async function* file() {
      for (let line = 2; line < 12; line++) {
        read.push(line)
        expect(read.length - applied.length).toBeLessThanOrEqual(3)
        yield [aRow(line, `+9198200${String(line).padStart(5, '0')}`, {})]
      }
    }
    const onApplied = async ([row]: readonly ReadRow[]) => {
      applied.push(row?.line ?? 0)
    }

    const { signal } = new AbortController()
    await applyBatches({ models, upload: await anUpload(), signal, onApplied }, file())

    expect(applied).toEqual(read)
  })

  it('tells of a batch only when its customers are written, and writes nothing behind one that failed', async () => {
    const { collection } = models.customers
    vi.spyOn(collection, 'bulkWrite').mockRejectedValueOnce(new Error('cut'))
    const shown = vi.fn()

    const working = applyBatches(
      { models, upload: await anUpload(), signal: new AbortController().signal, onApplied: shown },
      inBatches([aRow(2, KUSHAL, {})], [aRow(3, ASHA, {})], [aRow(4, RAVI, {})]),
    )

    await expect(working).rejects.toThrow('cut')
    expect(shown).not.toHaveBeenCalled()
    expect(await models.customers.collection.countDocuments()).toBe(0)
  })

  it('finishes what is on its way before it ends, when the file breaks off', async () => {
    async function* file() {
      yield [aRow(2, KUSHAL, {})]
      yield [aRow(3, ASHA, {})]
      throw new Error('the disk is gone')
    }
    const described: number[] = []
    const onApplied = async ([row]: readonly ReadRow[]) => {
      described.push(row?.line ?? 0)
    }

    const { signal } = new AbortController()
    await expect(
      applyBatches({ models, upload: await anUpload(), signal, onApplied }, file()),
    ).rejects.toThrow('disk')

    expect(described).toEqual([2, 3])
    expect(await models.customers.collection.countDocuments()).toBe(2)
  })

  describe.each([
    ['recording rows', 'insertMany', () => models.uploadRows.collection],
    ['writing customers', 'bulkWrite', () => models.customers.collection],
  ] as const)('when the connection breaks while %s', (_, method, collectionOf) => {
    /** The first write fails, after `meanwhile`. */
    function breakFirst(meanwhile: () => Promise<void>): void {
      vi.spyOn(collectionOf(), method as 'bulkWrite').mockImplementationOnce(async () => {
        await meanwhile()
        throw new mongo.MongoNetworkError('connection closed')
      })
    }

    it('the next try goes on, as long as the lease is held', async () => {
      breakFirst(async () => {})

      const written = await apply(
        await anUpload(),
        inBatches([aRow(2, KUSHAL, { city: 'Pune' })], [aRow(3, ASHA, {})]),
      )

      expect(written.map(({ outcome }) => outcome)).toEqual(['created', 'created'])
      expect(await findCustomer(KUSHAL)).toMatchObject({ city: 'Pune' })
    })

    it('the next try writes nothing where another run has taken the lease', async () => {
      const upload = await anUpload()
      let asTakenOver: unknown
      breakFirst(async () => {
        await takeOver(upload)
        await storeLaterCustomer()
        asTakenOver = await everything()
      })
      async function* file() {
        yield [aRow(2, KUSHAL, { city: 'Pune' })]
        await expect.poll(() => asTakenOver).toBeDefined()
        yield [aRow(3, ASHA, { city: 'Agra' })]
      }

      await expect(apply(upload, file())).rejects.toMatchObject({ code: 'lease_lost' })

      expect(await everything()).toEqual(asTakenOver)
    })
  })

  it('leaves the same as batches applied one by one, wherever it is cut and begun again', async () => {
    const row = fc.record({
      phone: fc.constantFrom(KUSHAL, ASHA, RAVI),
      city: fc.constantFrom('Pune', 'Agra'),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(row, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 5 }),
        fc.nat({ max: 9 }),
        fc.constantFrom('before', 'after'),
        async (file, cut, when) => {
          let line = 1
          const batches = file.map((rows) =>
            rows.map(({ phone, city }) => {
              line++
              return aRow(line, phone, { city })
            }),
          )
          await clear()
          const upload = await anUpload()
          for (const batch of batches) await applyBatch(models, upload, batch)
          const expected = await everything()

          await models.customers.collection.deleteMany({})
          await models.uploadRows.collection.deleteMany({})
          failAfter(cut, when)
          await apply(upload, inBatches(...batches)).catch(() => {})
          vi.restoreAllMocks()
          await apply(upload, inBatches(...batches))

          expect(await everything()).toEqual(expected)
        },
      ),
      { numRuns: 25 },
    )
  })
})

/** Another run takes the lease. */
async function takeOver({ _id }: FileUpload): Promise<void> {
  await models.fileUploads.collection.updateOne({ _id }, { $set: { 'lease.token': 'another run' } })
}

/** A later upload's values of KUSHAL. */
async function storeLaterCustomer(): Promise<void> {
  const moment = new Date('2026-11-01')
  const by = { upload: new mongo.ObjectId(), line: 2 }
  await models.customers.collection.insertOne({
    primary_phone: KUSHAL,
    city: 'Delhi',
    first_uploaded_at: moment,
    first_upload: by,
    updated_at: moment,
    last_upload: by,
    upload_count: 1,
  })
}

async function everything(): Promise<unknown> {
  const customers = await models.customers.collection.find().sort({ primary_phone: 1 }).toArray()
  const rows = await models.uploadRows.collection.find().sort({ line: 1 }).toArray()
  return { customers, rows }
}

/** Every write behind `count` others fails, the first of them before or after it is done. */
function failAfter(count: number, when: 'before' | 'after'): void {
  let left = count
  for (const collection of [models.customers.collection, models.uploadRows.collection]) {
    for (const name of ['bulkWrite', 'insertMany'] as const) {
      const write = collection[name].bind(collection) as (...args: unknown[]) => Promise<never>
      vi.spyOn(collection, name).mockImplementation(async (...args: unknown[]) => {
        left--
        if (left === -1 && when === 'after') await write(...args)
        if (left < 0) throw new Error('cut')
        return await write(...args)
      })
    }
  }
}
