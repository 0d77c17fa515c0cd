import { BSON } from 'bson'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  concatenateArray,
  MalformedBsonError,
  measureSequence,
  pickElements,
  readElements,
  readInteger,
  readString,
} from '../../../src/database/gateway/wire/bson-bytes.ts'

const bytesOf = (document: BSON.Document) => Buffer.from(BSON.serialize(document))
const elementsOf = (document: Buffer) => new Map([...readElements(document)].map((one) => [one.name, one]))

const everyType = {
  double: 1.5,
  string: 'text with ünïcode',
  document: { a: { b: [1] } },
  array: [1, 'two', null],
  binary: new BSON.Binary(Buffer.from('bytes'), 0),
  id: new BSON.ObjectId(),
  yes: true,
  date: new Date(0),
  nothing: null,
  regex: /a+/i,
  code: new BSON.Code('x => x'),
  scoped: new BSON.Code('x', { y: 1 }),
  symbol: new BSON.BSONSymbol('s'),
  int: 7,
  long: BSON.Long.fromBigInt(2n ** 60n),
  time: new BSON.Timestamp({ t: 1, i: 2 }),
  decimal: BSON.Decimal128.fromString('1.10'),
  least: new BSON.MinKey(),
  max: new BSON.MaxKey(),
}

const name = fc
  .string({ unit: 'grapheme', minLength: 1 })
  .filter((text) => !text.includes('\0') && text !== '__proto__')
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.double({ noNaN: true }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array().map((bytes) => new BSON.Binary(bytes)),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(name, tie('any'), { maxKeys: 4 }),
  ),
}))
const anyDocument = fc.dictionary(name, value.any, { maxKeys: 8, noNullPrototype: true })

describe('readElements', () => {
  it('finds every element of every type, and picking all of them gives the same bytes', () => {
    const bytes = bytesOf(everyType)
    const elements = [...readElements(bytes)]
    expect(elements.map((one) => one.name)).toEqual(Object.keys(everyType))
    expect(pickElements(bytes, elements).equals(bytes)).toBe(true)
  })

  it('agrees with the driver on any document', () => {
    fc.assert(
      fc.property(anyDocument, (document) => {
        const bytes = bytesOf(document)
        const elements = [...readElements(bytes)]
        expect(elements.map((one) => one.name)).toEqual(Object.keys(BSON.deserialize(bytes)))
        const kept = elements.filter((_, n) => n % 2 === 0)
        expect(Object.keys(BSON.deserialize(pickElements(bytes, kept)))).toEqual(kept.map((one) => one.name))
      }),
    )
  })

  it('reads any bytes or refuses them, but never reads beyond them', () => {
    fc.assert(
      fc.property(anyDocument, fc.nat(), fc.integer({ min: 0, max: 255 }), (document, place, byte) => {
        const bytes = bytesOf(document)
        bytes[place % bytes.length] = byte
        try {
          for (const { start, end } of readElements(bytes))
            expect(start < end && end < bytes.length).toBe(true)
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedBsonError)
        }
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['half a length', Buffer.from([5, 0])],
    ['a length beyond the end', Buffer.from([6, 0, 0, 0, 0])],
    ['a negative length', Buffer.from([255, 255, 255, 255, 0])],
    ['no end', Buffer.from([5, 0, 0, 0, 1])],
    ['an element without a name', Buffer.from([8, 0, 0, 0, 1, 65, 66, 0])],
  ])('refuses %s', (_name, bytes) => {
    expect(() => [...readElements(bytes)]).toThrow(MalformedBsonError)
  })
})

describe('sequences', () => {
  it('lays the documents of an array end to end, as they are', () => {
    fc.assert(
      fc.property(fc.array(anyDocument, { maxLength: 20 }), (documents) => {
        const bytes = bytesOf({ documents })
        const element = elementsOf(bytes).get('documents')
        const sequence = element ? concatenateArray(bytes, element) : Buffer.alloc(0)
        expect(sequence.equals(Buffer.concat(documents.map(bytesOf)))).toBe(true)
        const lengths = documents.map((one) => bytesOf(one).length)
        expect(measureSequence(sequence)).toEqual({
          count: documents.length,
          largest: Math.max(0, ...lengths),
        })
      }),
    )
  })

  it('refuses an array of something else, and a sequence that is cut off', () => {
    const bytes = bytesOf({ documents: [1] })
    const element = elementsOf(bytes).get('documents')
    expect(() => element && concatenateArray(bytes, element)).toThrow(MalformedBsonError)
    expect(() => measureSequence(bytesOf({ a: 1 }).subarray(0, 9))).toThrow(MalformedBsonError)
  })
})

describe('values', () => {
  const bytes = bytesOf({
    int: 5,
    long: BSON.Long.fromBigInt(-3n),
    whole: new BSON.Double(4),
    part: 1.5,
    text: 'ünï',
    list: [],
  })
  const elements = elementsOf(bytes)

  it.each([
    ['int', 5n],
    ['long', -3n],
    ['whole', 4n],
    ['part', undefined],
    ['text', undefined],
    ['missing', undefined],
  ])('reads %s as the integer %s', (field, expected) => {
    expect(readInteger(bytes, elements.get(field))).toBe(expected)
  })

  it('reads a string, and nothing else as one', () => {
    expect([readString(bytes, elements.get('text')), readString(bytes, elements.get('int'))]).toEqual([
      'ünï',
      undefined,
    ])
  })
})
