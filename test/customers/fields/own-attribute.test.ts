import { describe, expect, it } from 'vitest'
import { DEFAULT_CATALOGUE } from '../../../src/customers/fields/field-catalogue.ts'
import { mapHeader } from '../../../src/customers/mapping/map-header.ts'

const map = (...header: string[]) => {
  const mapped = mapHeader(header, [], { catalogue: DEFAULT_CATALOGUE, region: 'IN', dateOrder: 'day_first' })
  if (mapped.kind !== 'mapped') throw new Error(mapped.kind)
  return mapped.mapping.columns.map(({ target, field }) => `${target} ${field}`)
}

describe('a heading of our own export', () => {
  it('is an attribute also where its name alone would be a field', () => {
    expect(map('primary_phone', 'city', 'attributes.office_city', 'attributes.mobile')).toEqual([
      'phone primary_phone',
      'field city',
      'attribute office_city',
      'attribute mobile',
    ])
  })

  it.each(DEFAULT_CATALOGUE.fields.map(({ name }) => [name]).filter(([name]) => name !== 'primary_phone'))(
    'names the field %s by its name',
    (name) => {
      expect(map('primary_phone', name)[1]).toBe(
        name === 'other_phones' ? 'phone primary_phone' : `field ${name}`,
      )
    },
  )

  it('gives nothing a name it may not have', () => {
    expect(map('phone', 'attributes.__proto__', 'attributes.$where', 'attributes.a.b')).toEqual([
      'phone primary_phone',
      'attribute proto',
      'attribute where',
      'attribute a_b',
    ])
  })
})
