import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseCustomerFilter } from '../../../commands/filter/index.ts'
import { parseRecent } from '../../../commands/forms/index.ts'
import { DEFAULT_CATALOGUE } from '../../../src/customers/fields/field-catalogue.ts'
import { type CustomerFilter, readFilter, writeFilter } from '../../../src/uploads/filters/index.ts'

const OPTIONS = {
  now: new Date('2026-01-20T12:00:00+05:30'),
  timeZone: 'Asia/Kolkata',
  dateOrder: 'day_first',
  user: 'U1',
  catalogue: DEFAULT_CATALOGUE,
} as const

const CONDITIONS = [
  'pune',
  'in navi mumbai',
  'goa or surat',
  'with e-mail or loan id',
  'due today or tomorrow',
  'without e-mail',
  'with loan id',
  'with no city',
  'due this week',
  'due before friday',
  'due in 10 days',
  'overdue',
  'overdue by more than 10 days',
  'not refreshed for 30 days',
  'not seen since 1 Jan',
  'since monday',
  'changed yesterday',
  'new customers this week',
  'added today',
  'loan amount over 50000',
  'due amount between 1000 and 5000',
  'more than 5 lakh loan',
  'loan 2.5 lakh se zyada',
  'emi under rs 5k',
  '#42',
  'file 7',
  'by city',
  'state wise',
  'email is missing',
  'blank city',
  'pin code 411001',
  'in 411001',
  'company acme',
  'total due amount',
  'average loan amount',
  'customers',
  'how many',
]
const FILES = ['today', 'last week', 'by ravi', 'failed', '25', 'my files', 'since monday', '<@U2ASHA>']
/** No word of any form: letters alone could be a city or a person. */
const NONSENSE = fc.constantFrom('zq7#', '§§', 'blursday', 'zqx')

const words = (conditions: readonly string[]) =>
  fc
    .uniqueArray(fc.constantFrom(...conditions), { minLength: 1, maxLength: 4 })
    .map((all) => all.join(' ').split(' '))

const filterOf = (text: readonly string[]) => parseCustomerFilter(text.join(' '), OPTIONS)
const listOf = (text: readonly string[]) => parseRecent(text.join(' '), OPTIONS)

describe('a word that is not understood changes the answer', () => {
  it('in place of any word of a filter, and beside it', () => {
    fc.assert(
      fc.property(words(CONDITIONS), fc.nat(), NONSENSE, (typed, place, nonsense) => {
        const asked = filterOf(typed)
        const at = place % typed.length

        expect(filterOf(typed.with(at, nonsense))).not.toEqual({ ...asked, kind: 'filter' })
        expect(filterOf(typed.toSpliced(at, 0, nonsense))).not.toEqual({ ...asked, kind: 'filter' })
      }),
    )
  })

  it('in place of any word of a list of files, and beside it', () => {
    fc.assert(
      fc.property(words(FILES), fc.nat(), NONSENSE, (typed, place, nonsense) => {
        const asked = listOf(typed)
        const at = place % typed.length

        expect(listOf(typed.with(at, nonsense))).not.toEqual({ ...asked, kind: 'list' })
        expect(listOf(typed.toSpliced(at, 0, nonsense))).not.toEqual({ ...asked, kind: 'list' })
      }),
    )
  })
})

const alternativesOf = ({ anyOf = [] }: CustomerFilter, key: string): unknown[] =>
  anyOf.flat().map((one) => Reflect.get(one, key))

it('no condition replaces another one', () => {
  fc.assert(
    fc.property(words(CONDITIONS), words(CONDITIONS), (first, second) => {
      const [one, both] = [filterOf(first), filterOf([...first, 'and', ...second])]
      if (one.kind !== 'filter' || both.kind !== 'filter') return

      // Lists of values grow; everything else stays as it was, or gets alternatives.
      for (const [key, value] of Object.entries(one.filter)) {
        const now: unknown = key === 'anyOf' ? both.filter.anyOf?.flat() : Reflect.get(both.filter, key)
        if (key === 'anyOf') expect(now).toEqual(expect.arrayContaining(one.filter.anyOf?.flat() ?? []))
        else if (Array.isArray(value)) expect(now).toEqual(expect.arrayContaining(value))
        else expect([now, ...alternativesOf(both.filter, key)]).toContainEqual(value)
      }
    }),
  )
})

it('every filter comes back from the value of a button', () => {
  fc.assert(
    fc.property(words(CONDITIONS), (typed) => {
      const asked = filterOf(typed)
      if (asked.kind === 'filter')
        expect(readFilter(writeFilter(asked.filter), DEFAULT_CATALOGUE)).toEqual(asked.filter)
    }),
  )
})

it('more places than a button holds are not understood, and none is dropped', () => {
  const cities = ['pune', 'goa', 'surat', 'delhi', 'nagpur', 'indore']

  expect(filterOf([cities.join(' or ')])).toMatchObject({ kind: 'unknown', words: 'or indore' })
  const value = cities.map((city) => `places=${city}`).join('&')
  expect(readFilter(value, DEFAULT_CATALOGUE)).toBeUndefined()
  const long = Array.from({ length: 5 }, (_, at) =>
    `${'मुंबई'.repeat(12)}${at + 1}`.replace(/\d/, (n) => 'क'.repeat(Number(n))),
  )
  expect(filterOf([long.join(' or ')])).toMatchObject({ kind: 'unknown' })
})
