import { isAscii, isUtf8 } from 'node:buffer'
import iconv from 'iconv-lite'
import { AppError } from '../../errors.ts'
import type { DetectedEncoding } from './detect-encoding.ts'
import { findInvalidUtf8, hasUtf8Letters, incompleteUtf8Tail } from './utf8.ts'

/** What was met for the first time while decoding, and the text of the same piece that stands before it. */
export interface DecodingEvent {
  readonly kind: 'legacy_letters' | 'stray_bytes' | 'nul_characters' | 'lost_characters' | 'cut_character'
  readonly before: string
}

export interface DecodedPiece {
  readonly text: string
  readonly events: readonly DecodingEvent[]
}

/** Single-byte encodings of Western Europe, where a byte pair that is valid UTF-8 is never meant as two letters. */
const WESTERN = new Set([
  'windows1252',
  'cp1252',
  'win1252',
  'latin1',
  'iso88591',
  'iso885915',
  'latin9',
  'ansi',
])
/** Names iconv-lite knows that are no encodings of text. */
const NOT_TEXT = new Set(['hex', 'base64', 'internal'])

const simplify = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '')

/** @throws AppError unknown_encoding */
export function requireEncoding(name: string): void {
  if (!isKnownEncoding(name)) throw new AppError('unknown_encoding', { encoding: name })
}

/** Whether text can be read in it. */
export function isKnownEncoding(name: string): boolean {
  return !NOT_TEXT.has(simplify(name)) && iconv.encodingExists(name)
}

/**
 * Bytes to text, piece by piece, without ever losing a character silently.
 *
 * UTF-8 is checked all the way: the first letter outside ASCII may come at the end of a large file. Where a byte is
 * not UTF-8, it is read in the fallback encoding. With a Western fallback that is decided byte by byte, so that a
 * file put together from both kinds is read right; with another one (it may use several bytes per letter) everything
 * from there on is read in it, unless UTF-8 letters were seen before.
 */
export class TextReader {
  readonly #fallback: string
  readonly #isWestern: boolean
  #decoder: iconv.DecoderStream | null = null
  #encoding: string
  #carry: Buffer = Buffer.alloc(0)
  #heldBack = ''
  #sawUtf8Letters = false
  #isStart = true
  #oddBytes = 0
  #bytesPerUnit: number
  readonly #seen = new Set<DecodingEvent['kind']>()
  #events: DecodingEvent[] = []

  /** @param stated an encoding named by the caller, used in place of the detected one */
  constructor(detected: DetectedEncoding, fallback: string, stated?: string) {
    this.#fallback = fallback
    this.#isWestern = WESTERN.has(simplify(fallback))
    // `utf-16` alone leaves open which, and the mark at the beginning of the file has told.
    const isOpen = stated !== undefined && detected.bomBytes > 0 && /^utf(16|32)$/.test(simplify(stated))
    const told = isOpen ? undefined : stated
    const named = told ?? (detected.encoding === 'legacy' ? fallback : detected.encoding)
    this.#encoding = named
    const isUtf8Named = simplify(named) === 'utf8'
    if (isUtf8Named) this.#encoding = 'utf-8'
    else if (stated !== undefined || detected.encoding !== 'legacy' || !this.#isWestern)
      this.#useDecoder(named)
    this.#bytesPerUnit = /^utf16|^ucs2/.test(simplify(named)) ? 2 : 1
  }

  /** The encoding as known so far. */
  get encoding(): string {
    return this.#encoding
  }

  decode(piece: Buffer): DecodedPiece {
    return this.#finish(
      this.#decoder ? this.#decodeWith(this.#decoder, piece) : this.#decodeUtf8(piece, false),
      false,
    )
  }

  /** What is left when the bytes have ended. */
  end(): DecodedPiece {
    const rest = this.#decoder ? (this.#decoder.end() ?? '') : this.#decodeUtf8(Buffer.alloc(0), true)
    if (this.#oddBytes % this.#bytesPerUnit !== 0) this.#report('cut_character', rest)
    return this.#finish(rest, true)
  }

  #useDecoder(encoding: string): iconv.DecoderStream {
    this.#encoding = encoding
    this.#decoder = iconv.getDecoder(encoding, { stripBOM: false })
    return this.#decoder
  }

  #decodeWith(decoder: iconv.DecoderStream, piece: Buffer): string {
    this.#oddBytes += piece.length
    return decoder.write(piece)
  }

  #decodeUtf8(piece: Buffer, isEnd: boolean): string {
    const bytes = this.#carry.length > 0 ? Buffer.concat([this.#carry, piece]) : piece
    const tail = isEnd ? 0 : incompleteUtf8Tail(bytes)
    const body = tail > 0 ? bytes.subarray(0, bytes.length - tail) : bytes
    this.#carry = Buffer.from(bytes.subarray(bytes.length - tail))
    if (isUtf8(body)) {
      if (!this.#sawUtf8Letters && !isAscii(body)) this.#sawUtf8Letters = true
      return iconv.decode(body, 'utf-8', { stripBOM: false })
    }
    const isAllLegacy = this.#seen.has('legacy_letters') && this.#isWestern && !hasUtf8Letters(body)
    return isAllLegacy ? this.#decodeLegacy(body) : this.#decodeMixed(body)
  }

  #decodeMixed(body: Buffer): string {
    const parts: string[] = []
    for (let at = 0; at < body.length; ) {
      const bad = findInvalidUtf8(body, at)
      const good = body.subarray(at, bad)
      if (good.length > 0) {
        if (!isAscii(good)) this.#sawUtf8Letters = true
        parts.push(iconv.decode(good, 'utf-8', { stripBOM: false }))
      }
      if (bad >= body.length) break
      this.#reportLegacy(parts)
      if (!this.#isWestern && !this.#sawUtf8Letters) {
        const rest = Buffer.concat([body.subarray(bad), this.#carry])
        this.#carry = Buffer.alloc(0)
        parts.push(this.#decodeWith(this.#useDecoder(this.#fallback), rest))
        break
      }
      let end = bad + 1
      while (end < body.length && findInvalidUtf8(body, end) === end) end += 1
      parts.push(this.#decodeLegacy(body.subarray(bad, end)))
      at = end
    }
    return parts.join('')
  }

  #reportLegacy(parts: readonly string[]): void {
    if (this.#seen.has('legacy_letters') || this.#seen.has('stray_bytes')) return
    if (this.#sawUtf8Letters && this.#encoding === 'utf-8') this.#report('stray_bytes', parts.join(''))
    else {
      this.#encoding = this.#fallback
      this.#report('legacy_letters', parts.join(''))
    }
  }

  #decodeLegacy(bytes: Buffer): string {
    const text = iconv.decode(bytes, this.#fallback, { stripBOM: false })
    if (!this.#isWestern || !text.includes('\uFFFD')) return text
    // Five bytes are unassigned in windows-1252; browsers read them as the control characters of the same number
    // (WHATWG Encoding, index windows-1252), which loses nothing.
    return text.replace(/\uFFFD/g, (_, index: number) => String.fromCharCode(bytes[index] ?? 0xfffd))
  }

  #finish(decoded: string, isEnd: boolean): DecodedPiece {
    let text = this.#heldBack + decoded
    this.#heldBack = ''
    if (this.#isStart && text !== '') {
      text = text.replace(/^\uFEFF+/, '')
      if (text !== '') this.#isStart = false
    }
    const last = text.charCodeAt(text.length - 1)
    if (!isEnd && last >= 0xd800 && last <= 0xdbff) {
      this.#heldBack = text.slice(-1)
      text = text.slice(0, -1)
    }
    if (this.#bytesPerUnit === 2) text = text.replace(/\p{Surrogate}/gu, '\uFFFD')
    const lost = text.indexOf('\uFFFD')
    if (lost >= 0) this.#report('lost_characters', text.slice(0, lost))
    const nul = text.indexOf('\0')
    if (nul >= 0) {
      this.#report('nul_characters', text.slice(0, nul))
      text = text.replaceAll('\0', '')
    }
    const events = this.#events
    this.#events = []
    return { text, events }
  }

  #report(kind: DecodingEvent['kind'], before: string): void {
    if (this.#seen.has(kind)) return
    this.#seen.add(kind)
    this.#events.push({ kind, before })
  }
}
