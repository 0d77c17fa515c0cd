import { expect, it } from 'vitest'
import { findNamedColumns } from '../../../src/customers/columns/find-named-columns.ts'

const HEADER = [
  'Telefon',
  'Gro\u0308\u00dfe',
  'Mein\u00a0Ort',
  'Note',
  'note',
  'Note',
  '',
  '2',
  'Zwei\nZeilen',
]

it.each([
  ['Telefon', [0]],
  ['  telefon ', [0]],
  ['Größe', [1]],
  ['GRÖSSE', []],
  ['Mein Ort', [2]],
  ['mein   ort', [2]],
  ['Note', [3, 5]],
  ['NOTE', [3, 4, 5]],
  ['zwei zeilen', [8]],
  ['2', [7]],
  ['1', [0]],
  ['9', [8]],
  ['10', []],
  ['0', []],
  ['-1', []],
  ['Ort', []],
])('finds the columns named %j at %j', (wanted, found) => {
  expect(findNamedColumns(HEADER, wanted)).toEqual(found)
})

it('finds columns of a file without headings by their number alone', () => {
  expect(findNamedColumns(['', ''], '2')).toEqual([1])
  expect(findNamedColumns(['', ''], 'Pune')).toEqual([])
})
