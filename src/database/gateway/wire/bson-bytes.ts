/**
 * Reads BSON as bytes: finds a document's elements and builds documents from slices of others. The gateway
 * passes documents on without decoding them. Format: https://bsonspec.org/spec.html (version 1.1).
 */

/** A document or message that violates the BSON format. */
export class MalformedBsonError extends Error {
  override readonly name = 'MalformedBsonError'
}

export const BSON_TYPE = {
  double: 0x01,
  string: 0x02,
  document: 0x03,
  array: 0x04,
  bool: 0x08,
  int32: 0x10,
  int64: 0x12,
} as const

/** A document's element by its byte positions. `valueStart..end` is the value, `start..end` the whole. */
export interface BsonElement {
  readonly type: number
  readonly name: string
  readonly start: number
  readonly valueStart: number
  readonly end: number
}

const SMALLEST_DOCUMENT = 5
const FIXED_SIZES = new Map<number, number>([
  [0x01, 8], // double
  [0x06, 0], // undefined
  [0x07, 12], // ObjectId
  [0x08, 1], // bool
  [0x09, 8], // date
  [0x0a, 0], // null
  [0x10, 4], // int32
  [0x11, 8], // timestamp
  [0x12, 8], // int64
  [0x13, 16], // decimal128
  [0x7f, 0], // max key
  [0xff, 0], // min key
])
const EMPTY = Buffer.from([5, 0, 0, 0, 0])

/** The document that starts at `offset`, as a view on the same memory. */
export function sliceDocument(bytes: Buffer, offset: number, limit = bytes.length): Buffer {
  if (offset < 0 || offset + SMALLEST_DOCUMENT > limit) throw new MalformedBsonError('A document is cut off.')
  const length = bytes.readInt32LE(offset)
  if (length < SMALLEST_DOCUMENT || offset + length > limit)
    throw new MalformedBsonError(`A document claims ${length} bytes where ${limit - offset} remain.`)
  if (bytes[offset + length - 1] !== 0)
    throw new MalformedBsonError('A document does not end with a zero byte.')
  return bytes.subarray(offset, offset + length)
}

/** The top-level elements of a document, in order. Values are skipped. */
export function* readElements(document: Buffer): Generator<BsonElement> {
  const last = sliceDocument(document, 0).length - 1
  let at = 4
  while (at < last) {
    const type = document[at] ?? 0
    const nameEnd = indexOfZero(document, at + 1, last)
    const valueStart = nameEnd + 1
    const end = valueStart + valueSize(document, type, valueStart, last)
    if (end > last) throw new MalformedBsonError('An element is longer than its document.')
    yield { type, name: document.toString('utf8', at + 1, nameEnd), start: at, valueStart, end }
    at = end
  }
  if (at !== last) throw new MalformedBsonError('A document ends before its last byte.')
}

/** The documents of an array element, end to end, which the wire protocol calls a document sequence. */
export function concatenateArray(document: Buffer, element: BsonElement): Buffer {
  const array = sliceDocument(document, element.valueStart, element.end)
  const parts: Buffer[] = []
  for (const item of readElements(array)) {
    if (item.type !== BSON_TYPE.document)
      throw new MalformedBsonError(`"${element.name}" holds something other than documents.`)
    parts.push(sliceDocument(array, item.valueStart, item.end))
  }
  return Buffer.concat(parts)
}

/** The number and largest length of a sequence's documents; throws if they do not fill it exactly. */
export function measureSequence(sequence: Buffer): { count: number; largest: number } {
  let count = 0
  let largest = 0
  for (let at = 0; at < sequence.length; ) {
    const { length } = sliceDocument(sequence, at)
    largest = Math.max(largest, length)
    count += 1
    at += length
  }
  return { count, largest }
}

/** A document of some elements of another, copied unchanged. */
export function pickElements(document: Buffer, elements: readonly BsonElement[]): Buffer {
  if (elements.length === 0) return EMPTY
  const size = elements.reduce((sum, element) => sum + element.end - element.start, SMALLEST_DOCUMENT)
  const picked = Buffer.allocUnsafe(size)
  picked.writeInt32LE(size, 0)
  let at = 4
  for (const element of elements) at += document.copy(picked, at, element.start, element.end)
  picked[at] = 0
  return picked
}

/** A string element's text; undefined for another type. */
export function readString(document: Buffer, element: BsonElement | undefined): string | undefined {
  if (element?.type !== BSON_TYPE.string) return undefined
  return document.toString('utf8', element.valueStart + 4, element.end - 1)
}

/** A whole number of any numeric type; undefined for another type or a fraction. */
export function readInteger(document: Buffer, element: BsonElement | undefined): bigint | undefined {
  switch (element?.type) {
    case BSON_TYPE.int32:
      return BigInt(document.readInt32LE(element.valueStart))
    case BSON_TYPE.int64:
      return document.readBigInt64LE(element.valueStart)
    case BSON_TYPE.double: {
      const value = document.readDoubleLE(element.valueStart)
      return Number.isInteger(value) ? BigInt(value) : undefined
    }
    default:
      return undefined
  }
}

function indexOfZero(bytes: Buffer, from: number, limit: number): number {
  const at = bytes.indexOf(0, from)
  if (at === -1 || at >= limit) throw new MalformedBsonError('A name does not end.')
  return at
}

function valueSize(bytes: Buffer, type: number, at: number, limit: number): number {
  const fixed = FIXED_SIZES.get(type)
  if (fixed !== undefined) return fixed
  if (type === 0x0b) return indexOfZero(bytes, indexOfZero(bytes, at, limit) + 1, limit) + 1 - at // regex: two names
  if (at + 4 > limit) throw new MalformedBsonError('A value is cut off.')
  const length = bytes.readInt32LE(at)
  if (length < 0) throw new MalformedBsonError('A value claims a negative length.')
  switch (type) {
    case 0x02: // string
    case 0x0d: // code
    case 0x0e: // symbol
      if (length < 1) throw new MalformedBsonError('A string has no end.')
      return 4 + length
    case 0x03: // document
    case 0x04: // array
    case 0x0f: // code with scope
      if (length < SMALLEST_DOCUMENT) throw new MalformedBsonError('An inner document is too short.')
      return length
    case 0x05: // binary
      return 5 + length
    case 0x0c: // DBPointer
      return 4 + length + 12
    default:
      throw new MalformedBsonError(`Element type 0x${type.toString(16)} is not BSON.`)
  }
}
