import { describe, expect, it } from 'vitest'
import { parsePeriod } from '../../../commands/text/index.ts'

/** A Tuesday. */
const OPTIONS = {
  now: new Date('2026-01-20T12:00:00+05:30'),
  timeZone: 'Asia/Kolkata',
  dateOrder: 'day_first',
} as const

describe('the days somebody means', () => {
  it.each<[string, string | undefined, string | undefined, string]>([
    ['today', '2026-01-20', '2026-01-20', 'today'],
    ['Yesterday', '2026-01-19', '2026-01-19', 'yesterday'],
    ['monday', '2026-01-19', '2026-01-19', 'on 19 Jan 2026'],
    ['on 15 Jan', '2026-01-15', '2026-01-15', 'on 15 Jan 2026'],
    ['this week', '2026-01-19', '2026-01-25', 'from 19 Jan 2026 to 25 Jan 2026'],
    ['last week', '2026-01-12', '2026-01-18', 'from 12 Jan 2026 to 18 Jan 2026'],
    ['last 7 days', '2026-01-14', '2026-01-20', 'from 14 Jan 2026 to 20 Jan 2026'],
    ['past two weeks', '2026-01-07', '2026-01-20', 'from 7 Jan 2026 to 20 Jan 2026'],
    ['this month', '2026-01-01', '2026-01-31', 'from 1 Jan 2026 to 31 Jan 2026'],
    ['last month', '2025-12-01', '2025-12-31', 'from 1 Dec 2025 to 31 Dec 2025'],
    ['january', '2026-01-01', '2026-01-31', 'from 1 Jan 2026 to 31 Jan 2026'],
    ['in december', '2025-12-01', '2025-12-31', 'from 1 Dec 2025 to 31 Dec 2025'],
    ['feb 2024', '2024-02-01', '2024-02-29', 'from 1 Feb 2024 to 29 Feb 2024'],
    ['last year', '2025-01-01', '2025-12-31', 'from 1 Jan 2025 to 31 Dec 2025'],
    ['since monday', '2026-01-19', undefined, 'since 19 Jan 2026'],
    ['before 15 Jan', undefined, '2026-01-14', 'before 15 Jan 2026'],
    ['from 1 Jan to 15 Jan', '2026-01-01', '2026-01-15', 'from 1 Jan 2026 to 15 Jan 2026'],
    ['between 1 Jan and 15 Jan', '2026-01-01', '2026-01-15', 'from 1 Jan 2026 to 15 Jan 2026'],
    ['1 Jan - 15 Jan', '2026-01-01', '2026-01-15', 'from 1 Jan 2026 to 15 Jan 2026'],
  ])('%s', (text, from, until, answer) => {
    expect(parsePeriod(text, OPTIONS)).toEqual({
      ...(from !== undefined && { from }),
      ...(until !== undefined && { until }),
      text: answer,
    })
  })

  it.each<[string, string | undefined, string | undefined]>([
    ['friday', '2026-01-23', '2026-01-23'],
    ['tuesday', '2026-01-20', '2026-01-20'],
    ['next tuesday', '2026-01-27', '2026-01-27'],
    ['tomorrow', '2026-01-21', '2026-01-21'],
    ['next week', '2026-01-26', '2026-02-01'],
    ['next 7 days', '2026-01-20', '2026-01-26'],
    ['15 Jan', '2026-01-15', '2026-01-15'],
    ['15 Mar', '2026-03-15', '2026-03-15'],
    ['15 Mar 2025', '2025-03-15', '2025-03-15'],
    ['march', '2026-03-01', '2026-03-31'],
    ['before friday', undefined, '2026-01-22'],
    ['by friday', undefined, '2026-01-23'],
    ['after friday', '2026-01-24', undefined],
  ])('of due dates: %s', (text, from, until) => {
    const { text: _, ...days } = parsePeriod(text, { ...OPTIONS, direction: 'future' }) ?? { text: '' }

    expect(days).toEqual({ ...(from !== undefined && { from }), ...(until !== undefined && { until }) })
  })

  it.each(['', 'blursday', 'kushal', 'by ravi', 'last', 'since', 'week', '25', '0 days', 'x'.repeat(500)])(
    'are none in "%s"',
    (text) => {
      expect(parsePeriod(text, OPTIONS)).toBeUndefined()
    },
  )
})
