import { beforeEach, describe, expect, it } from 'vitest'
import { indexSecondPhones } from '../../src/migrations/index-second-phones.ts'
import { findBySecondPhone } from '../../src/uploads/queries/index.ts'
import { playImport } from '../support/play-uploads.ts'
import { openTestModels } from '../support/test-models.ts'

const { models } = await openTestModels()
const [KUSHAL, LATA, SHOP, OLD] = ['+917417119014', '+919820098200', '+912025671234', '+912025679999']

beforeEach(async () => {
  for (const model of [models.customers, models.uploadRows, models.fileUploads])
    await model.collection.deleteMany({})
})

const found = async (phone: string) =>
  (await findBySecondPhone(models, phone, 10)).map(({ primary_phone }) => primary_phone)

describe('people by a second phone, of rows from before', () => {
  it('are found after the migration, which can be carried out again', async () => {
    await playImport(models, { sharedAt: new Date('2026-01-01') }, [
      { line: 2, phone: KUSHAL, values: { full_name: 'Kushal', other_phones: [OLD] } },
      { line: 3, phone: LATA, values: { other_phones: [SHOP] } },
    ])
    await playImport(models, { sharedAt: new Date('2026-01-02') }, [
      { line: 2, phone: KUSHAL, values: { other_phones: [SHOP] } },
    ])
    expect(await found(SHOP)).toEqual([KUSHAL, LATA])
    await models.uploadRows.collection.updateMany({}, { $unset: { search: '' } })
    expect(await found(SHOP)).toEqual([])

    await indexSecondPhones(models)
    await indexSecondPhones(models)

    expect(await found(SHOP)).toEqual([KUSHAL, LATA])
    // Kushal no longer has it.
    expect(await found(OLD)).toEqual([])
  })

  it('are found also where the values of their rows were removed because of their age', async () => {
    await playImport(models, { sharedAt: new Date('2026-01-01') }, [
      { line: 2, phone: KUSHAL, values: { other_phones: [SHOP] } },
    ])
    await models.uploadRows.collection.updateMany(
      {},
      {
        $unset: { search: '', changes: '', values: '' },
        $set: { without_values: { said: ['other_phones'] } },
      },
    )

    await indexSecondPhones(models)

    expect(await found(SHOP)).toEqual([KUSHAL])
  })
})
