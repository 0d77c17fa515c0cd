import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, dayOf, endOfDay, parseDay, startOfDay } from '../../../commands/text/dates.ts'

// A Thursday; in Kolkata it is already Friday the 16th.
const NOW = new Date('2026-01-15T20:00:00Z')
const options = { now: NOW, timeZone: 'Asia/Kolkata', dateOrder: 'day_first' } as const

describe('a day as people write it', () => {
  it.each([
    ['2026-01-15', '2026-01-15'],
    ['15/01/2026', '2026-01-15'],
    ['15.1.2026', '2026-01-15'],
    ['1/15/2026', '2026-01-15'],
    ['15 January 2026', '2026-01-15'],
    ['15 Jan 26', '2026-01-15'],
    ['Jan 15, 2026', '2026-01-15'],
    ['Thursday, 15 Jan 2026', '2026-01-15'],
    ['15 जनवरी 2026', '2026-01-15'],
    ['on 15 Jan', '2026-01-15'],
    ['15th of January', '2026-01-15'],
    ['jan 15th', '2026-01-15'],
    ['15jan', '2026-01-15'],
    ['17 Jan', '2025-01-17'],
    ['29 feb', '2024-02-29'],
    ['15/1', '2026-01-15'],
    ['1/15', '2026-01-15'],
    ['the 15th', '2026-01-15'],
    ['31st', '2025-12-31'],
    ['today', '2026-01-16'],
    ['Yesterday', '2026-01-15'],
    ['day before yesterday', '2026-01-14'],
    ['the day before yesterday', '2026-01-14'],
    ['friday', '2026-01-16'],
    ['last Friday', '2026-01-09'],
    ['last thursday', '2026-01-15'],
    ['Mon', '2026-01-12'],
    ['3 days ago', '2026-01-13'],
    ['a week ago', '2026-01-09'],
    ['two weeks ago', '2026-01-02'],
    ['last month', '2025-12-16'],
    ['2 months ago', '2025-11-16'],
    ['last year?', '2025-01-16'],
  ])('%s is %s', (text, day) => {
    expect(parseDay(text, options)).toBe(day)
  })

  it.each([
    '',
    'soon',
    '32 Jan',
    '2026-02-30',
    '30 feb',
    '42',
    '45000',
    'sunshine',
    '15 foo',
    '0/0',
    '9999 years ago',
  ])('is none: "%s"', (text) => {
    expect(parseDay(text, options)).toBeUndefined()
  })

  it('is read in the order the team writes its dates', () => {
    expect(parseDay('3/4/2025', options)).toBe('2025-04-03')
    expect(parseDay('3/4/2025', { ...options, dateOrder: 'month_first' })).toBe('2025-03-04')
  })

  it('goes back from the end of a long month to that of a short one', () => {
    expect(parseDay('last month', { ...options, now: new Date('2026-03-31T06:00:00Z') })).toBe('2026-02-28')
  })

  it('never fails, whatever is written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), (text) => {
        const day = parseDay(text, options)
        if (day !== undefined) expect(day).toMatch(/^\d{4}-\d\d-\d\d$/)
      }),
    )
  })
})

it('ends a day where the next one begins', () => {
  expect(endOfDay('2026-01-15', 'Asia/Kolkata')).toEqual(new Date('2026-01-15T18:30:00Z'))
})

describe('the bounds of a day', () => {
  it.each([
    ['Asia/Kolkata', '2026-01-15', '2026-01-14T18:30:00.000Z'],
    ['UTC', '2026-01-15', '2026-01-15T00:00:00.000Z'],
    ['America/New_York', '2026-03-09', '2026-03-09T04:00:00.000Z'],
    // Clocks change from 24:00 to 1:00: the day starts at 1:00.
    ['Africa/Cairo', '2026-04-24', '2026-04-23T22:00:00.000Z'],
  ])('in %s %s begins at %s', (timeZone, day, start) => {
    expect(startOfDay(day, timeZone).toISOString()).toBe(start)
  })

  it.each(['Asia/Kolkata', 'Europe/Berlin', 'Africa/Cairo', 'Australia/Lord_Howe'])(
    'are where one day of %s turns into the next',
    (timeZone) => {
      for (let day = '2026-01-01'; day < '2027-01-01'; day = addDays(day, 1)) {
        const start = startOfDay(day, timeZone)
        expect(dayOf(start, timeZone)).toBe(day)
        expect(dayOf(new Date(start.getTime() - 1), timeZone)).toBe(addDays(day, -1))
        expect(endOfDay(day, timeZone)).toEqual(startOfDay(addDays(day, 1), timeZone))
      }
    },
  )
})
