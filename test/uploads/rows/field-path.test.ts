import fc from 'fast-check'
import { expect, it } from 'vitest'
import { listPaths } from '../../../src/uploads/rows/field-path.ts'
import { flattenPaths, nestPaths } from '../../../src/uploads/rows/index.ts'

const name = fc.stringMatching(/^[a-z_]{1,8}$/).filter((one) => one !== 'attributes')
const values = fc.dictionary(
  fc.oneof(
    name,
    name.map((one) => `attributes.${one}`),
  ),
  fc.oneof(fc.string(), fc.integer(), fc.constant(null)),
)

it('lists the paths of a nested document in the order of its flat form', () => {
  fc.assert(
    fc.property(values, (flat) => {
      const nested = nestPaths(flat)

      expect(flattenPaths(nested)).toEqual(flat)
      expect(listPaths(nested)).toEqual(Object.keys(flattenPaths(nested)))
    }),
  )
})

it('lists nothing of an absent document', () => {
  expect(listPaths(undefined)).toEqual([])
  expect(flattenPaths(undefined)).toEqual({})
})
