import { beforeEach, describe, expect, it } from 'vitest'
import {
  removeStaleNameWords,
  removeUnusedNameWords,
  storeNameWords,
} from '../../../src/uploads/names/index.ts'
import { rowId } from '../../../src/uploads/rows/row-id.ts'
import { openTestModels } from '../../support/test-models.ts'

const { models } = await openTestModels()
const HOUR_MS = 3_600_000
const later = () => new Date(Date.now() + HOUR_MS)

beforeEach(async () => {
  await models.nameWords.collection.deleteMany({})
  await models.uploadRows.collection.deleteMany({})
})

const words = async () => (await models.nameWords.collection.distinct('_id', {})).map(String).sort()
/** As if a row had brought them this long ago. */
const age = async (ms: number) => {
  await models.nameWords.collection.updateMany({}, { $set: { seen_at: new Date(Date.now() - ms) } })
}

async function storeRow(...search: string[]): Promise<void> {
  const upload = { _id: rowId({ number: 1, shared_at: new Date() }, 1), number: 1, shared_at: new Date() }
  await models.uploadRows.collection.insertOne({
    _id: rowId(upload, 2),
    upload: upload._id,
    line: 2,
    outcome: 'created',
    search,
    shared_at: upload.shared_at,
  })
}

describe('a word of a name that no row leads to any more', () => {
  it('goes at once where it is old', async () => {
    await storeNameWords(models, ['deshpande', 'sharma'])
    await age(HOUR_MS)
    await storeRow('sharma')

    await removeUnusedNameWords(models, ['deshpande', 'sharma'])

    expect(await words()).toEqual(['sharma'])
  })

  it('goes within the hour where a row of another file could have been about to bring it', async () => {
    await storeNameWords(models, ['deshpande'])

    await removeUnusedNameWords(models, ['deshpande'])

    expect(await words()).toEqual(['deshpande'])
    expect(await removeStaleNameWords(models, new Date())).toBe(0)
    await age(HOUR_MS)
    expect(await removeStaleNameWords(models, new Date())).toBe(1)
    expect(await words()).toEqual([])
  })

  it('stays where that row came, and is not looked at again', async () => {
    await storeNameWords(models, ['deshpande'])
    await removeUnusedNameWords(models, ['deshpande'])
    await storeRow('deshpande')
    await age(HOUR_MS)

    await removeStaleNameWords(models, new Date())

    expect(await words()).toEqual(['deshpande'])
    expect(await removeStaleNameWords(models, later())).toBe(0)
  })

  it('stays where a row brings it again', async () => {
    await storeNameWords(models, ['deshpande'])
    await removeUnusedNameWords(models, ['deshpande'])
    await storeNameWords(models, ['deshpande'])

    expect(await removeStaleNameWords(models, later())).toBe(0)
  })

  it('goes at once where a person is forgotten', async () => {
    await storeNameWords(models, ['deshpande'])

    await removeUnusedNameWords(models, ['deshpande'], '+917417119014')

    expect(await words()).toEqual([])
  })
})
