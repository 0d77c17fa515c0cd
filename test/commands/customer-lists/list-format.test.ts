import { describe, expect, it } from 'vitest'
import { describeLimits, takeFormat, withLimits } from '../../../commands/customer-lists/list-format.ts'

describe('the kind of file somebody asks for', () => {
  it.each([
    ['', '', 'csv'],
    ['as xlsx', '', 'xlsx'],
    ['since monday as Excel', 'since monday', 'xlsx'],
    ['42 41 as a workbook', '42 41', 'xlsx'],
    ['42 with 41 as .xlsx ', '42 with 41', 'xlsx'],
    ['42 41 as csv', '42 41', 'csv'],
    ['atlas xlsx', 'atlas xlsx', 'csv'],
  ])('%j is about %j as %s', (typed, text, format) => {
    expect(takeFormat(typed)).toEqual({ text, format })
  })

  it('says what a workbook could not hold, and that a CSV would', () => {
    const limits = describeLimits({ sheets: 2, longCells: 3 })
    expect(withLimits('Sent.', limits)).toBe(
      'Sent. The list has more rows than a sheet holds, so the workbook has 2 sheets. 3 cells have more than 32,767 characters, the most Excel holds. #TOO_LONG! is in their place. A CSV would hold everything.',
    )
    expect(withLimits('Sent.', describeLimits({ sheets: 1, longCells: 0 }))).toBe('Sent.')
    expect(withLimits(undefined, limits)).toBeUndefined()
  })
})
