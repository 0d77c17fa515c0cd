import { describe, expect, it } from 'vitest'
import { createStyleReader } from '../../../src/customers/columns/style-reader.ts'
import { DEFAULT_CATALOGUE } from '../../../src/customers/fields/field-catalogue.ts'
import { type MapHeaderOptions, mapHeader } from '../../../src/customers/mapping/map-header.ts'

const OPTIONS: MapHeaderOptions = { catalogue: DEFAULT_CATALOGUE, region: 'IN', dateOrder: 'day_first' }
const HEADER = ['Phone', 'Due Date', 'Due Amount']

/** The sampled first rows, and the column's later cells. */
function settlerOf(first: readonly (readonly string[])[], header: readonly string[] = HEADER) {
  const found = mapHeader(header, first, OPTIONS)
  if (found.kind !== 'mapped') throw new Error('the phone column is unknown')
  const reader = createStyleReader(found.mapping, header, first, OPTIONS)
  return reader && Object.assign(reader, { end: () => reader.finish(found.mapping) })
}

describe('what the first rows leave open', () => {
  it('is read as a later row proves', () => {
    const settler = settlerOf([['9876543210', '03/04/2026', '1.200']])
    settler?.add(['9876543211', '12/31/2026', '99,5'])
    expect(settler?.end()).toMatchObject({ dateOrder: { 1: 'month_first' }, decimalMark: { 2: 'comma' } })
    expect(settler?.end().notes.join()).not.toContain('"Due Date"')
  })

  it('is said where no row proves anything', () => {
    const settler = settlerOf([['9876543210', '03/04/2026', '']])
    settler?.add(['9876543211', '05/06/2026', ''])
    expect(settler?.end().dateOrder).toEqual({ 1: 'day_first' })
    expect(settler?.end().notes.join()).toContain('"Due Date" does not tell day from month')
  })

  it('is said where later rows contradict each other', () => {
    const settler = settlerOf([['9876543210', '03/04/2026', '1']])
    settler?.add(['9876543211', '12/31/2026', '1'])
    expect(settler?.isComplete).toBe(false)
    settler?.add(['9876543211', '31/12/2026', '1'])
    expect(settler?.isComplete).toBe(true)
    expect(settler?.end().notes.join()).toContain('holds dates in both orders')
  })

  it('is looked for where the first rows have no date at all', () => {
    const settler = settlerOf([['9876543210', '', '5']])
    settler?.add(['9876543211', '03/04/2026', '5'])
    expect(settler?.end().notes.join()).toContain('does not tell day from month')
  })

  it.each([
    ['a date proves the order', HEADER, [['9876543210', '31/01/2026', '99.5']]],
    ['dates are written in one way only', HEADER, [['9876543210', '2026-01-31', '1200']]],
    ['the header names the order', ['Phone', 'Due Date (MM/DD/YYYY)'], [['9876543210', '03/04/2026']]],
    ['there is neither date nor amount', ['Phone', 'Name'], [['9876543210', 'Asha']]],
  ])('is nothing where %s', (_, header, rows) => {
    expect(settlerOf(rows, header)).toBeNull()
  })
})
