import { expect, it } from 'vitest'
import { nameFields } from '../../../commands/reply/field-label.ts'
import { DEFAULT_CATALOGUE as catalogue } from '../../../src/customers/fields/field-catalogue.ts'

it('names a few fields, so that what is said of them is not cut off behind two hundred names', () => {
  const many = Array.from({ length: 200 }, (_, at) => `attributes.column_${at + 1}`)

  expect(nameFields(['city', 'due_date'], { catalogue })).toBe('city, due date')
  expect(nameFields(many, { catalogue })).toBe(
    'column 1, column 2, column 3, column 4, column 5, column 6 and 194 more fields',
  )
  expect(nameFields([`attributes.${'long_'.repeat(30)}`], { catalogue })).toHaveLength(40)
})
