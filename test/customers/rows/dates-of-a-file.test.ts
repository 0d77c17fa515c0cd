import { describe, expect, it } from 'vitest'
import { DEFAULT_CATALOGUE } from '../../../src/customers/fields/index.ts'
import { mapHeader } from '../../../src/customers/mapping/index.ts'
import { createRowReader } from '../../../src/customers/rows/index.ts'

/** The dates under one heading, or the problem code, and the receipt's notes about the column. */
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

  it('converts a whole column of Nepali dates, where some can be no others', () => {
    const { values, notes } = readDates('NP', 'Date of Birth', ['2042-05-15', '2020-01-10', '१५/०१/२०५५'])
    expect(values).toEqual(['1985-08-31', '1963-04-23', '1998-04-28'])
    expect(notes).toEqual([expect.stringContaining('Nepali')])
    expect(readDates('NP', 'Due Date', ['2083-02-10', '2082/12/30']).values).toEqual([
      '2026-05-24',
      '2026-04-13',
    ])
    expect(readDates('NP', 'Date of Birth', ['1985-05-15', '2020-01-10']).values).toEqual([
      '1985-05-15',
      '2020-01-10',
    ])
  })

  it.each(['Date of Birth (BS)', 'DOB (B.S.)', 'DOB (Bikram Sambat)', 'जन्म मिति (वि.सं.)'])(
    'converts Nepali dates under %s everywhere',
    (heading) => {
      const { values } = readDates('IN', heading, ['2042-05-15'])
      expect(values).toEqual([heading.startsWith('D') ? '1985-08-31' : '2042-05-15'])
    },
  )

  it.each([
    ['a column with dates of our calendar', 'Due Date', ['2083-02-10', '2026-05-25']],
    ['a year that is not published', 'Due Date', ['2083-02-10', '2084-01-01']],
    ['a day the month does not have', 'Due Date (BS)', ['2083-02-10', '2083-09-31']],
    ['a year of our calendar under a heading of the other', 'Due Date (BS)', ['2083-02-10', '2026-01-01']],
    ['a birth before the table begins', 'DOB (BS)', ['2042-05-15', '1999-01-01']],
    ['a year of two digits', 'DOB (BS)', ['2042-05-15', '55-01-01']],
    ['a birth to come', 'DOB (BS)', ['2042-05-15', '2083-12-01']],
  ])('refuses a Nepali date it cannot be sure of: %s', (_, heading, cells) => {
    expect(readDates('NP', heading, cells).values.at(-1)).toBe('date_invalid')
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
