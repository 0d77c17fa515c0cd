import iconv from 'iconv-lite'
import { decideEncoding, type EncodingReading } from './decide-encoding.ts'
import { detectEncoding } from './detect-encoding.ts'
import { EncodingEvidence } from './encoding-evidence.ts'
import { PIECE_BYTES } from './read-pieces.ts'
import { hasOnlyCutLetters } from './utf8.ts'

/** How bytes that are not UTF-8 are decoded. */
export type ProbedEncoding =
  | { readonly kind: 'unicode' }
  | { readonly kind: 'legacy'; readonly encoding: string }
  /** No reading is proved, or several are equally likely: a person must choose. */
  | { readonly kind: 'open'; readonly readings: readonly EncodingReading[] }

/** Hints for the detection. */
export interface EncodingHints {
  /** Region of the list: ISO 3166. */
  readonly region?: string | undefined
  /** The encoding to use unless the bytes prove another one: an iconv-lite name. */
  readonly fallback?: string | undefined
}

/** Milliseconds of work after which other tasks get their turn. */
const TURN_MS = 8

/** Reads a file's bytes as they pass, and detects their encoding afterwards. */
export class EncodingProbe {
  readonly #evidence = new EncodingEvidence()
  #head: Buffer = Buffer.alloc(0)
  #bytes = 0

  add(chunk: Uint8Array): void {
    this.#bytes += chunk.length
    if (this.#head.length < PIECE_BYTES)
      this.#head = Buffer.concat([this.#head, chunk.subarray(0, PIECE_BYTES - this.#head.length)])
    this.#evidence.add(chunk)
  }

  async rate({ region, fallback }: EncodingHints): Promise<ProbedEncoding> {
    this.#evidence.end()
    const { encoding } = detectEncoding(this.#head, this.#bytes === this.#head.length)
    const isWide = encoding.startsWith('utf-16') || encoding.startsWith('utf-32')
    if (isWide || this.#evidence.isUnicode) return { kind: 'unicode' }
    if (fallback !== undefined && this.#canBe(fallback)) return { kind: 'legacy', encoding: fallback }
    const { lines, unicodeLines } = this.#evidence
    if (unicodeLines > 0 && lines.every(({ bytes }) => hasOnlyCutLetters(bytes)))
      return { kind: 'legacy', encoding: 'utf-8' }
    let turn = performance.now()
    const checked = await decideEncoding(this.#evidence, region, async () => {
      if (performance.now() - turn < TURN_MS) return
      await new Promise(setImmediate)
      turn = performance.now()
    })
    return checked.kind === 'open' ? checked : { kind: 'legacy', encoding: checked.encoding }
  }

  /** True if every byte so far has a letter in the encoding. */
  #canBe(encoding: string): boolean {
    return this.#evidence.lines.every(
      ({ bytes }) => !iconv.decode(bytes, encoding, { stripBOM: false }).includes('\uFFFD'),
    )
  }
}
