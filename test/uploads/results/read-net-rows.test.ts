import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Customer } from '../../../models/index.ts'
import { readNetRows } from '../../../src/uploads/results/read-net-rows.ts'
import { createChangeSummary, summariseNet } from '../../../src/uploads/results/summarise-changes.ts'
import { type PlayedRow, playImport } from '../../support/play-uploads.ts'
import { openTestModels } from '../../support/test-models.ts'

const { models } = await openTestModels()
let days = 0

beforeEach(async () => {
  for (const model of [models.customers, models.uploadRows, models.fileUploads])
    await model.collection.deleteMany({})
})

const phone = (at: number): string => `+91982000010${at}`
const nextDay = (): Date => new Date(Date.UTC(2026, 0, ++days))

async function readCustomers(): Promise<Map<string, Customer>> {
  const all = await models.customers.collection.find<Customer>({}).toArray()
  return new Map(all.map((customer) => [customer.primary_phone, customer]))
}

const wildRows = fc.array(
  fc.record({
    phone: fc.nat(4).map(phone),
    values: fc.dictionary(fc.constantFrom('city', 'state'), fc.constantFrom('Pune', 'Agra', null), {
      noNullPrototype: true,
    }),
  }),
  { minLength: 1, maxLength: 14 },
)
const numbered = (rows: readonly Omit<PlayedRow, 'line'>[]): PlayedRow[] =>
  rows.map((row, index) => ({ line: index + 2, ...row }))

describe('what a file changed, all its rows together', () => {
  it('is the customers before against the customers after, in summary and preview alike', async () => {
    await fc.assert(
      fc
        .asyncProperty(wildRows, wildRows, async (first, second) => {
          await playImport(models, { sharedAt: nextDay() }, numbered(first))
          const before = await readCustomers()
          const upload = await playImport(
            models,
            { sharedAt: nextDay(), isPreviewed: true },
            numbered(second),
          )
          const after = await readCustomers()
          const expected = new Map<string, number>()
          for (const [key, customer] of before)
            for (const path of ['city', 'state'])
              if ((customer[path] ?? null) !== (after.get(key)?.[path] ?? null))
                expected.set(path, (expected.get(path) ?? 0) + 1)
          const summary = await summariseNet(models, upload)

          const counted = summary
            .fields()
            .map((field) => [field.path, field.changed + field.added + field.cleared])
          expect(new Map(counted as [string, number][])).toEqual(expected)
          const shown = upload.preview?.fields.map(({ field, customers }) => [field, customers])
          expect(new Map(shown as [string, number][])).toEqual(expected)
        })
        .beforeEach(async () => {
          for (const model of [models.customers, models.uploadRows]) await model.collection.deleteMany({})
        }),
      { numRuns: 25 },
    )
  })

  it('counts a customer whose first row says nothing new and whose second does', async () => {
    const row = (line: number, city: string) => ({ line, phone: phone(1), values: { city } })
    await playImport(models, { sharedAt: nextDay() }, [row(2, 'Pune')])
    const upload = await playImport(models, { sharedAt: nextDay() }, [row(2, 'Pune'), row(3, 'Agra')])

    expect(upload.counts).toMatchObject({ unchanged: 1, duplicate: 1 })
    const summary = await summariseNet(models, upload)
    expect(summary.customers()).toBe(1)
    expect(summary.fields()).toMatchObject([
      { path: 'city', changed: 1, examples: [{ line: 3, from: 'Pune', to: 'Agra' }] },
    ])
  })

  it('goes through the rows of a phone on every line once', async () => {
    await playImport(models, { sharedAt: nextDay() }, [
      { line: 2, phone: phone(1), values: { city: 'Pune' } },
    ])
    const rows = Array.from({ length: 1_200 }, (_, at) => ({
      line: at + 2,
      phone: phone(1),
      values: { city: `City ${at}` },
    }))
    const upload = await playImport(models, { sharedAt: nextDay() }, rows)
    const pages = []
    for await (const page of readNetRows(models, upload)) pages.push(...page)

    expect(pages).toMatchObject([
      { line: 2, changes: { city: { from: 'Pune', to: 'City 1199', line: 1201 } } },
    ])
  })

  it('cannot be told from the rows as they pass once a customer comes again', () => {
    const summary = createChangeSummary()
    const changes = { city: { from: 'Pune', to: 'Agra' } }
    summary.add({ line: 2, outcome: 'updated', changes })
    expect(summary.isNet).toBe(true)
    summary.add({ line: 3, outcome: 'duplicate' })
    expect(summary.isNet).toBe(true)
    summary.add({ line: 4, outcome: 'duplicate', changes })
    expect(summary.isNet).toBe(false)
  })
})
