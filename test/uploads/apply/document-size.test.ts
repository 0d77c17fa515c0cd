import fc from 'fast-check'
import { mongo } from 'mongoose'
import { describe, expect, it } from 'vitest'
import { boundBytes } from '../../../src/uploads/apply/document-size.ts'

const { BSON } = mongo

const scalar = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.date({ noInvalidDate: true }),
  fc.constant(new mongo.ObjectId()),
  fc.constant(mongo.Decimal128.fromString('12.50')),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => new mongo.Binary(bytes)),
)
const name = fc.string({ unit: 'binary', maxLength: 12 }).filter((one) => !one.includes('\0'))
const { document } = fc.letrec<{ document: object; value: unknown }>((tie) => ({
  value: fc.oneof({ maxDepth: 3, depthSize: 'small' }, scalar, tie('document'), fc.array(tie('value'))),
  document: fc.dictionary(name, tie('value'), { maxKeys: 8 }),
}))

describe('the bound of the bytes of a document', () => {
  it('is never less than the bytes', () => {
    fc.assert(
      fc.property(document, (one) => {
        expect(boundBytes(one)).toBeGreaterThanOrEqual(BSON.calculateObjectSize(one))
      }),
    )
  })

  it('is near enough that an ordinary customer is not measured', () => {
    const customer = { _id: new mongo.ObjectId(), primary_phone: '+919820012345', notes: 'é'.repeat(1_000) }

    expect(boundBytes(customer)).toBeLessThan(4_000)
  })
})
