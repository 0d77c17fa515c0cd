import { isAscii, isUtf8 } from 'node:buffer'
import iconv from 'iconv-lite'
import { countUtf8Proof } from './utf8.ts'

const LF = 10
const CR = 13
/** Maximum of bytes held until a line ends. */
const LINE_BYTES = 32 * 1024
/** Bytes after lead bytes that prove a line to be UTF-8: two letters of Europe, or two of East Asia. */
const PROOF = 2
const PROOF_BESIDE_WIDE = 4

const HIGH_BYTES = Buffer.from(Array.from({ length: 128 }, (_, at) => 128 + at))

/**
 * Decodes a file of an old encoding. Lines that are UTF-8, as where files were joined, are decoded as such:
 * text of an old encoding is hardly ever valid UTF-8 by chance.
 */
export class LegacyLines {
  readonly #decoder: iconv.DecoderStream
  readonly #proof: number
  #carry: Buffer = Buffer.alloc(0)
  /** The start of the current line is decoded already. */
  #isInside = false

  constructor(encoding: string) {
    this.#decoder = iconv.getDecoder(encoding, { stripBOM: false })
    const isWide = iconv.decode(HIGH_BYTES, encoding, { stripBOM: false }).length < HIGH_BYTES.length
    this.#proof = isWide ? PROOF_BESIDE_WIDE : PROOF
  }

  /** @returns the text, and what stands before its first line of UTF-8; null if there is none */
  write(piece: Buffer): { readonly text: string; readonly before: string | null } {
    const bytes = this.#carry.length > 0 ? Buffer.concat([this.#carry, piece]) : piece
    const end = Math.max(bytes.lastIndexOf(LF), bytes.lastIndexOf(CR)) + 1
    const isLong = bytes.length - end > LINE_BYTES
    this.#carry = isLong ? Buffer.alloc(0) : Buffer.from(bytes.subarray(end))
    const body = isLong ? bytes : bytes.subarray(0, end)
    const found = this.#decode(body)
    if (body.length > 0) this.#isInside = isLong
    return found
  }

  end(): { readonly text: string; readonly before: string | null } {
    const { text, before } = this.#decode(this.#carry)
    this.#carry = Buffer.alloc(0)
    return { text: text + (this.#decoder.end() ?? ''), before }
  }

  #decode(body: Buffer): { readonly text: string; readonly before: string | null } {
    if (isAscii(body) || countUtf8Proof(body) < this.#proof)
      return { text: this.#decoder.write(body), before: null }
    const parts: string[] = []
    let before: string | null = null
    let from = 0
    for (let start = this.#isInside ? endOfLine(body, 0) : 0; start < body.length; ) {
      const end = endOfLine(body, start)
      const line = body.subarray(start, end)
      if (isUtf8(line) && countUtf8Proof(line) >= this.#proof) {
        parts.push(this.#decoder.write(body.subarray(from, start)))
        before ??= parts.join('')
        parts.push(line.toString('utf8'))
        from = end
      }
      start = end
    }
    parts.push(this.#decoder.write(body.subarray(from)))
    return { text: parts.join(''), before }
  }
}

/** Index after the line end of the line that starts at `from`. */
export function endOfLine(bytes: Buffer, from: number): number {
  for (let at = from; at < bytes.length; at += 1) {
    const byte = bytes[at]
    if (byte === LF || byte === CR) return at + 1
  }
  return bytes.length
}
