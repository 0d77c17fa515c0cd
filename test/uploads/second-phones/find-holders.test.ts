import { beforeEach, describe, expect, it } from 'vitest'
import { findHolders } from '../../../src/uploads/second-phones/find-holders.ts'
import { type PlayedRow, playImport } from '../../support/play-uploads.ts'
import { openTestModels } from '../../support/test-models.ts'

const OFFICE = '+912025671234'
const HOME = '+912025675678'
const [ASHA, RAVI, MEERA] = ['+919820000101', '+919820000102', '+919820000103'] as const

const { models } = await openTestModels()

beforeEach(async () => {
  for (const model of [models.customers, models.uploadRows, models.fileUploads])
    await model.collection.deleteMany({})
})

const share = (day: number, rows: readonly [string, PlayedRow['values']][]) =>
  playImport(
    models,
    { sharedAt: new Date(Date.UTC(2026, 0, day)), matchesOtherPhones: true },
    rows.map(([phone, values], at) => ({ line: at + 2, phone, values })),
  )
const withPhones = (...other_phones: string[]) => ({ other_phones })
const holdersOf = async (phones: readonly string[], limits?: Parameters<typeof findHolders>[2]) =>
  [...(await findHolders(models, phones, limits))].map(([phone, { customers, isMore }]) => ({
    phone,
    holders: customers.map(({ primary_phone }) => primary_phone).sort(),
    isMore,
  }))

describe('who has a phone beside their own', () => {
  it('are those who have it now, and not whoever had it', async () => {
    await share(1, [
      [ASHA, withPhones(OFFICE, HOME)],
      [RAVI, withPhones(OFFICE)],
      [MEERA, withPhones(OFFICE)],
    ])
    await share(2, [[MEERA, { other_phones: null }]])

    expect(await holdersOf([OFFICE, HOME, ASHA])).toEqual([
      { phone: OFFICE, holders: [ASHA, RAVI], isMore: false },
      { phone: HOME, holders: [ASHA], isMore: false },
    ])
  })

  it('are found also by a row that came to them by another second phone', async () => {
    await share(1, [[ASHA, withPhones(HOME)]])
    await share(2, [[HOME, withPhones(OFFICE)]])

    expect(await holdersOf([OFFICE])).toEqual([{ phone: OFFICE, holders: [ASHA], isMore: false }])
  })

  it('may be more than are looked at, where a phone stands in very many rows', async () => {
    await share(1, [
      [ASHA, withPhones(OFFICE, HOME)],
      [RAVI, withPhones(OFFICE)],
      [MEERA, withPhones(OFFICE)],
    ])

    expect(await holdersOf([OFFICE, HOME], { rows: 3, rowsOfPhone: 2 })).toMatchObject([
      { phone: OFFICE, isMore: true },
      { phone: HOME, holders: [ASHA], isMore: false },
    ])
  })
})
