import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FIRST_NEPALI_YEAR, fromNepali } from '../../../../src/customers/cells/calendars/nepali-calendar.ts'

const DAY = 86_400_000
const LAST_NEPALI_YEAR = 2083
const years = fc.integer({ min: FIRST_NEPALI_YEAR, max: LAST_NEPALI_YEAR })

function daysOf(year: number, month: number): number {
  for (let date = 33; date > 0; date -= 1) if (fromNepali(year, month, date)) return date
  return 0
}

describe('the Nepali calendar', () => {
  it.each([
    [2000, 1, 1, '1943-04-14'],
    [2007, 11, 7, '1951-02-18'],
    [2047, 7, 23, '1990-11-09'],
    [2062, 12, 11, '2006-03-24'],
    [2065, 2, 15, '2008-05-28'],
    [2072, 1, 12, '2015-04-25'],
    [2072, 6, 3, '2015-09-20'],
    [2080, 1, 1, '2023-04-14'],
    [2083, 1, 1, '2026-04-14'],
  ])('has known days: %i-%i-%i is %s', (year, month, date, day) => {
    expect(fromNepali(year, month, date)).toBe(day)
  })

  it.each([
    [1999, 12, 30],
    [2084, 1, 1],
    [2080, 0, 1],
    [2080, 13, 1],
    [2080, 1, 0],
    [2080, 1, 33],
    [2080, 9, 30],
  ])('has no day %i-%i-%i', (year, month, date) => {
    expect(fromNepali(year, month, date)).toBeNull()
  })

  it('goes on from day to day, from month to month and from year to year without a gap', () => {
    let last = Date.parse('1943-04-13')
    for (let year = FIRST_NEPALI_YEAR; year <= LAST_NEPALI_YEAR; year += 1)
      for (let month = 1; month <= 12; month += 1)
        for (let date = 1; date <= daysOf(year, month); date += 1) {
          const day = Date.parse(fromNepali(year, month, date) ?? '')
          expect(day - last, `${year}-${month}-${date}`).toBe(DAY)
          last = day
        }
    expect(new Date(last).toISOString().slice(0, 10)).toBe('2027-04-13')
  })

  it('has 365 or 366 days a year and begins it in the middle of April', () => {
    fc.assert(
      fc.property(years, (year) => {
        const days = Array.from({ length: 12 }, (_, at) => daysOf(year, at + 1))
        expect([365, 366]).toContain(days.reduce((sum, count) => sum + count, 0))
        expect(days.every((count) => count >= 29 && count <= 32)).toBe(true)
        expect(fromNepali(year, 1, 1)).toMatch(/-04-1[345]$/u)
      }),
    )
  })
})
