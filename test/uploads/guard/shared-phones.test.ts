import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { FileUpload, SharedPhones } from '../../../models/index.ts'
import type { FieldValues, ReadRow } from '../../../src/customers/fields/customer.ts'
import { createSharedPhoneFinder } from '../../../src/uploads/guard/shared-phones.ts'
import { findSharedPhones, readSharedPhones } from '../../../src/uploads/results/find-shared-phones.ts'
import { playImport } from '../../support/play-uploads.ts'
import { openTestModels } from '../../support/test-models.ts'

const { models } = await openTestModels()
let days = 0

beforeEach(async () => {
  for (const model of [models.customers, models.uploadRows, models.fileUploads])
    await model.collection.deleteMany({})
})

const FATHER = '+919820000101'
const upload = {} as FileUpload
const nextDay = (): Date => new Date(Date.UTC(2026, 0, ++days))
const rowsOf = (...values: FieldValues[]) =>
  values.map((value, at) => ({ line: at + 2, phone: FATHER, values: value }))
const asRead = (rows: ReturnType<typeof rowsOf>): ReadRow[] =>
  rows.map((row) => ({ kind: 'customer', ...row }))

function find(rows: readonly ReadRow[]): SharedPhones | undefined {
  const finder = createSharedPhoneFinder(upload)
  for (const row of rows) finder.add(row)
  finder.fill(rows)
  return finder.result()
}

describe('rows of one file with one phone', () => {
  it.each([
    ['other names', [{ full_name: 'Asha Rao' }, { full_name: 'Kiran Rao' }], ['full_name']],
    ['other loan IDs', [{ loan_id: 'L-10' }, { loan_id: 'L-11' }], ['loan_id']],
    [
      'both',
      [
        { full_name: 'Asha', loan_id: 'L-10' },
        { full_name: 'Kiran', loan_id: 'L-11' },
      ],
      ['full_name', 'loan_id'],
    ],
    ['the same name in other case and order', [{ full_name: 'Asha RAO' }, { full_name: 'Rao, Asha' }], []],
    ['the same number written otherwise', [{ loan_id: 'L-10' }, { loan_id: 'l 10' }], []],
    ['a name on one row alone', [{ full_name: 'Asha Rao' }, { city: 'Pune' }], []],
    [
      'a name that was cleared between',
      [{ full_name: 'Asha' }, { full_name: null }, { full_name: 'Kiran' }],
      [],
    ],
    ['the third row alone', [{ full_name: 'Asha' }, { city: 'Pune' }, { full_name: 'Kiran' }], ['full_name']],
  ] as [string, FieldValues[], string[]][])('differ or not: %s', async (_, values, fields) => {
    const rows = rowsOf(...values)
    const shown = find(asRead(rows))

    expect(shown?.examples.flatMap((one) => one.fields.map(({ field }) => field)) ?? []).toEqual(fields)
    const stored = await playImport(models, { sharedAt: nextDay() }, rows)
    expect(await findSharedPhones(models, stored)).toEqual(shown)
  })

  it('are told with both lines and both values', () => {
    const rows = rowsOf({ loan_id: 'L-10' }, { loan_id: 'L-10' }, { loan_id: 'L-11' })

    expect(find(asRead(rows))).toEqual({
      rows: 1,
      examples: [{ line: 4, fields: [{ field: 'loan_id', earlier: 3, from: 'L-10', to: 'L-11' }] }],
    })
  })

  it('do not differ from what an earlier file said', async () => {
    await playImport(models, { sharedAt: nextDay() }, rowsOf({ full_name: 'Asha Rao' }))
    const stored = await playImport(
      models,
      { sharedAt: nextDay() },
      rowsOf({ city: 'Pune' }, { full_name: 'Kiran' }),
    )

    expect(await findSharedPhones(models, stored)).toBeUndefined()
  })

  it('are the same in preview and receipt, whatever the file', async () => {
    const values = fc.record(
      { full_name: fc.constantFrom('Asha', 'ASHA', 'Kiran', null), loan_id: fc.constantFrom('L-1', 'L-2') },
      { requiredKeys: [], noNullPrototype: true },
    )
    const rows = fc.array(fc.tuple(fc.nat(2), values), { minLength: 2, maxLength: 12 })
    await fc.assert(
      fc
        .asyncProperty(rows, async (some) => {
          const file = some.map(([at, value], index) => ({
            line: index + 2,
            phone: `+91982000010${at}`,
            values: value,
          }))
          const stored = await playImport(models, { sharedAt: nextDay(), isPreviewed: true }, file)
          const found = await findSharedPhones(models, stored)

          expect(stored.preview?.shared_phones?.rows).toBe(found?.rows)
          expect(find(file.map((row) => ({ kind: 'customer', ...row })))).toEqual(found)
          const all = []
          for await (const row of readSharedPhones(models, stored)) all.push(row)
          expect(all).toHaveLength(found?.rows ?? 0)
        })
        .beforeEach(async () => {
          for (const model of [models.customers, models.uploadRows]) await model.collection.deleteMany({})
        }),
      { numRuns: 25 },
    )
  })
})
