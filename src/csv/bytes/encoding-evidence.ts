import { isAscii, isUtf8 } from 'node:buffer'
import { incompleteUtf8Tail } from './utf8.ts'

const LF = 10
const CR = 13
/** Bytes of lines kept as a sample of the letters. */
const KEPT_BYTES = 12 * 1024
/** Maximum of bytes kept, including lines with new bytes: rating them takes some 20 ms per encoding. */
const MAX_KEPT_BYTES = 24 * 1024
/** Maximum of bytes kept per line. */
const LINE_BYTES = 512
/** Lines kept per byte value beyond the sample, so that every byte value of the file is seen. */
const LINES_PER_BYTE = 2

/** A line whose bytes are not UTF-8. */
export interface LegacyLine {
  readonly line: number
  readonly bytes: Buffer
}

/**
 * Collects lines of a file that are not UTF-8, enough to detect their encoding. Linear in the file, and
 * nearly free for a UTF-8 file.
 */
export class EncodingEvidence {
  readonly lines: LegacyLine[] = []
  /** First line with UTF-8 letters, or 0. */
  unicodeLine = 0
  /** Lines with UTF-8 letters, and lines that are not UTF-8. */
  unicodeLines = 0
  legacyLines = 0
  #kept = 0
  readonly #seen = new Uint16Array(256)
  #line = 1
  /** Starts with the line that the last chunk did not end. Reused, so that a file leaves no garbage. */
  #bytes: Buffer = Buffer.alloc(0)
  #carried = 0

  add(chunk: Uint8Array): void {
    const length = this.#carried + chunk.length
    if (length > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(2 * length)
      this.#bytes.copy(larger, 0, 0, this.#carried)
      this.#bytes = larger
    }
    this.#bytes.set(chunk, this.#carried)
    this.#carried = length
    const bytes = this.#bytes.subarray(0, length)
    const end = lastLineEnd(bytes)
    if (end < 0 && length < 64 * 1024) return
    // A line longer than a piece is checked in parts.
    const cut = end < 0 ? length - incompleteUtf8Tail(bytes) : end + 1
    this.#decide(bytes.subarray(0, cut))
    bytes.copyWithin(0, cut)
    this.#carried = length - cut
  }

  end(): void {
    this.#decide(this.#bytes.subarray(0, this.#carried))
    this.#carried = 0
  }

  get isUnicode(): boolean {
    return this.lines.length === 0
  }

  #decide(bytes: Buffer): void {
    if (isAscii(bytes) || (isUtf8(bytes) && this.unicodeLine > 0)) {
      this.#line += countLines(bytes)
      if (!isAscii(bytes)) this.unicodeLines += 1
      return
    }
    let start = 0
    let high = false
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes[at] ?? 0
      if (byte >= 0x80) high = true
      else if (byte === LF || byte === CR) {
        if (high) this.#addLine(bytes.subarray(start, at))
        high = false
        start = at + 1
        if (byte === LF || bytes[at + 1] !== LF) this.#line += 1
      }
    }
    if (high) this.#addLine(bytes.subarray(start))
  }

  #addLine(line: Buffer): void {
    if (isUtf8(line)) {
      this.unicodeLines += 1
      if (this.unicodeLine === 0) this.unicodeLine = this.#line
      return
    }
    this.legacyLines += 1
    const isNew = this.#countNew(line)
    if (this.#kept >= (isNew ? MAX_KEPT_BYTES : KEPT_BYTES)) return
    const kept = line.length <= LINE_BYTES ? line : cutAround(line)
    this.#kept += kept.length
    this.lines.push({ line: this.#line, bytes: Buffer.from(kept) })
  }

  #countNew(line: Buffer): boolean {
    let isNew = false
    for (const byte of line) {
      if (byte < 0x80) continue
      const count = this.#seen[byte] ?? 0
      if (count < LINES_PER_BYTE) {
        this.#seen[byte] = count + 1
        isNew = true
      }
    }
    return isNew
  }
}

function lastLineEnd(bytes: Buffer): number {
  return Math.max(bytes.lastIndexOf(LF), bytes.lastIndexOf(CR))
}

function countLines(bytes: Buffer): number {
  let count = 0
  for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) count += 1
  for (let at = bytes.indexOf(CR); at !== -1; at = bytes.indexOf(CR, at + 1))
    if (bytes[at + 1] !== LF) count += 1
  return count
}

/** The part of a long line around its first letter outside ASCII, without cutting a multi-byte letter. */
function cutAround(line: Buffer): Buffer {
  const first = line.findIndex((byte) => byte >= 0x80)
  let start = Math.max(0, first - LINE_BYTES / 4)
  while (start > 0 && start < first && (line[start - 1] ?? 0) > 0x2f) start += 1
  let end = Math.min(line.length, start + LINE_BYTES)
  while (end > first + 1 && end < line.length && (line[end] ?? 0) > 0x2f) end -= 1
  return line.subarray(start, end)
}
