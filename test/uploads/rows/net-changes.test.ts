import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldChanges } from '../../../src/uploads/rows/net-changes.ts'

const city = (line: number, from: string | null, to: string | null) => ({
  line,
  changes: { city: { from, to } },
})

describe('the rows of one file about one customer, together', () => {
  it.each([
    ['one row', [city(2, 'Pune', 'Agra')], { city: { from: 'Pune', to: 'Agra', line: 2 } }],
    [
      'a later row has the last word',
      [city(2, 'Pune', 'Agra'), city(9, 'Agra', 'Delhi')],
      { city: { from: 'Pune', to: 'Delhi', line: 9 } },
    ],
    ['a value that came and went', [city(2, 'Pune', 'Agra'), city(9, 'Agra', 'Pune')], {}],
    ['a value that was never there before', [city(2, null, 'Agra'), city(9, 'Agra', null)], {}],
  ])('are the value before against the value after: %s', (_, rows, net) => {
    expect(foldChanges(rows)).toEqual(net)
  })

  it('are the same in any order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', 'c', null), { minLength: 2 }),
        fc.nat(),
        (values, seed) => {
          const rows = values.slice(1).map((to, index) => city(index + 2, values[index] ?? null, to))
          const turned = rows.toSorted((a, b) => ((a.line * 31 + seed) % 7) - ((b.line * 31 + seed) % 7))
          const net = foldChanges(turned)

          expect(net).toEqual(foldChanges(rows))
          expect('city' in net).toBe(values[0] !== values.at(-1))
        },
      ),
    )
  })
})
