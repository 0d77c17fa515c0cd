import { describe, expect, it } from 'vitest'
import { mapHeader } from '../../../src/customers/columns/index.ts'
import { DEFAULT_CATALOGUE } from '../../../src/customers/fields/index.ts'
import { createRowReader } from '../../../src/customers/rows/index.ts'

/** Values of the dates under one heading, or the code of the row's problem, and what the receipt says of the column. */
function readDates(region: string, heading: string, cells: readonly string[]) {
  const header = ['Mobile', heading]
  const rows = cells.map((cell) => ['+917417119014', cell])
  const options = { catalogue: DEFAULT_CATALOGUE, region, dateOrder: 'day_first' } as const
  const found = mapHeader(header, rows, options)
  if (found.kind !== 'mapped') throw new Error('the phone column is unknown')
  const mapping = JSON.parse(JSON.stringify(found.mapping)) as typeof found.mapping
  const read = createRowReader(mapping, header, { ...options, clearWord: '#CLEAR', today: '2026-11-26' })
  const values = rows.map((row, at) => {
    const made = read({ line: at + 2, cells: row })
    if (made.kind === 'customer') return Object.values(made.values)[0]
    return made.kind === 'invalid' ? made.problem.code : made.kind
  })
  return { values, notes: mapping.notes }
}

describe('the dates of a file', () => {
  it('puts births of two-digit years into the past, and says so', () => {
    const { values, notes } = readDates('IN', 'DOB', ['15/08/47', '31/12/38'])
    expect(values).toEqual(['1947-08-15', '1938-12-31'])
    expect(notes).toEqual([expect.stringContaining('"DOB"')])
  })

  it('leaves other dates of two-digit years in this century', () => {
    expect(readDates('IN', 'Due Date', ['15/08/47', '31/12/38'])).toEqual({
      values: ['2047-08-15', '2038-12-31'],
      notes: [],
    })
  })

  it('refuses a whole column of Nepali dates, where some can be no others', () => {
    const { values, notes } = readDates('NP', 'Date of Birth', ['2042-05-15', '2020-01-10'])
    expect(values).toEqual(['date_invalid', 'date_invalid'])
    expect(notes).toEqual([expect.stringContaining('Nepali')])
    expect(readDates('NP', 'Date of Birth', ['1985-05-15', '2020-01-10']).values).toEqual([
      '1985-05-15',
      '2020-01-10',
    ])
    expect(readDates('NP', 'Due Date', ['2083-02-10', '2026-05-25']).values).toEqual([
      'date_invalid',
      'date_invalid',
    ])
  })

  it.each(['วันเกิด', 'Next Due Date', 'Geburtstag'])(
    'converts Buddhist years under %s in Thailand',
    (heading) => {
      expect(readDates('TH', heading, ['15/08/2530', '31/12/2541']).values).toEqual([
        '1987-08-15',
        '1998-12-31',
      ])
    },
  )
})
