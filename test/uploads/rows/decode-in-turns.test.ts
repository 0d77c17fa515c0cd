import { mongo } from 'mongoose'
import { expect, it } from 'vitest'
import type { Models } from '../../../models/index.ts'
import { findCustomerRows, findPackedRows } from '../../../src/uploads/rows/index.ts'

const PHONE = '+919820012345'
const ROWS = 3_000

/** Answers at once, so that every turn of others is one that the decoding gives. */
function answeredAtOnce(): Pick<Models, 'uploadRows'> {
  const rows = Array.from({ length: ROWS }, (_, line) =>
    mongo.BSON.serialize({ line, phone: PHONE, values: { city: 'Pune' } }),
  )
  const find = (filter: object) => ({ toArray: async () => ('phone' in filter ? rows : []) })
  return { uploadRows: { collection: { find } } } as unknown as Pick<Models, 'uploadRows'>
}

it.each([
  ['decoded', findCustomerRows],
  ['packed', findPackedRows],
])('lets other tasks run while thousands of rows are %s', async (_, find) => {
  let turns = 0
  let next: NodeJS.Immediate
  const takeTurn = () => {
    turns += 1
    next = setImmediate(takeTurn)
  }
  next = setImmediate(takeTurn)
  const rows = await find(answeredAtOnce(), [PHONE], {})
  clearImmediate(next)

  expect(rows.map(({ line }) => line)).toEqual(Array.from({ length: ROWS }, (_row, line) => line))
  expect(turns).toBeGreaterThan(5)
})
