import { isAscii, isUtf8 } from 'node:buffer'
import iconv from 'iconv-lite'
import { AppError } from '../../errors.ts'
import type { DetectedEncoding } from './detect-encoding.ts'
import { endOfLine, LegacyLines } from './legacy-lines.ts'
import { DoubleUtf8Mender } from './mend-double-utf8.ts'
import { findInvalidUtf8, hasUtf8Letters, incompleteUtf8Tail } from './utf8.ts'

const LF = 10
const CR = 13
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are ASCII
const NOT_ASCII = /[^\x00-\x7f]/
/** Maximum of bytes held until a line ends. */
const LINE_BYTES = 32 * 1024

/** A first occurrence during decoding, and the text of the same piece before it. */
export interface DecodingEvent {
  readonly kind:
    | 'legacy_letters'
    | 'stray_bytes'
    | 'unicode_lines'
    | 'nul_characters'
    | 'double_utf8'
    | 'unassigned_bytes'
    | 'lost_characters'
    | 'cut_character'
  readonly before: string
}

export interface DecodedPiece {
  readonly text: string
  readonly events: readonly DecodingEvent[]
}

/**
 * Single-byte encodings of Western Europe, in which a valid UTF-8 byte pair is never meant as two letters.
 */
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
/** Names iconv-lite knows that are no text encodings. */
const NOT_TEXT = new Set(['hex', 'base64', 'internal'])

const simplify = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '')

/** @throws AppError unknown_encoding */
export function requireEncoding(name: string): void {
  if (!isKnownEncoding(name)) throw new AppError('unknown_encoding', { encoding: name })
}

/** True if text can be decoded with it. */
export function isKnownEncoding(name: string): boolean {
  return !NOT_TEXT.has(simplify(name)) && iconv.encodingExists(name)
}

/**
 * Decodes bytes piece by piece, without silently losing a character.
 *
 * UTF-8 is checked to the end: a file's first letter outside ASCII may come late. A byte that is not UTF-8 is
 * read with the fallback encoding. With a Western fallback this is decided per byte, so a file joined from
 * both encodings is read correctly. With any other fallback, which may be multi-byte, everything from there
 * on uses it, unless UTF-8 letters came before.
 */
export class TextReader {
  #fallback: string
  #isWestern: boolean
  #decoder: iconv.DecoderStream | null = null
  /** Decodes a file of an old encoding, in which some lines may be UTF-8. */
  #lines: LegacyLines | null = null
  #encoding: string
  #carry: Buffer = Buffer.alloc(0)
  #heldBack = ''
  #sawUtf8Letters = false
  #isStart = true
  #oddBytes = 0
  #bytesPerUnit: number
  readonly #mender = new DoubleUtf8Mender()
  /** The whole file is read with a detected encoding, which no event has reported yet. */
  #isGuessed = false
  readonly #seen = new Set<DecodingEvent['kind']>()
  #events: DecodingEvent[] = []

  /** @param stated an encoding given by the caller, used instead of the detected one */
  constructor(detected: DetectedEncoding, fallback: string, stated?: string) {
    this.#fallback = fallback
    this.#isWestern = WESTERN.has(simplify(fallback))
    // `utf-16` alone leaves the byte order open; the byte order mark decides.
    const isOpen = stated !== undefined && detected.bomBytes > 0 && /^utf(16|32)$/.test(simplify(stated))
    const shown = isOpen ? undefined : stated
    const named = shown ?? (detected.encoding === 'legacy' ? fallback : detected.encoding)
    this.#encoding = named
    const isUtf8Named = simplify(named) === 'utf8'
    if (isUtf8Named) this.#encoding = 'utf-8'
    else if (stated !== undefined || detected.encoding !== 'legacy' || !this.#isWestern)
      this.#useDecoder(named)
    this.#isGuessed = stated === undefined && detected.encoding === 'legacy' && this.#isWhollyDecoded
    this.#bytesPerUnit = /^utf16|^ucs2/.test(simplify(named)) ? 2 : 1
  }

  /**
   * True if the fallback is about to be used for the first time. Then `fallback` may still be set.
   * @param piece the next piece to decode
   */
  needsFallback(piece: Buffer): boolean {
    if (this.#isWhollyDecoded || this.#seen.has('legacy_letters') || this.#seen.has('stray_bytes'))
      return false
    const bytes = this.#carry.length > 0 ? Buffer.concat([this.#carry, piece]) : piece
    return !isUtf8(bytes.subarray(0, bytes.length - incompleteUtf8Tail(bytes)))
  }

  /** The encoding of bytes that are not UTF-8. */
  get fallback(): string {
    return this.#fallback
  }

  set fallback(encoding: string) {
    this.#fallback = encoding
    this.#isWestern = WESTERN.has(simplify(encoding))
  }

  /** The encoding as known so far. */
  get encoding(): string {
    return this.#encoding
  }

  decode(piece: Buffer): DecodedPiece {
    return this.#finish(
      this.#isWhollyDecoded ? this.#decodeWhole(piece) : this.#decodeUtf8(piece, false),
      false,
    )
  }

  /** The rest after the last byte. */
  end(): DecodedPiece {
    const rest = this.#isWhollyDecoded ? this.#endWhole() : this.#decodeUtf8(Buffer.alloc(0), true)
    if (this.#oddBytes % this.#bytesPerUnit !== 0) this.#report('cut_character', rest)
    return this.#finish(rest, true)
  }

  #useDecoder(encoding: string): void {
    this.#encoding = encoding
    if (/^(?:utf|ucs)/.test(simplify(encoding)))
      this.#decoder = iconv.getDecoder(encoding, { stripBOM: false })
    else this.#lines = new LegacyLines(encoding)
  }

  get #isWhollyDecoded(): boolean {
    return this.#decoder !== null || this.#lines !== null
  }

  #decodeWhole(piece: Buffer): string {
    this.#oddBytes += piece.length
    return this.#decoder?.write(piece) ?? this.#takeLines(this.#lines?.write(piece))
  }

  #endWhole(): string {
    return this.#decoder ? (this.#decoder.end() ?? '') : this.#takeLines(this.#lines?.end())
  }

  #takeLines(found: ReturnType<LegacyLines['write']> | undefined): string {
    if (found?.before != null) this.#report('unicode_lines', found.before)
    return found?.text ?? ''
  }

  #decodeUtf8(piece: Buffer, isEnd: boolean): string {
    const bytes = this.#carry.length > 0 ? Buffer.concat([this.#carry, piece]) : piece
    const tail = isEnd ? 0 : this.#tailOf(bytes)
    const body = tail > 0 ? bytes.subarray(0, bytes.length - tail) : bytes
    this.#carry = Buffer.from(bytes.subarray(bytes.length - tail))
    if (isUtf8(body)) {
      const text = iconv.decode(body, 'utf-8', { stripBOM: false })
      if (!this.#sawUtf8Letters && !isAscii(body)) this.#noteUtf8(text, [])
      return text
    }
    const isAllLegacy = this.#seen.has('legacy_letters') && this.#isWestern && !hasUtf8Letters(body)
    return isAllLegacy ? this.#decodeLegacy(body) : this.#decodeMixed(body)
  }

  /** Number of bytes at the end that need the following ones. */
  #tailOf(bytes: Buffer): number {
    const tail = incompleteUtf8Tail(bytes)
    if (this.#isWestern) return tail
    // Multi-byte letters are decoded line by line.
    const line = bytes.length - 1 - Math.max(bytes.lastIndexOf(LF), bytes.lastIndexOf(CR))
    return line <= LINE_BYTES ? line : tail
  }

  /** Decodes lines that are not UTF-8 among UTF-8 lines, each as a whole. */
  #decodeLines(body: Buffer): string {
    const parts: string[] = []
    let start = 0
    while (start < body.length) {
      const end = endOfLine(body, start)
      const line = body.subarray(start, end)
      if (isUtf8(line)) parts.push(iconv.decode(line, 'utf-8', { stripBOM: false }))
      else {
        this.#reportLegacy(parts)
        parts.push(this.#decodeLegacy(line))
      }
      start = end
    }
    return parts.join('')
  }

  #decodeMixed(body: Buffer): string {
    if (!this.#isWestern && this.#sawUtf8Letters) return this.#decodeLines(body)
    const parts: string[] = []
    for (let at = 0; at < body.length; ) {
      const bad = findInvalidUtf8(body, at)
      const good = body.subarray(at, bad)
      if (good.length > 0) {
        const text = iconv.decode(good, 'utf-8', { stripBOM: false })
        if (!this.#sawUtf8Letters && !isAscii(good)) this.#noteUtf8(text, parts)
        parts.push(text)
      }
      if (bad >= body.length) break
      if (!this.#isWestern && this.#sawUtf8Letters) {
        // The letters before may belong to the same line.
        return this.#decodeLines(body)
      }
      this.#reportLegacy(parts)
      if (!this.#isWestern && !this.#sawUtf8Letters) {
        const rest = Buffer.concat([body.subarray(bad), this.#carry])
        this.#carry = Buffer.alloc(0)
        this.#useDecoder(this.#fallback)
        parts.push(this.#decodeWhole(rest))
        break
      }
      let end = bad + 1
      while (end < body.length && findInvalidUtf8(body, end) === end) end += 1
      parts.push(this.#decodeLegacy(body.subarray(bad, end)))
      at = end
    }
    return parts.join('')
  }

  /** Letters of UTF-8 after those of another encoding: the file was joined from both. */
  #noteUtf8(text: string, parts: readonly string[]): void {
    this.#sawUtf8Letters = true
    if (this.#seen.has('legacy_letters'))
      this.#report('unicode_lines', parts.join('') + text.slice(0, text.search(NOT_ASCII)))
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
    return iconv.decode(bytes, this.#fallback, { stripBOM: false })
  }

  #finish(decoded: string, isEnd: boolean): DecodedPiece {
    let text = this.#heldBack + decoded
    this.#heldBack = ''
    if (this.#isStart && text !== '') {
      text = text.replace(/^\uFEFF+/, '')
      if (text !== '') this.#isStart = false
    }
    if (this.#isGuessed) this.#reportGuess(text)
    if (this.#encoding === 'utf-8' && this.#sawUtf8Letters) text = this.#mendDouble(text, isEnd)
    const last = text.charCodeAt(text.length - 1)
    if (!isEnd && this.#heldBack === '' && last >= 0xd800 && last <= 0xdbff) {
      this.#heldBack = text.slice(-1)
      text = text.slice(0, -1)
    }
    if (this.#bytesPerUnit === 2) text = text.replace(/\p{Surrogate}/gu, '\uFFFD')
    const lost = text.indexOf('\uFFFD')
    if (lost >= 0 && !this.#isStatedWrongly)
      this.#report(this.#isLegacy ? 'unassigned_bytes' : 'lost_characters', text.slice(0, lost))
    const nul = text.indexOf('\0')
    if (nul >= 0) {
      this.#report('nul_characters', text.slice(0, nul))
      text = text.replaceAll('\0', '')
    }
    const events = this.#events
    this.#events = []
    return { text, events }
  }

  #reportGuess(text: string): void {
    const first = text.search(NOT_ASCII)
    if (first < 0) return
    this.#isGuessed = false
    this.#report('legacy_letters', text.slice(0, first))
  }

  /** Repairs text that was saved as UTF-8 twice; an end that may continue is held back. */
  #mendDouble(text: string, isEnd: boolean): string {
    const end = isEnd ? text.length : DoubleUtf8Mender.openEnd(text)
    const whole = end < text.length ? text.slice(0, end) : text
    this.#heldBack = text.slice(end)
    const mended = this.#mender.mend(whole)
    if (mended.first >= 0) this.#report('double_utf8', whole.slice(0, mended.first))
    return mended.text
  }

  /** A person named UTF-8 for a file that is not UTF-8: the event about its bytes reports it. */
  get #isStatedWrongly(): boolean {
    return (
      simplify(this.#fallback) === 'utf8' &&
      (this.#seen.has('legacy_letters') || this.#seen.has('stray_bytes'))
    )
  }

  get #isLegacy(): boolean {
    return !/^(utf|ucs)/.test(simplify(this.#encoding)) || this.#seen.has('stray_bytes')
  }

  #report(kind: DecodingEvent['kind'], before: string): void {
    if (this.#seen.has(kind)) return
    this.#seen.add(kind)
    this.#events.push({ kind, before })
  }
}
