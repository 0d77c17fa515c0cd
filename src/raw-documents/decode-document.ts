import { mongo } from 'mongoose'

/** A field name that documents had, and the one that came after it last. */
interface KnownName {
  readonly name: string
  next: KnownName | undefined
}

/** Thrown for anything but plain fields; the driver's decoder then decides. */
const NOT_PLAIN = new Error('not a plain document')

const DOUBLE = 1
const STRING = 2
const DOCUMENT = 3
const ARRAY = 4
const OBJECT_ID = 7
const BOOLEAN = 8
const DATE = 9
const NULL = 10
const INT = 16

const MAX_DEPTH = 20
/** Maximum of names, and of ids, that a decoder remembers. */
const MAX_REMEMBERED = 5_000
const HIGH_WORD = 2 ** 32

/**
 * Creates a decoder for many documents of one collection. It gives what `mongo.BSON.deserialize` gives, with a third of
 * the garbage: names are remembered in their order, and texts are parts of one string per document
 * (docs/performance.md). Documents with other types than a customer's are left to the driver.
 */
export function createDocumentDecoder<T>(): (bytes: Uint8Array) => T {
  const common = new Repetitions()
  return (bytes) => {
    try {
      return new PlainDocument(bytes, common).read() as T
    } catch (error) {
      if (error !== NOT_PLAIN) throw error
      return mongo.BSON.deserialize(bytes) as T
    }
  }
}

/** What documents of a collection have in common: the names of fields in their order, and inner ids. */
class Repetitions {
  readonly #start: KnownName = { name: '', next: undefined }
  readonly #known = new Map<string, KnownName>()
  readonly #ids = new Map<string, mongo.ObjectId>()
  #last = this.#start

  restart(): void {
    this.#last = this.#start
  }

  /** The name in this text at this place, which ends before a zero character. */
  readName(text: string, at: number): string {
    const guess = this.#last.next
    if (guess && text.charCodeAt(at + guess.name.length) === 0 && text.startsWith(guess.name, at)) {
      this.#last = guess
      return guess.name
    }
    const found = this.#find(text.slice(at, text.indexOf('\0', at)))
    this.#last.next = found
    this.#last = found
    return found.name
  }

  /** One object for equal ids. */
  shareId(text: string, bytes: Buffer, at: number): mongo.ObjectId {
    const known = this.#ids.get(text)
    if (known) return known
    if (this.#ids.size >= MAX_REMEMBERED) this.#ids.clear()
    const made = new mongo.ObjectId(bytes.subarray(at, at + 12))
    this.#ids.set(text, made)
    return made
  }

  #find(name: string): KnownName {
    const known = this.#known.get(name)
    if (known) return known
    // The driver reads names in UTF-8, a `$` as the start of a reference, and `__proto__` as an own field.
    if (!/^(?!\$)[^\u0080-\u00ff]+$/.test(name) || name === '__proto__') throw NOT_PLAIN
    if (this.#known.size >= MAX_REMEMBERED) this.#known.clear()
    const made: KnownName = { name, next: undefined }
    this.#known.set(name, made)
    return made
  }
}

/** One document while it is read. */
class PlainDocument {
  readonly #bytes: Buffer
  readonly #view: DataView
  /** A character per byte. */
  readonly #text: string
  readonly #common: Repetitions
  #at = 0

  constructor(bytes: Uint8Array, common: Repetitions) {
    const { buffer, byteOffset, byteLength } = bytes
    this.#bytes = Buffer.from(buffer, byteOffset, byteLength)
    this.#view = new DataView(buffer, byteOffset, byteLength)
    this.#text = this.#bytes.toString('latin1')
    this.#common = common
  }

  read(): object {
    this.#common.restart()
    const document = this.#readDocument(0)
    if (this.#at !== this.#bytes.length) throw NOT_PLAIN
    return document
  }

  #readDocument(depth: number): Record<string, unknown> {
    const end = this.#readEnd(depth)
    const document: Record<string, unknown> = {}
    for (;;) {
      const type = this.#readByte()
      if (type === 0) break
      const name = this.#common.readName(this.#text, this.#at)
      this.#at += name.length + 1
      document[name] = this.#readValue(type, depth)
    }
    if (this.#at !== end) throw NOT_PLAIN
    return document
  }

  #readArray(depth: number): unknown[] {
    const end = this.#readEnd(depth)
    const items: unknown[] = []
    for (;;) {
      const type = this.#readByte()
      if (type === 0) break
      // The driver ignores the names of items.
      const nameEnd = this.#text.indexOf('\0', this.#at)
      if (nameEnd < 0) throw NOT_PLAIN
      this.#at = nameEnd + 1
      items.push(this.#readValue(type, depth))
    }
    if (this.#at !== end) throw NOT_PLAIN
    return items
  }

  #readEnd(depth: number): number {
    if (depth > MAX_DEPTH) throw NOT_PLAIN
    const start = this.#at
    const end = start + this.#readInt()
    if (end < start + 5 || end > this.#bytes.length) throw NOT_PLAIN
    return end
  }

  #readValue(type: number, depth: number): unknown {
    switch (type) {
      case STRING:
        return this.#readString()
      case INT:
        return this.#readInt()
      case DOUBLE:
        return this.#view.getFloat64(this.#skip(8), true)
      case OBJECT_ID:
        return this.#readId(depth)
      case DATE: {
        const at = this.#skip(8)
        return new Date(this.#view.getInt32(at + 4, true) * HIGH_WORD + this.#view.getUint32(at, true))
      }
      case BOOLEAN: {
        const value = this.#readByte()
        if (value > 1) throw NOT_PLAIN
        return value === 1
      }
      case NULL:
        return null
      case DOCUMENT:
        return this.#readDocument(depth + 1)
      case ARRAY:
        return this.#readArray(depth + 1)
      default:
        throw NOT_PLAIN
    }
  }

  #readId(depth: number): mongo.ObjectId {
    const at = this.#skip(12)
    // An inner id names an upload, which many customers have in common.
    if (depth > 0) return this.#common.shareId(this.#text.slice(at, at + 12), this.#bytes, at)
    return new mongo.ObjectId(this.#bytes.subarray(at, at + 12))
  }

  #readString(): string {
    const size = this.#readInt()
    const start = this.#at
    const end = start + size - 1
    if (size < 1 || end >= this.#bytes.length || this.#text.charCodeAt(end) !== 0) throw NOT_PLAIN
    this.#at = end + 1
    for (let at = start; at < end; at++) if (this.#text.charCodeAt(at) > 0x7f) return this.#decode(start, end)
    return this.#text.slice(start, end)
  }

  #decode(start: number, end: number): string {
    const text = this.#bytes.toString('utf8', start, end)
    // The driver decides whether this is the character itself or wrong UTF-8.
    if (text.includes('\ufffd')) throw NOT_PLAIN
    return text
  }

  #readByte(): number {
    return this.#bytes[this.#skip(1)] ?? 0
  }

  #readInt(): number {
    return this.#view.getInt32(this.#skip(4), true)
  }

  /** @returns the place before the skipped bytes */
  #skip(count: number): number {
    const at = this.#at
    if (at + count > this.#bytes.length) throw NOT_PLAIN
    this.#at = at + count
    return at
  }
}
