import { describe, expect, it } from 'vitest'
import { describeCut, takeFormat } from '../../../commands/customer-lists/list-format.ts'

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

  it('says how many cells a workbook could not hold', () => {
    expect(describeCut('Sent.', 0)).toBe('Sent.')
    expect(describeCut('Sent.', 2)).toContain('2 cells with more than 32,767 characters')
    expect(describeCut(undefined, 2)).toBeUndefined()
  })
})
