import fc from 'fast-check'
import { mongo } from 'mongoose'
import { describe, expect, it } from 'vitest'
import { rowId, rowsBehind, rowsBetween, rowsOf } from '../../../src/uploads/rows/index.ts'

const LAST = 2 ** 32 - 1
const line = fc.integer({ min: 1, max: LAST })
const upload = fc.record({
  _id: fc.constant(new mongo.ObjectId()),
  number: fc.integer({ min: 1, max: LAST }),
  shared_at: fc.date({ min: new Date('1970-01-01'), max: new Date('2106-01-01'), noInvalidDate: true }),
})
const hex = (id: mongo.ObjectId) => id.toHexString()

describe('the id of a row', () => {
  it('is of one upload and one line alone', () => {
    fc.assert(
      fc.property(upload, line, upload, line, (a, lineOfA, b, lineOfB) => {
        const isSame = hex(rowId(a, lineOfA)) === hex(rowId(b, lineOfB))
        // Upload numbers are unique, whatever the share times.
        if (a.number !== b.number) expect(isSame).toBe(false)
        expect(hex(rowId(a, lineOfA)) === hex(rowId(a, lineOfB))).toBe(lineOfA === lineOfB)
      }),
    )
  })

  it('stands in a range of its upload by its line, and in no range of another', () => {
    const isIn = (id: mongo.ObjectId, range: Record<string, mongo.ObjectId>) =>
      Object.entries(range).every(([operator, bound]) => {
        const order = hex(id) < hex(bound) ? -1 : hex(id) > hex(bound) ? 1 : 0
        return { $gt: order > 0, $gte: order >= 0, $lte: order <= 0 }[operator]
      })
    fc.assert(
      fc.property(upload, line, upload, line, line, (own, at, other, from, to) => {
        const id = rowId(own, at)
        expect(isIn(id, rowsOf(own)._id)).toBe(true)
        expect(isIn(id, rowsBehind(own, from)._id)).toBe(at > from)
        expect(isIn(id, rowsBetween(own, from, to)._id)).toBe(at >= from && at <= to)
        if (other.number !== own.number) expect(isIn(id, rowsOf(other)._id)).toBe(false)
      }),
    )
  })
})
