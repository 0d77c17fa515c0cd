import { mongo } from 'mongoose'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Models } from '../../models/index.ts'
import { fillSearchWords } from '../../src/migrations/fill-search-words.ts'
import { findByParts, findSimilarNames } from '../../src/uploads/queries/index.ts'
import { playImport } from '../support/play-uploads.ts'
import { openTestModels } from '../support/test-models.ts'

const { models } = await openTestModels()
const [KUSHAL, LATA, SHOP] = ['+917417119014', '+919820098200', '+912025671234']

beforeEach(async () => {
  for (const model of [models.customers, models.uploadRows, models.fileUploads, models.nameWords])
    await model.collection.deleteMany({})
  await models.schemaState.collection.deleteMany({})
  await models.schemaState.collection.insertOne({ _id: 'schema', version: 6, steps: [] } as never)
  await playImport(models, { sharedAt: new Date('2026-01-01') }, [
    {
      line: 2,
      phone: KUSHAL,
      values: { full_name: 'Kushal Sharma', city: 'Pune', email: 'k@example.com', other_phones: [SHOP] },
    },
    { line: 3, phone: LATA, values: { full_name: 'Lata Rao' } },
  ])
  await playImport(models, { sharedAt: new Date('2026-01-02') }, [
    { line: 2, phone: LATA, values: { city: 'Goa' } },
  ])
  // As an older version stored them.
  await models.uploadRows.collection.updateMany({}, {
    $pull: { search: { $in: [/^[:;@]/] } as never },
  } as never)
  await models.nameWords.collection.deleteMany({})
  await models.searchBlocks.collection.deleteMany({})
})

const found = async (parts: Partial<Parameters<typeof findByParts>[1]>, inside: Models = models) =>
  (await findByParts(inside, { names: [], ...parts }, 10)).people.map(({ phone }) => phone)

async function expectFilled(): Promise<void> {
  expect(await found({ place: 'pune' })).toEqual([KUSHAL])
  expect(await found({ names: ['lata'], place: 'goa' })).toEqual([LATA])
  expect(await found({ ending: '19014' })).toEqual([KUSHAL])
  expect(await found({ ending: '98200' })).toEqual([LATA])
  expect(await found({ ending: '671234' })).toEqual([KUSHAL])
  expect(await found({ domain: '@example.com' })).toEqual([KUSHAL])
  const similar = await findSimilarNames(models, { names: ['kushl'] }, 10)
  expect(similar?.people.map(({ phone }) => phone)).toEqual([KUSHAL])
}

describe('customers from before there were words of their city, phone and name', () => {
  it('are found by them after the migration, which can be carried out again', async () => {
    expect(await found({ place: 'pune' })).toEqual([])

    await fillSearchWords(models)
    await expectFilled()
    const rows = await models.uploadRows.collection.find({}).sort({ _id: 1 }).toArray()

    await fillSearchWords(models)
    expect(await models.uploadRows.collection.find({}).sort({ _id: 1 }).toArray()).toEqual(rows)
  })

  it('have all their words on the row that names them', async () => {
    await fillSearchWords(models)

    const row = await models.uploadRows.collection.findOne({ search: 'lata' })
    expect(row?.search).toEqual(expect.arrayContaining(['lata', ':goa', ';002']))
  })

  it('are filled to the end where it broke off, without those that are done', async () => {
    const [first] = await models.customers.collection.find({}).sort({ _id: 1 }).toArray()
    await fillSearchWords(models)
    await models.uploadRows.collection.updateMany({ phone: first?.primary_phone }, {
      $pull: { search: { $in: [/^[:;@]/] } as never },
    } as never)
    await models.schemaState.collection.updateOne(
      { _id: 'schema' },
      { $set: { ...(first && { filled_to: first._id }) } },
    )

    await fillSearchWords(models)

    expect(await found({ place: 'pune' })).toEqual(first?.primary_phone === KUSHAL ? [] : [KUSHAL])
    expect(await models.schemaState.collection.findOne({ _id: 'schema' })).not.toHaveProperty('filled_to')
  })

  it('get no words where nothing names them, and are filled where their rows lost their values', async () => {
    await models.customers.collection.insertOne({
      _id: new mongo.ObjectId(),
      primary_phone: '+919000000009',
      city: 'Agra',
    } as never)
    await models.uploadRows.collection.updateMany({}, { $unset: { search: '', changes: '', values: '' } })

    await fillSearchWords(models)

    expect(await found({ place: 'pune' })).toEqual([KUSHAL])
    expect(await found({ place: 'agra' })).toEqual([])
  })
})
