import { describe, expect, it } from 'vitest'
import { DEFAULT_CATALOGUE } from '../../../src/customers/fields/field-catalogue.ts'
import { mapHeader } from '../../../src/customers/mapping/map-header.ts'
import { createDummyPhones } from '../../../src/customers/phones/dummy-phones.ts'
import { createRowReader } from '../../../src/customers/rows/row-reader.ts'

function read(cells: readonly string[], dummyPhones: readonly string[] = []) {
  const header = ['Mobile', 'Alternate Mobile'].slice(0, cells.length)
  const options = { catalogue: DEFAULT_CATALOGUE, region: 'IN', clearWord: '#CLEAR', dummyPhones }
  const found = mapHeader(header, [cells], { ...options, dateOrder: 'day_first' })
  if (found.kind !== 'mapped') throw new Error('the phone column is unknown')
  return createRowReader(found.mapping, header, options)({ line: 2, cells })
}

describe('a number that people type where they have none', () => {
  it.each([
    '9999999999',
    '+91 99999 99999',
    '8888888888',
    '0000000000',
    '1111111111',
    '1234567890',
    '0123456789',
    '९९९९९९९९९९',
  ])('makes the row invalid as %s', (cell) => {
    expect(read([cell])).toMatchObject({ problem: { code: 'phone_dummy', column: 'Mobile' } })
  })

  it.each(['9876543210', '9999999998', '9988776655', '7777777770'])('is not %s', (cell) => {
    expect(read([cell])).toMatchObject({ kind: 'customer' })
  })

  it('is passed over where the row has another number, and noted', () => {
    expect(read(['9999999999', '9876543210'])).toMatchObject({
      phone: '+919876543210',
      notes: [
        { code: 'phone_left_out', column: 'Mobile' },
        { code: 'phone_from_next_column', column: 'Alternate Mobile' },
      ],
    })
    const behind = read(['9876543210', '9999999999'])
    expect(behind).toMatchObject({ notes: [{ code: 'phone_left_out', column: 'Alternate Mobile' }] })
    expect(behind).not.toHaveProperty('values.other_phones')
  })

  it('can be listed, in any way of writing', () => {
    expect(read(['9876500000'], ['098765 00000'])).toMatchObject({ problem: { code: 'phone_dummy' } })
    expect(read(['9876500001'], ['098765 00000'])).toMatchObject({ kind: 'customer' })
  })

  it('can be allowed with a minus', () => {
    expect(read(['7777777777'], ['-7777777777'])).toMatchObject({ phone: '+917777777777' })
    expect(read(['8888888888'], ['-7777777777'])).toMatchObject({ problem: { code: 'phone_dummy' } })
  })

  it('is told behind the country code of any region', () => {
    const dummies = createDummyPhones([], 'IN')
    expect(dummies.has('+33123456789')).toBe(true)
    expect(dummies.has('+4999999999')).toBe(true)
    expect(dummies.has('+14155550132')).toBe(false)
  })
})
