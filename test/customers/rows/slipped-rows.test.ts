import { describe, expect, it } from 'vitest'
import { DEFAULT_CATALOGUE } from '../../../src/customers/fields/index.ts'
import { mapHeader } from '../../../src/customers/mapping/index.ts'
import { createRowReader } from '../../../src/customers/rows/index.ts'

/** The result of each line: the name, or the problem code. */
function readLines(text: string): unknown[] {
  const [header = [], ...rows] = text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(','))
  const options = { catalogue: DEFAULT_CATALOGUE, region: 'IN', dateOrder: 'day_first' } as const
  const found = mapHeader(header, rows, options)
  if (found.kind !== 'mapped') throw new Error('the phone column is unknown')
  const mapping = JSON.parse(JSON.stringify(found.mapping)) as typeof found.mapping
  const read = createRowReader(mapping, header, { ...options, clearWord: '#CLEAR' })
  return rows.map((cells, at) => {
    const row = read({ line: at + 2, cells })
    if (row.kind === 'customer') return row.values.full_name
    return row.kind === 'invalid' ? row.problem.code : row.kind
  })
}

describe('a row with an unquoted separator in a cell', () => {
  it('is invalid where the last column is mostly blank, so that nothing stands behind it', () => {
    const lines = readLines(`
      Mobile,Name,Address,City,Remarks
      9876543210,Asha,12 MG Road,Pune,
      9812345678,Ravi,7 Hill View, Camp,Pune,
      9845012345,Meena,3 Lake Road,Thane,paid`)
    expect(lines).toEqual(['Asha', 'too_many_cells', 'Meena'])
  })

  it('is invalid where its last cell stands in a column without a heading', () => {
    const lines = readLines(`
      Mobile,Name,City,PIN,,
      9876543210,Asha,Pune,411001,,
      9812345678,Nair, Ravi,Thane,400601,
      9845012345,Meena,Nashik,422001,,`)
    expect(lines).toEqual(['Asha', 'too_many_cells', 'Meena'])
  })

  it('is invalid where every row ends with a separator more than the header', () => {
    const lines = readLines(`
      Mobile,Name,City
      9876543210,Asha,Pune,
      9812345678,Nair, Ravi,Thane,
      9845012345,Meena,Nashik,`)
    expect(lines).toEqual(['Asha', 'too_many_cells', 'Meena'])
  })

  it('is invalid where two cells hold one', () => {
    const lines = readLines(`
      Mobile,Name,Address,Remarks,Tags
      9876543210,Asha,12 MG Road,,
      9812345678,Ravi,7, Hill View, Camp,,
      9845012345,Meena,3 Lake Road,,`)
    expect(lines).toEqual(['Asha', 'too_many_cells', 'Meena'])
  })
})

describe('a separator that has moved nothing', () => {
  it('stands at the end of every row', () => {
    const lines = readLines(`
      Mobile,Name,Remarks
      9876543210,Asha,,
      9812345678,Ravi,,
      9845012345,Meena,paid,`)
    expect(lines).toEqual(['Asha', 'Ravi', 'Meena'])
  })

  it('stands at the end of a row whose last cell is filled, as in every other row', () => {
    const lines = readLines(`
      Mobile,Name,City
      9876543210,Asha,Pune
      9812345678,Ravi,Thane,
      9845012345,Meena,Nashik,,`)
    expect(lines).toEqual(['Asha', 'Ravi', 'Meena'])
  })

  it('is missing from short rows', () => {
    const lines = readLines(`
      Mobile,Name,City,Remarks
      9876543210,Asha
      9812345678,Ravi,Thane,,
      9845012345,Meena,Nashik,,`)
    expect(lines).toEqual(['Asha', 'Ravi', 'Meena'])
  })

  it('is written as it comes, by a program that cares for none', () => {
    const rows = Array.from({ length: 20 }, (_, at) => `98765432${10 + at},P${at},x,,${','.repeat(at % 4)}`)
    expect(readLines(`Mobile,Name,City,Remarks\n${rows.join('\n')}`)).toEqual(rows.map((_, at) => `P${at}`))
  })

  it('ends a column without a heading that most rows fill', () => {
    const lines = readLines(`
      Mobile,Name,
      9876543210,Asha,x
      9812345678,Ravi,y
      9845012345,Meena,`)
    expect(lines).toEqual(['Asha', 'Ravi', 'Meena'])
  })

  it('is invalid where words stand in the column of the phone, and the phone in the next one', () => {
    const lines = readLines(`
      Name,Address,Mobile,Alt Mobile
      Asha,12 MG Road,9876543210,
      Ravi,7 Hill View, Camp,9812345678
      Meena,3 Lake Road,9845012345,9845012346`)
    expect(lines).toEqual(['Asha', 'phone_invalid', 'Meena'])
  })

  it('is none where another column of phones has the number', () => {
    const lines = readLines(`
      Name,Mobile,City,Alt Mobile
      Asha,9876543210,Pune,
      Ravi,switched off,Pune,9812345678`)
    expect(lines).toEqual(['Asha', 'Ravi'])
  })

  it('is invalid where the postal code has no digits, unlike the others', () => {
    const lines = readLines(`
      Mobile,Name,Address,City,Pin,Due
      9876543210,Asha,12 MG Road,Pune,411001,4500
      9812345678,Ravi,7 Hill View,Thane,400601,
      9845012345,Meena,3 Lake Road,Nashik,422001,
      9845012346,Om,5, Nashik,Nashik,422001`)
    expect(lines).toEqual(['Asha', 'Ravi', 'Meena', 'text_invalid'])
  })
})
