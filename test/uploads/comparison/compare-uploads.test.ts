import fc from 'fast-check'
import { mongo } from 'mongoose'
import { beforeEach, expect, it } from 'vitest'
import type { FileUpload, UploadRow } from '../../../models/index.ts'
import { listPrivateFolders } from '../../../src/private-files/private-folder.ts'
import { compareUploads, type ListDifference } from '../../../src/uploads/comparison/index.ts'
import { rowId } from '../../../src/uploads/rows/index.ts'
import { type PlayedRow, playImport } from '../../support/play-uploads.ts'
import { countsOf, onDay, sampleUpload } from '../../support/sample-upload.ts'
import { openTestModels } from '../../support/test-models.ts'

const { models } = await openTestModels()

beforeEach(async () => {
  for (const model of [models.fileUploads, models.uploadRows, models.customers])
    await model.collection.deleteMany({})
})

interface Compared {
  readonly differences: readonly ListDifference[]
  readonly same: number
}

async function compare(list: FileUpload, other: FileUpload): Promise<Compared> {
  const differences: ListDifference[] = []
  let same = 0
  for await (const one of compareUploads(models, list, other, (some) => {
    same += some
  }))
    differences.push(one)
  return { differences, same }
}

/** Compares all rows at once, in memory. */
function compareInMemory(list: readonly PlayedRow[], other: readonly PlayedRow[]): Compared {
  const [here, there] = [mergeByPhone(list), mergeByPhone(other)]
  let same = 0
  const differences: ListDifference[] = []
  for (const [phone, { line, values }] of here) {
    const earlier = there.get(phone)
    const fields = Object.entries(values).flatMap(([path, after]) => {
      const before = earlier?.values[path]
      return before === undefined || before === after ? [] : [{ path, before, after }]
    })
    if (!earlier) differences.push({ kind: 'new', phone, line, values })
    else if (fields.length > 0) differences.push({ kind: 'changed', phone, line, values, fields })
    else same += 1
  }
  for (const [phone, { line, values }] of there)
    if (!here.has(phone)) differences.push({ kind: 'missing', phone, line, values })
  return { differences, same }
}

function mergeByPhone(rows: readonly PlayedRow[]) {
  const merged = new Map<string, Pick<PlayedRow, 'line' | 'values'>>()
  for (const { phone, line, values } of rows) {
    const known = merged.get(phone)
    merged.set(phone, { line: known?.line ?? line, values: { ...known?.values, ...values } })
  }
  return merged
}

/** Sorts the fields, whose order may differ. */
function sorted({ differences, same }: Compared): Compared {
  const byPath = (a: { readonly path: string }, b: { readonly path: string }) => (a.path < b.path ? -1 : 1)
  const inOrder = differences.map((one) =>
    one.kind === 'changed' ? { ...one, fields: one.fields.toSorted(byPath) } : one,
  )
  return { differences: inOrder, same }
}

const value = fc.constantFrom('Pune', 'Goa', 7, null)
const listedRows = fc
  .array(
    fc.record({
      phone: fc.integer({ min: 1, max: 9 }).map((n) => `+91982000000${n}`),
      values: fc.dictionary(
        fc.constantFrom('city', 'loan_amount', 'attributes.size', 'attributes.slot'),
        value,
      ),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((rows) => rows.map((row, at) => ({ ...row, line: at + 2 })))

it('finds the same differences as comparing all rows in memory does', async () => {
  let day = 1
  await fc.assert(
    fc.asyncProperty(listedRows, listedRows, async (rows, others) => {
      const other = await playImport(models, { sharedAt: onDay(day++) }, others)
      const list = await playImport(models, { sharedAt: onDay(day++) }, rows)
      expect(sorted(await compare(list, other))).toEqual(sorted(compareInMemory(rows, others)))
    }),
    { numRuns: 15 },
  )
})

const phoneOf = (n: number) => `+9198${String(n).padStart(8, '0')}`

/** Stores a list like an import, with more rows than one page. */
async function storeList(
  number: number,
  rows: readonly Pick<PlayedRow, 'phone' | 'values'>[],
): Promise<FileUpload> {
  const upload = sampleUpload({
    _id: new mongo.ObjectId(),
    number,
    shared_at: onDay(number),
    counts: countsOf({ created: rows.length }),
  })
  await models.fileUploads.collection.insertOne({ ...upload })
  await models.uploadRows.collection.insertMany(
    rows.map(
      (row, at): UploadRow => ({
        ...row,
        _id: rowId(upload, at + 2),
        upload: upload._id,
        line: at + 2,
        outcome: 'created',
        shared_at: upload.shared_at,
      }),
    ),
  )
  return upload
}

const LONG = 4_500

it('compares lists of several pages, in whatever order their rows are', async () => {
  const rows = Array.from({ length: LONG }, (_, n) => ({ phone: phoneOf(n), values: { city: 'Pune' } }))
  const other = await storeList(1, rows)
  const shuffled = rows.toReversed().map((row, n) => (n === 7 ? { ...row, values: { city: 'Goa' } } : row))
  const list = await storeList(2, [...shuffled.slice(1), { phone: phoneOf(LONG), values: { city: 'Agra' } }])
  const { differences, same } = await compare(list, other)
  expect(same).toBe(LONG - 2)
  expect(differences).toEqual([
    {
      kind: 'changed',
      phone: phoneOf(LONG - 8),
      line: 8,
      values: { city: 'Goa' },
      fields: [{ path: 'city', before: 'Pune', after: 'Goa' }],
    },
    { kind: 'new', phone: phoneOf(LONG), line: LONG + 1, values: { city: 'Agra' } },
    { kind: 'missing', phone: phoneOf(LONG - 1), line: LONG + 1, values: { city: 'Pune' } },
  ])
})

it('compares values longer than what is read from disk at once', async () => {
  const note = 'x'.repeat(20_000)
  const rows = [1, 2, 3].map((n) => ({ phone: phoneOf(n), values: { note: note + n } }))
  const other = await storeList(1, rows)
  const list = await storeList(2, [...rows.slice(1), { phone: phoneOf(1), values: { note } }])
  const { differences, same } = await compare(list, other)
  expect(same).toBe(2)
  expect(differences).toMatchObject([
    { kind: 'changed', phone: phoneOf(1), fields: [{ before: `${note}1` }] },
  ])
})

it('leaves nothing on disk where nobody wants more', async () => {
  const rows = [1, 2, 3].map((n) => ({ phone: phoneOf(n), values: {} }))
  const other = await storeList(1, rows)
  const list = await storeList(2, [{ phone: phoneOf(4), values: {} }, ...rows])
  const own = async () =>
    (await listPrivateFolders()).filter(({ kind, pid }) => kind === 'file' && pid === process.pid).length
  const before = await own()
  for await (const _ of compareUploads(models, list, other)) {
    expect(await own()).toBe(before + 1)
    break
  }
  expect(await own()).toBe(before)
})
