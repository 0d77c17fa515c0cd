import { isUtf8 } from 'node:buffer'
import { TextDecoder } from 'node:util'
import { damaged } from '../bounds/index.ts'

/** Characters from the start that can contain the XML declaration. */
const DECLARATION_BYTES = 256
/** Longer text behind a tag is not held back. */
const MAX_HELD_BYTES = 1024
const GREATER = 0x3e
const UNICODE = /^(utf-?8|utf-?16(le|be)?|us-ascii|ascii)$/i

interface Decoder {
  write(bytes: Buffer): string
  end(): string
}

/**
 * Decodes an XML part, with line ends as LF. UTF-8 and UTF-16 are detected by the first bytes, other
 * encodings by the declaration. Invalid bytes are an error: a replaced letter would be a wrong value.
 * @throws AppError workbook_damaged
 */
export async function* decodeXml(bytes: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let decoder: Decoder | undefined
  const lines = new LineEnds()
  for await (const chunk of bytes) {
    decoder ??= decoderFor(chunk)
    const text = lines.write(decoder.write(chunk))
    if (text !== '') yield text
  }
  const rest = lines.write(decoder?.end() ?? '') + lines.end()
  if (rest !== '') yield rest
}

/** Turns CR LF and CR into one LF, also if a cut splits the pair. */
class LineEnds {
  #endsInReturn = false

  write(text: string): string {
    if (text === '') return ''
    const whole = this.#endsInReturn ? `\r${text}` : text
    this.#endsInReturn = whole.endsWith('\r')
    if (!whole.includes('\r')) return whole
    return (this.#endsInReturn ? whole.slice(0, -1) : whole).replace(/\r\n?/g, '\n')
  }

  end(): string {
    return this.#endsInReturn ? '\n' : ''
  }
}

function decoderFor(first: Buffer): Decoder {
  const [a, b, c] = first
  if ((a === 0xff && b === 0xfe) || (a === 0x3c && b === 0)) return textDecoder('utf-16le')
  if ((a === 0xfe && b === 0xff) || (a === 0 && b === 0x3c)) return textDecoder('utf-16be')
  if (a === 0xef && b === 0xbb && c === 0xbf) return new Utf8Decoder()
  const declaration = first.toString('latin1', 0, DECLARATION_BYTES)
  const label = /^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([^"']+)["']/.exec(declaration)?.[1] ?? 'utf-8'
  return UNICODE.test(label) ? new Utf8Decoder() : textDecoder(label)
}

function textDecoder(label: string): Decoder {
  const decoder = makeTextDecoder(label)
  const decode = (use: () => string) => {
    try {
      return use()
    } catch (error) {
      throw damaged('its text is not in the encoding it states', error)
    }
  }
  return {
    write: (bytes) => decode(() => decoder.decode(bytes, { stream: true })),
    end: () => decode(() => decoder.decode()),
  }
}

function makeTextDecoder(label: string): TextDecoder {
  try {
    return new TextDecoder(label, { fatal: true })
  } catch (error) {
    throw damaged('its text is in an unknown encoding', error)
  }
}

/** Several times as fast as the platform's streaming decoder, and as strict. */
class Utf8Decoder implements Decoder {
  /** Starts with the bytes held back from the last chunk: the start of a character, or of a tag. Reused. */
  #bytes: Buffer = Buffer.alloc(0)
  #held = 0
  #isFirst = true

  write(bytes: Buffer): string {
    const length = this.#held + bytes.length
    if (length > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(length + MAX_HELD_BYTES)
      this.#bytes.copy(larger, 0, 0, this.#held)
      this.#bytes = larger
    }
    bytes.copy(this.#bytes, this.#held)
    const all = this.#bytes.subarray(0, length)
    this.#held = heldBytes(all)
    const text = this.#decode(all.subarray(0, length - this.#held))
    all.copyWithin(0, length - this.#held)
    return text
  }

  end(): string {
    const rest = this.#bytes.subarray(0, this.#held)
    if (unfinishedBytes(rest) > 0) throw damaged('its text ends inside a character')
    return this.#decode(rest)
  }

  #decode(bytes: Buffer): string {
    if (!isUtf8(bytes)) throw damaged('its text is not UTF-8')
    const text = bytes.toString('utf8')
    if (!this.#isFirst || text === '') return text
    this.#isFirst = false
    return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
  }
}

/**
 * Number of bytes at the end to decode later. A piece that ends with a tag leaves the scanner no rest, which it
 * would join with the next piece in a copy of both.
 */
function heldBytes(bytes: Buffer): number {
  const tagEnd = bytes.lastIndexOf(GREATER) + 1
  const behind = bytes.length - tagEnd
  return tagEnd > 0 && behind <= MAX_HELD_BYTES ? behind : unfinishedBytes(bytes)
}

/** Number of bytes at the end that begin an incomplete character: 0 to 3. */
function unfinishedBytes(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) return 0
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? back : 0
  }
  return 0
}
