import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Customer, UploadRow } from '../../../models/index.ts'
import { queueForget, requestForget } from '../../../src/uploads/forget/index.ts'
import { findByParts } from '../../../src/uploads/queries/index.ts'
import { removeOldValues } from '../../../src/uploads/retention/index.ts'
import { placeWord } from '../../../src/uploads/rows/index.ts'
import { queueUndo } from '../../../src/uploads/undo/index.ts'
import { moveWordsToRows, readBlockWords } from '../../support/former-words.ts'
import { playImport, runNext } from '../../support/play-uploads.ts'
import { storyRuns, storyTimeout } from '../../support/property-runs.ts'
import { openTestModels } from '../../support/test-models.ts'

const { models } = await openTestModels()
const PHONES = ['+917417119014', '+919820098200', '+919820055014', '+919820055015']
const CITIES = ['Pune', 'Nagpur', 'Thane']
const DOMAINS = ['@example.com', '@example.org']
const DAYS = 40
const dayOf = (day: number) => new Date(Date.UTC(2026, 0, day, 9))
const ASKER = { team: 'T1', channel: 'C1', user: 'UADMIN', now: new Date() }

const row = fc.record({
  /** Lines before it without a customer; more than a block has. */
  gap: fc.constantFrom(1, 1, 2, 300),
  phone: fc.constantFrom(...PHONES),
  city: fc.constantFrom(...CITIES, undefined),
  domain: fc.constantFrom(...DOMAINS, undefined),
})
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('import' as const),
      day: fc.integer({ min: 1, max: DAYS }),
      rows: fc.array(row, { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('undo' as const), back: fc.nat({ max: 3 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('forget' as const), phone: fc.constantFrom(...PHONES) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('retention' as const),
      until: fc.integer({ min: 1, max: DAYS }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('upgrade' as const) }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

async function take(one: Step): Promise<void> {
  switch (one.kind) {
    case 'import': {
      let line = 1
      const rows = one.rows.map(({ gap, phone, city, domain }) => {
        line += gap
        const email = domain && `k${phone.slice(-3)}${domain}`
        return { line, phone, values: { ...(city && { city }), ...(email && { email }) } }
      })
      await playImport(models, { sharedAt: dayOf(one.day) }, rows)
      return
    }
    case 'undo': {
      const uploads = await models.fileUploads.collection.find({}).sort({ number: -1 }).toArray()
      const number = Number(uploads[one.back]?.number ?? 0)
      const queued = await queueUndo(models, number, { ...ASKER, admins: new Set(['UADMIN']) })
      if (queued.kind === 'queued') await runNext(models)
      return
    }
    case 'forget': {
      const token = await requestForget(models, one.phone, ASKER)
      await queueForget(models, token, ASKER)
      await runNext(models)
      return
    }
    case 'retention':
      await removeOldValues(
        { models, days: 0, log: { info() {} }, deleteFile: async () => true, batchSize: 2 },
        dayOf(one.until),
      )
      return
    case 'upgrade':
      await moveWordsToRows(models)
  }
}

async function expectFound(): Promise<void> {
  const customers = await models.customers.collection.find<Customer>({}).toArray()
  const phonesWith = (hasIt: (customer: Customer) => boolean) =>
    customers.flatMap((customer) => (hasIt(customer) ? [customer.primary_phone] : [])).sort()
  const found = async (parts: Partial<Parameters<typeof findByParts>[1]>) =>
    (await findByParts(models, { names: [], ...parts }, 12)).people.map(({ phone }) => phone).sort()

  const words = (await models.nameWords.collection.distinct('_id', {})).map(String)
  for (const place of CITIES) {
    const living = phonesWith(({ city }) => city === place)
    expect(await found({ place }), place).toEqual(living)
    expect(await found({ place: place.slice(0, 2) }), place).toEqual(living)
    if (living.length > 0) expect(words).toContain(placeWord(place))
  }
  for (const domain of DOMAINS)
    expect(await found({ domain }), domain).toEqual(phonesWith(({ email }) => String(email).endsWith(domain)))
  const blocks = await readBlockWords(models)
  const forgotten = models.uploadRows.collection.find<UploadRow>({ forgotten_by: { $exists: true } })
  for await (const { upload, line } of forgotten) expect(blocks[String(upload)]?.[line]).toBeUndefined()
}

describe('a city or a domain, after any files, undos, forgotten people and removed values', () => {
  it(
    'finds the customers who have it now, and no block has a line of a forgotten person',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 9 }), async (steps) => {
          const { customers, uploadRows, fileUploads, nameWords, searchBlocks } = models
          for (const model of [customers, uploadRows, fileUploads, nameWords, searchBlocks])
            await model.collection.deleteMany({})
          for (const one of steps) await take(one)

          await expectFound()
        }),
        storyRuns(25),
      )
    },
    storyTimeout(300_000),
  )
})
