import fc from 'fast-check'
import { mongo } from 'mongoose'
import { describe, expect, it } from 'vitest'
import { createDocumentDecoder } from '../../src/raw-documents/index.ts'

const { BSON, Decimal128, Long, ObjectId } = mongo

const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 12 }), fc.string({ maxLength: 40 }))
const name = fc.oneof(
  fc.constantFrom('city', 'full_name', 'upload', 'line', 'attributes', '__proto__', '$ref', '$id', 'é'),
  fc.string({ unit: 'binary', maxLength: 8 }).filter((one) => !one.includes('\0')),
)
const plain = fc.oneof(
  text,
  fc.integer(),
  fc.double({ noDefaultInfinity: true }),
  fc.date({ noInvalidDate: true }),
  fc.boolean(),
  fc.constant(null),
  fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes) => new ObjectId(bytes)),
)
const rare = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => Long.fromBigInt(value)),
  fc.constant(Decimal128.fromString('1.5')),
  fc.uint8Array({ maxLength: 4 }).map((bytes) => new mongo.Binary(bytes)),
  fc.constant(/a/i),
)
const { document } = fc.letrec<{ document: object; value: unknown }>((tie) => ({
  value: fc.oneof({ maxDepth: 4, depthSize: 'small' }, plain, rare, tie('document'), fc.array(tie('value'))),
  document: fc.dictionary(name, tie('value'), { maxKeys: 8 }),
}))

/**
 * Names the type of each value, so that `-0` and `0`, or a `Long` and a number, are not equal. A document with `$ref`, `$id`
 * and `__proto__` has no extended JSON: the driver gives it the last one as its prototype.
 */
const describeValue = (value: unknown): string => {
  try {
    return BSON.EJSON.stringify({ value }, { relaxed: false })
  } catch (error) {
    return String(error)
  }
}

describe('decoding documents', () => {
  it('gives what the driver gives, in the same order of fields', () => {
    fc.assert(
      fc.property(fc.array(document, { maxLength: 6 }), (documents) => {
        const decode = createDocumentDecoder<object>()
        for (const one of [...documents, ...documents]) {
          const bytes = BSON.serialize(one)
          const [decoded, expected] = [decode(bytes), BSON.deserialize(bytes)]

          expect(decoded).toStrictEqual(expected)
          expect(describeValue(decoded)).toBe(describeValue(expected))
        }
      }),
    )
  })

  it('throws where the driver throws, and gives the same for any other bytes', () => {
    fc.assert(
      fc.property(document, fc.nat(), fc.integer({ min: 0, max: 255 }), (one, place, byte) => {
        const bytes = BSON.serialize(one)
        bytes[place % bytes.length] = byte
        const attempt = (read: () => object): string => {
          try {
            return describeValue(read())
          } catch {
            return 'an error'
          }
        }

        expect(attempt(() => createDocumentDecoder<object>()(bytes))).toBe(
          attempt(() => BSON.deserialize(bytes)),
        )
      }),
    )
  })

  it('reads a document in the middle of other bytes', () => {
    const bytes = BSON.serialize({ city: 'Pune', line: 7, at: new Date(86_400_000), amount: 1.5 })
    const longer = new Uint8Array(bytes.length + 9)
    longer.set(bytes, 5)

    expect(createDocumentDecoder<object>()(longer.subarray(5, 5 + bytes.length))).toEqual({
      city: 'Pune',
      line: 7,
      at: new Date(86_400_000),
      amount: 1.5,
    })
  })

  it('keeps every id apart from the bytes it was read from', () => {
    const [first, second] = [new ObjectId(), new ObjectId()]
    const bytes = BSON.serialize({ _id: first, last_upload: { upload: second } })
    const decoded = createDocumentDecoder<{ _id: mongo.ObjectId; last_upload: { upload: mongo.ObjectId } }>()(
      bytes,
    )
    bytes.fill(0)

    expect(decoded._id.equals(first)).toBe(true)
    expect(decoded.last_upload.upload.equals(second)).toBe(true)
  })

  it('remembers names and ids of any number of documents', () => {
    const decode = createDocumentDecoder<object>()
    for (let index = 0; index < 12_000; index++) {
      const document = { [`field_${index}`]: { upload: new ObjectId() }, city: 'Pune' }

      expect(decode(BSON.serialize(document))).toEqual(document)
    }
  })
})
