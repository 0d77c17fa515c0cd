import { describe, expect, it } from 'vitest'
import type { AssignedColumn } from '../../../src/customers/fields/customer.ts'
import { DEFAULT_CATALOGUE, type FieldCatalogue } from '../../../src/customers/fields/field-catalogue.ts'
import { parseFields } from '../../../src/customers/fields/parse-fields.ts'
import { readRuleWord, readTargetWord } from '../../../src/customers/fields/read-assignment.ts'
import { type MapHeaderOptions, mapHeader } from '../../../src/customers/mapping/map-header.ts'

function map(
  header: string[],
  assigned: AssignedColumn[],
  catalogue: FieldCatalogue = DEFAULT_CATALOGUE,
  row: string[] = header.map(() => ''),
  choice: Pick<MapHeaderOptions, 'phoneColumn' | 'reading'> = {},
) {
  const mapped = mapHeader(header, [row], {
    catalogue,
    region: 'IN',
    dateOrder: 'day_first',
    assigned,
    ...choice,
  })
  if (mapped.kind !== 'mapped') throw new Error('not mapped')
  return mapped.mapping
}

const HEADER = ['Telefon', 'Stadt', 'Bemerkung', 'City']
const targets = (assigned: AssignedColumn[]) =>
  map(HEADER, assigned).columns.map(({ target, field, rank }) => `${target} ${field} ${rank ?? ''}`.trim())

describe('columns a person said something of', () => {
  it('are read as said, and the others by their headings', () => {
    expect(targets([{ index: 2, target: 'field', field: 'full_name' }])).toEqual([
      'phone primary_phone 0',
      'field city 1',
      'field full_name 0',
      'field city 0',
    ])
  })

  it('are asked before a column of the same field that only its heading names', () => {
    const [, stadt, remark] = map(HEADER, [{ index: 2, target: 'field', field: 'city' }]).columns
    expect([stadt?.rank, remark?.rank]).toEqual([2, 0])
  })

  it('are left out, or kept as they are', () => {
    const [, stadt, , city] = targets([
      { index: 1, target: 'ignored' },
      { index: 3, target: 'attribute' },
    ])
    expect([stadt, city]).toEqual(['ignored', 'attribute city'])
  })

  it('hold the phone before every heading that speaks of one', () => {
    const { columns } = map(['Mobile', 'Number'], [{ index: 1, target: 'phone' }])
    expect(columns.map(({ rank }) => rank)).toEqual([1, 0])
  })

  it('leave out of the phones a column that holds words', () => {
    const mapping = map(['Name', 'Telefon', 'Stadt'], [{ index: 2, target: 'phone' }], DEFAULT_CATALOGUE, [
      'Asha',
      'Pune',
      '9876543210',
    ])
    expect(mapping.columns.map(({ target }) => target)).toEqual(['field', 'attribute', 'phone'])
    expect(mapping.notes).toContain('"Telefon" holds words and no phone numbers, so it is kept as it is.')
  })

  it('keep the chosen column as the phone, whatever it holds', () => {
    const row = ['Asha', 'Pune', '9876543210']
    const { columns } = map(['Name', 'Stadt', 'Telefon'], [{ index: 1, target: 'phone' }], undefined, row)
    expect(columns.map(({ target, rank }) => `${target} ${rank}`)).toEqual(['field 0', 'phone 0', 'phone 1'])
  })

  it.each([
    ['due amount', 'due_amount'],
    ['Town', 'city'],
    ['PLZ', 'postal_code'],
    ['E-mail', 'email'],
    ['Name', 'full_name'],
  ])('are named as people name them: %s', (word, field) => {
    expect(readTargetWord(word, DEFAULT_CATALOGUE)).toEqual({ target: 'field', field })
  })

  it('are kept as they are, and that is said, where their field is in the catalogue no more', () => {
    const mapping = map(HEADER, [{ index: 2, target: 'field', field: 'shoe_size' }])
    expect(mapping.columns[2]).toMatchObject({ target: 'attribute' })
    expect(mapping.notes).toContain(
      'The field shoe_size that was chosen for "Bemerkung" no longer exists, so the column is kept as it is.',
    )
  })
})

describe('rules', () => {
  const catalogue = parseFields('fields:\n  - name: city\n    rule: fill_blanks\n', 'fields.yml')

  it('are those of fields.yml unless a person chose another, and are said', () => {
    expect(map(HEADER, [], catalogue)).toMatchObject({
      rules: expect.arrayContaining([{ path: 'city', rule: 'fill_blanks' }]),
    })
    expect(map(['Phone', 'City'], [{ index: 1, rule: 'keep' }], catalogue)).toMatchObject({
      rules: [{ path: 'city', rule: 'keep' }],
      notes: expect.arrayContaining(['Only written for new customers: "City".']),
    })
    expect(map(['Phone', 'City'], [{ index: 1, rule: 'overwrite' }], catalogue)).not.toHaveProperty('rules')
  })

  it('are absent where every value overwrites, as in files read before there were any', () => {
    expect(map(HEADER, [])).not.toHaveProperty('rules')
  })

  it('hold for a column that is kept as it is, too', () => {
    expect(map(['Phone', 'Colour'], [{ index: 1, rule: 'fill_blanks' }]).rules).toEqual([
      { path: 'attributes.colour', rule: 'fill_blanks' },
    ])
  })

  it.each(['primary_phone', 'other_phones'])('are refused for %s', (name) => {
    expect(() => parseFields(`fields:\n  - name: ${name}\n    rule: keep\n`, 'fields.yml')).toThrow(/rule/)
  })
})

describe('a column chosen as something else', () => {
  const PHONES = ['9820098200', '9820098201', 'DE']
  const OTHERWISE: readonly AssignedColumn[] = [
    { index: 0, target: 'ignored' },
    { index: 0, target: 'attribute' },
    { index: 0, target: 'field', field: 'city' },
  ]

  it.each(OTHERWISE)('is no phone any more, although it was the chosen phone column: %j', (assigned) => {
    const header = ['Telefon', 'Mobil', 'Country']
    for (const choice of [
      { phoneColumn: 0 },
      { reading: { phones: [0, 1], regions: [] } },
      { reading: { phones: [0], regions: [] } },
    ]) {
      const { columns, notes } = map(header, [assigned], DEFAULT_CATALOGUE, PHONES, choice)
      expect(columns[0]).toMatchObject({ target: assigned.target })
      expect(columns[1]).toMatchObject({ target: 'phone', rank: 0 })
      expect(notes.join()).not.toContain('phone is taken from')
    }
  })

  it.each(OTHERWISE)('gives no country of phones: %j', (assigned) => {
    const header = ['Country', 'Telefon']
    const given = { phones: [1], regions: [{ index: 0, kind: 'country' as const }] }
    for (const choice of [{}, { reading: given }]) {
      const row = ['DE', '03012345678']
      expect(map(header, [], DEFAULT_CATALOGUE, row, choice).regions).toEqual(given.regions)
      const { regions, notes } = map(header, [assigned], DEFAULT_CATALOGUE, row, choice)
      expect(regions).toEqual([])
      expect(notes.join()).not.toContain('country of phones')
    }
  })

  it('does not label the phones', () => {
    const header = ['Phone 1 - Label', 'Phone 1 - Value', 'Phone 2 - Label', 'Phone 2 - Value']
    const row = ['Home', '9820098200', 'Mobile', '9820098201']
    expect(map(header, [], DEFAULT_CATALOGUE, row).labels).toHaveLength(2)
    const { labels } = map(header, [{ index: 2, target: 'ignored' }], DEFAULT_CATALOGUE, row)
    expect(labels).toEqual([{ index: 0, phone: 1 }])
  })

  it.each(['field', 'attribute'] as const)('is read without a heading and with few cells: %s', (target) => {
    const assigned = { index: 2, target, ...(target === 'field' && { field: 'city' }) }
    const { columns, shape } = map(['Telefon', 'Name', ''], [assigned], DEFAULT_CATALOGUE, [
      '9820098200',
      'Asha',
      '',
    ])
    expect(columns[2]).toMatchObject({ target })
    expect(shape).toMatchObject({ columns: 3 })
  })
})

describe('what is typed', () => {
  it.each([
    ['city', { target: 'field', field: 'city' }],
    ['Postal code', { target: 'field', field: 'postal_code' }],
    ['phone', { target: 'phone' }],
    ['primary_phone', { target: 'phone' }],
    ['as is', { target: 'attribute' }],
    ['Leave out', { target: 'ignored' }],
    ['shoe size', undefined],
  ])('as %s is %j', (word, target) => {
    expect(readTargetWord(word, DEFAULT_CATALOGUE)).toEqual(target)
  })

  it.each([
    ['overwrite', 'overwrite'],
    ['fill-blanks', 'fill_blanks'],
    ['fill_blanks', 'fill_blanks'],
    ['Fill blanks only', 'fill_blanks'],
    ['keep', 'keep'],
    ['New customers only', 'keep'],
    ['sometimes', undefined],
  ])('as the rule %s is %s', (word, rule) => {
    expect(readRuleWord(word)).toBe(rule)
  })
})
