import { expect, it } from 'vitest'
import { headingsOf, labelOf, nameFields } from '../../../commands/reply/field-label.ts'
import type { FileUpload } from '../../../models/index.ts'
import { DEFAULT_CATALOGUE as catalogue } from '../../../src/customers/fields/field-catalogue.ts'

it('names a few fields, so that what is said of them is not cut off behind two hundred names', () => {
  const many = Array.from({ length: 200 }, (_, at) => `attributes.column_${at + 1}`)

  expect(nameFields(['city', 'due_date'], { catalogue })).toBe('city, due date')
  expect(nameFields(many, { catalogue })).toBe(
    'column 1, column 2, column 3, column 4, column 5, column 6 and 194 more fields',
  )
  expect(nameFields([`attributes.${'long_'.repeat(30)}`], { catalogue })).toHaveLength(40)
})

/** An upload with the fields needed for its headings. */
function upload(number: number, header: string, place: Record<string, string>): FileUpload {
  const columns = [{ index: 0, header, target: 'attribute', field: '', ...place }]
  return { number, file: { mapping: { columns } } } as unknown as FileUpload
}

it('calls a column without a field by its heading as people wrote it, in the latest file', () => {
  const headings = headingsOf([
    upload(2, ' SHIRT  Size ', { field: 'shirt_size' }),
    upload(1, 'shirt_size', { field: 'shirt_size' }),
    upload(3, 'Overdue Amt.', { target: 'field', field: 'due_amount', keptAs: 'overdue_amt' }),
    upload(4, 'attributes.shirt_size', { field: 'shirt_size' }),
    upload(5, '', { field: 'column_1' }),
  ])

  expect(labelOf('attributes.shirt_size', { catalogue, headings })).toBe('SHIRT Size')
  expect(labelOf('attributes.overdue_amt', { catalogue, headings })).toBe('Overdue Amt.')
  expect(labelOf('attributes.column_1', { catalogue, headings })).toBe('column 1')
  expect(labelOf('attributes.shirt_size', { catalogue })).toBe('shirt size')
  expect(labelOf('due_amount', { catalogue, headings })).toBe('Amount due')
})
