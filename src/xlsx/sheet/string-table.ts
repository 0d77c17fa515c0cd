import { closeSync, fstatSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs'

/** Bytes after which a block is closed; with one more text it still fits into a slot. */
const BLOCK_BYTES = 12 * 1024
/** A text of this size may follow the last one before the block is closed. */
const DRAFT_BYTES = 2 * BLOCK_BYTES
/** Bytes kept in memory before the table moves to disk. */
const MEMORY_BYTES = 4 * 1024 * 1024
const WRITE_BYTES = 256 * 1024
const SLOT_BYTES = 16 * 1024
const SLOTS = 256
/** Bytes of one text's end in a block. */
const END_BYTES = 4
/** Maximum of UTF-8 bytes per UTF-16 unit. */
const MAX_UNIT_BYTES = 3

interface StringTableOptions {
  /** Bytes of texts kept in memory; more move to disk. */
  readonly memoryBytes?: number
}

/**
 * The shared strings of a workbook by number, in flat memory. Small tables stay in memory. Large ones go to a
 * file of blocks, of which the last used ones are cached; sixteen bytes per block of about 12 KB stay.
 *
 * Reading and writing are synchronous: a cell needs its text at once, and blocks come from the system's
 * cache.
 */
export class StringTable {
  readonly #path: string
  readonly #memoryBytes: number
  #file: number | undefined
  /** By block: the number of its first text, and its position in the file. */
  #firsts = new Uint32Array(1024)
  #offsets = new Float64Array(1025)
  #blocks = 0
  #count = 0
  /** The block being filled. */
  #draft = Buffer.allocUnsafeSlow(DRAFT_BYTES)
  #draftBytes = 0
  #draftEnds: number[] = []
  /** Blocks while the table is in memory. */
  #kept: Buffer[] = []
  #out = Buffer.alloc(0)
  #outBytes = 0
  #written = 0
  /** Cached blocks: the slot of each block plus one, and the block of each slot. */
  #slotOf = new Uint16Array(1024)
  readonly #blockOf = new Int32Array(SLOTS).fill(-1)
  /** Slots used since the clock's hand last passed them. */
  readonly #isUsed = new Uint8Array(SLOTS)
  #hand = 0
  #slots = Buffer.alloc(0)
  /** The last requested block. */
  #last = -1
  #lastCount = 0
  #lastBuffer: Buffer = Buffer.alloc(0)
  #lastAt = 0

  /** @param path of the file, if one is needed; it must not exist */
  constructor(path: string, { memoryBytes = MEMORY_BYTES }: StringTableOptions = {}) {
    this.#path = path
    this.#memoryBytes = memoryBytes
  }

  get count(): number {
    return this.#count
  }

  /** True once the texts are in a file. */
  get isOnDisk(): boolean {
    return this.#file !== undefined
  }

  add(text: string): void {
    const needed = this.#draftBytes + text.length * MAX_UNIT_BYTES
    if (needed > this.#draft.length) {
      const larger = Buffer.allocUnsafeSlow(needed)
      this.#draft.copy(larger, 0, 0, this.#draftBytes)
      this.#draft = larger
    }
    this.#draftBytes += this.#draft.write(text, this.#draftBytes)
    this.#draftEnds.push(this.#draftBytes)
    this.#count += 1
    if (this.#draftBytes + END_BYTES * this.#draftEnds.length >= BLOCK_BYTES) this.#closeBlock()
  }

  /** Must be called once after the last `add`. */
  end(): void {
    if (this.#draftEnds.length > 0) this.#closeBlock()
    if (this.#file !== undefined) this.#drain(this.#file)
    this.#draft = Buffer.alloc(0)
  }

  /** Undefined if the table has no such text. */
  get(index: number): string | undefined {
    if (!(index >= 0 && index < this.#count)) return undefined
    const block = this.#find(index)
    const place = index - (this.#firsts[block] ?? 0)
    const buffer = this.#lastBuffer
    const ends = this.#lastAt
    const texts = ends + END_BYTES * this.#lastCount
    const from = place === 0 ? 0 : buffer.readUInt32LE(ends + END_BYTES * (place - 1))
    const to = buffer.readUInt32LE(ends + END_BYTES * place)
    return buffer.toString('utf8', texts + from, texts + to)
  }

  /**
   * Closes and deletes the file, in this order, because Windows does not delete an open file. Afterwards the
   * table is empty.
   */
  close(): void {
    const file = this.#file
    this.#count = 0
    this.#kept = []
    if (file === undefined) return
    this.#file = undefined
    closeSync(file)
    unlinkSync(this.#path)
  }

  #closeBlock(): void {
    const count = this.#draftEnds.length
    const size = END_BYTES * count + this.#draftBytes
    const block =
      this.#file === undefined ? Buffer.allocUnsafeSlow(size) : this.#ensureSpace(this.#file, size)
    for (let place = 0; place < count; place += 1)
      block.writeUInt32LE(this.#draftEnds[place] ?? 0, END_BYTES * place)
    this.#draft.copy(block, END_BYTES * count, 0, this.#draftBytes)
    this.#remember(this.#count - count, size)
    if (this.#draft.length > DRAFT_BYTES) this.#draft = Buffer.allocUnsafeSlow(DRAFT_BYTES)
    this.#draftBytes = 0
    this.#draftEnds = []
    if (this.#file !== undefined) return
    this.#kept.push(block)
    if ((this.#offsets[this.#blocks] ?? 0) > this.#memoryBytes) this.#moveToDisk()
  }

  #remember(first: number, size: number): void {
    if (this.#blocks + 1 >= this.#firsts.length) {
      const firsts = new Uint32Array(this.#firsts.length * 2)
      firsts.set(this.#firsts)
      this.#firsts = firsts
      const offsets = new Float64Array(this.#offsets.length * 2)
      offsets.set(this.#offsets)
      this.#offsets = offsets
      const slotOf = new Uint16Array(firsts.length)
      slotOf.set(this.#slotOf)
      this.#slotOf = slotOf
    }
    this.#firsts[this.#blocks] = first
    this.#offsets[this.#blocks + 1] = (this.#offsets[this.#blocks] ?? 0) + size
    this.#blocks += 1
  }

  #moveToDisk(): void {
    const file = openSync(this.#path, 'wx+', 0o600)
    this.#file = file
    this.#out = Buffer.allocUnsafeSlow(WRITE_BYTES)
    for (const block of this.#kept) block.copy(this.#ensureSpace(file, block.length))
    this.#kept = []
    this.#slots = Buffer.allocUnsafeSlow(SLOTS * SLOT_BYTES)
  }

  #ensureSpace(file: number, size: number): Buffer {
    if (this.#outBytes + size > this.#out.length) this.#drain(file)
    if (size > this.#out.length) this.#out = Buffer.allocUnsafeSlow(size)
    this.#outBytes += size
    return this.#out.subarray(this.#outBytes - size, this.#outBytes)
  }

  #drain(file: number): void {
    for (let done = 0; done < this.#outBytes; ) {
      done += writeSync(file, this.#out, done, this.#outBytes - done, this.#written + done)
    }
    this.#written += this.#outBytes
    this.#outBytes = 0
  }

  #find(index: number): number {
    if (this.#last >= 0 && this.#holds(this.#last, index)) return this.#last
    let low = 0
    let high = this.#blocks - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#firsts[middle] ?? 0) <= index) low = middle
      else high = middle - 1
    }
    this.#last = low
    this.#lastCount = this.#firstAfter(low) - (this.#firsts[low] ?? 0)
    this.#load(low)
    return low
  }

  #holds(block: number, index: number): boolean {
    return index >= (this.#firsts[block] ?? 0) && index < this.#firstAfter(block)
  }

  #firstAfter(block: number): number {
    return block + 1 < this.#blocks ? (this.#firsts[block + 1] ?? 0) : this.#count
  }

  #load(block: number): void {
    this.#lastAt = 0
    const file = this.#file
    if (file === undefined) {
      this.#lastBuffer = this.#kept[block] ?? this.#lastBuffer
      return
    }
    const known = this.#slotOf[block] ?? 0
    if (known > 0) {
      this.#useSlot(known - 1)
      return
    }
    const offset = this.#offsets[block] ?? 0
    const length = (this.#offsets[block + 1] ?? 0) - offset
    if (length > SLOT_BYTES) {
      this.#lastBuffer = Buffer.allocUnsafe(length)
      readFully(file, this.#lastBuffer, 0, length, offset)
      return
    }
    const slot = this.#freeSlot()
    readFully(file, this.#slots, slot * SLOT_BYTES, length, offset)
    this.#blockOf[slot] = block
    this.#slotOf[block] = slot + 1
    this.#useSlot(slot)
  }

  #useSlot(slot: number): void {
    this.#isUsed[slot] = 1
    this.#lastBuffer = this.#slots
    this.#lastAt = slot * SLOT_BYTES
  }

  /** A slot that was not used recently, by the clock algorithm. */
  #freeSlot(): number {
    while (this.#isUsed[this.#hand] === 1) {
      this.#isUsed[this.#hand] = 0
      this.#hand = (this.#hand + 1) % SLOTS
    }
    const slot = this.#hand
    this.#hand = (slot + 1) % SLOTS
    const former = this.#blockOf[slot] ?? -1
    if (former >= 0) this.#slotOf[former] = 0
    return slot
  }
}

function readFully(file: number, into: Buffer, at: number, length: number, position: number): void {
  for (let done = 0; done < length; ) {
    const read = readSync(file, into, at + done, length - done, position + done)
    if (read === 0)
      throw new Error(`The texts end at ${fstatSync(file).size} bytes, before ${position + length}.`)
    done += read
  }
}
