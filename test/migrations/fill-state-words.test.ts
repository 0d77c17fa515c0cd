import { beforeEach, describe, expect, it } from 'vitest'
import { fillStateWords } from '../../src/migrations/fill-state-words.ts'
import { findByParts, findSimilarNames } from '../../src/uploads/queries/index.ts'
import { playImport } from '../support/play-uploads.ts'
import { openTestModels } from '../support/test-models.ts'

const { models } = await openTestModels()
const [KUSHAL, LATA] = ['+917417119014', '+919820098200']

beforeEach(async () => {
  for (const model of [models.customers, models.uploadRows, models.fileUploads, models.nameWords])
    await model.collection.deleteMany({})
  await models.schemaState.collection.deleteMany({})
  await models.schemaState.collection.insertOne({ _id: 'schema', version: 11, steps: [] } as never)
})

const found = async (place: string) =>
  (await findByParts(models, { names: [], place }, 10)).people.map(({ phone }) => phone)

/** As earlier versions stored rows: without words of states. */
async function removeStateWords(): Promise<void> {
  await models.uploadRows.collection.updateMany({}, {
    $pull: { search: { $in: [':goa', ':tamilnadu', ':maharashtra'] } as never },
  } as never)
  await models.searchBlocks.collection.deleteMany({})
  await models.nameWords.collection.deleteMany({ _id: { $in: [':goa', ':tamilnadu', ':maharashtra'] } })
}

describe('customers from before there were words of their state', () => {
  beforeEach(async () => {
    await playImport(models, { sharedAt: new Date('2026-01-01') }, [
      { line: 2, phone: KUSHAL, values: { full_name: 'Kushal Sharma', state: 'Tamil Nadu' } },
      { line: 3, phone: LATA, values: { full_name: 'Lata Rao' } },
    ])
    await playImport(models, { sharedAt: new Date('2026-01-02') }, [
      { line: 2, phone: LATA, values: { state: 'Goa' } },
    ])
    await removeStateWords()
  })

  it('are found by it after the migration, which can be carried out again', async () => {
    expect(await found('goa')).toEqual([])

    await fillStateWords(models)
    expect(await found('goa')).toEqual([LATA])
    expect(await found('tamil nadu')).toEqual([KUSHAL])
    const similar = await findSimilarNames(models, { names: [], place: 'tamil nado' }, 10)
    expect(similar?.place).toBe('Tamil Nadu')
    const rows = await models.uploadRows.collection.find({}).sort({ _id: 1 }).toArray()

    await fillStateWords(models)
    expect(await models.uploadRows.collection.find({}).sort({ _id: 1 }).toArray()).toEqual(rows)
  })

  it('are filled to the end where it broke off', async () => {
    const [first] = await models.customers.collection.find({}).sort({ _id: 1 }).toArray()
    await models.schemaState.collection.updateOne(
      { _id: 'schema' },
      { $set: { ...(first && { filled_to: first._id }) } },
    )

    await fillStateWords(models)

    expect([...(await found('goa')), ...(await found('tamil nadu'))]).toEqual(
      [KUSHAL, LATA].filter((phone) => phone !== first?.primary_phone),
    )
    expect(await models.schemaState.collection.findOne({ _id: 'schema' })).not.toHaveProperty('filled_to')
  })
})
