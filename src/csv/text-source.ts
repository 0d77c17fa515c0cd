import { nameEncoding } from '../encoding-names.ts'
import type { ErrorDetails } from '../error-texts/index.ts'
import { AppError, type ErrorCode } from '../errors.ts'
import {
  type DecodedPiece,
  type DecodingEvent,
  detectEncoding,
  EncodingProbe,
  PIECE_BYTES,
  PieceReader,
  TextReader,
} from './bytes/index.ts'
import type { ByteSource, CsvOptions } from './csv-file.ts'
import { recogniseFormat } from './detect/index.ts'
import { countLineBreaks, RECORD_LIMIT } from './records/index.ts'
import type { TextFilter } from './text-filters.ts'

/** Milliseconds of work after which other tasks get their turn. */
const TURN_MS = 8
const DEFAULT_FALLBACK = 'windows-1252'

/** Text with the line it starts in. */
interface PlacedText {
  readonly line: number
  readonly text: string
}

/** The file as text, piece by piece, with notes about decisions made while reading. */
export class TextSource {
  /** Sentences for the receipt. */
  readonly notes: string[] = []
  isEnded = false
  readonly #options: CsvOptions
  readonly #pieces: PieceReader
  #reader: TextReader | undefined
  #filter: TextFilter | null = null
  #turnStarted = performance.now()
  #isCurly = false

  constructor(source: ByteSource, options: CsvOptions) {
    this.#options = options
    this.#pieces = new PieceReader(source, options.limits.maxBytes, options.fileName)
  }

  /** iconv-lite name, as known so far. */
  get encoding(): string {
    return this.#reader?.encoding ?? 'utf-8'
  }

  get isClosed(): boolean {
    return this.#pieces.isClosed
  }

  async close(): Promise<void> {
    await this.#pieces.close()
  }

  /**
   * The first text, from the first non-empty line on: some 32,000 characters, or as many as the first line
   * needs.
   * @throws AppError not_csv, file_empty
   */
  async readHead(): Promise<PlacedText> {
    let head = await this.#readFirst()
    while (!this.isEnded && head.text.length < PIECE_BYTES / 2)
      head = skipBlankLines(await this.#extend(head))
    head = await this.#readFirstLine(head)
    if (head.text.trim() === '') throw refuse('file_empty', this.#options.fileName)
    return head
  }

  /** Extends the text until its first line has ended or is too long to be one. */
  async #readFirstLine(head: PlacedText): Promise<PlacedText> {
    const parts = [head.text]
    let length = head.text.length
    let hasLine = /[\r\n]./s.test(head.text)
    while (!this.isEnded && !hasLine && length <= RECORD_LIMIT) {
      const last = parts.at(-1) ?? ''
      const text = (await this.next(() => ({ line: head.line, text: parts.join('') }))) ?? ''
      if (text === '') continue
      hasLine = /[\r\n]./s.test(last.slice(-1) + text)
      parts.push(text)
      length += text.length
    }
    return { line: head.line, text: parts.join('') }
  }

  async #readFirst(): Promise<PlacedText> {
    const { encoding, fallbackEncoding = DEFAULT_FALLBACK, fileName } = this.#options
    const bytes = await this.#pieces.next()
    if (bytes === null) throw refuse('file_empty', fileName)
    const detected = detectEncoding(bytes, bytes.length < PIECE_BYTES)
    const isLegacy = detected.encoding === 'legacy'
    if (isLegacy) this.#refuseFormat(bytes, bytes.toString('latin1'))
    const fallback = isLegacy ? await this.#decide(bytes) : fallbackEncoding
    this.#reader = new TextReader(detected, fallback, encoding)
    if (!isLegacy) await this.#decideFallback(bytes.subarray(detected.bomBytes))
    const nothing = { line: 1, text: '' }
    const text = this.#accept(this.#reader.decode(bytes.subarray(detected.bomBytes)), () => nothing)
    this.#refuseFormat(bytes, text)
    return skipBlankLines({ line: 1, text })
  }

  /** @throws AppError not_csv */
  #refuseFormat(bytes: Buffer, text: string): void {
    const format = recogniseFormat(bytes, text)
    if (format) throw refuse('not_csv', this.#options.fileName, { kind: format.kind, how: format.how })
  }

  async #extend(head: PlacedText): Promise<PlacedText> {
    const text = (await this.next(() => head)) ?? ''
    return { line: head.line, text: head.text + text }
  }

  /**
   * The next text; null at the end of the file.
   *
   * @param behind returns the text before it and the line that starts in, for locating events
   * @throws AppError file_too_large; errors of the byte source
   */
  async next(behind: () => PlacedText): Promise<string | null> {
    const reader = this.#reader
    if (this.isEnded || !reader) return null
    await this.giveWay()
    const piece = await this.#pieces.next()
    if (piece === null) this.isEnded = true
    else await this.#decideFallback(piece)
    const text = this.#accept(piece ? reader.decode(piece) : reader.end(), behind)
    return this.#filter ? this.#filter.pass(text, this.isEnded) : text
  }

  /** Passes all text from here on through a filter, including the first text. */
  filter(head: PlacedText, filter: TextFilter): PlacedText {
    this.#filter = filter
    return { line: head.line, text: filter.pass(head.text, this.isEnded) }
  }

  /** Chooses the fallback when bytes that are not UTF-8 first occur, unless the caller gave one. */
  async #decideFallback(piece: Buffer): Promise<void> {
    const reader = this.#reader
    if (this.#options.fallbackEncoding || !reader?.needsFallback(piece)) return
    reader.fallback = await this.#decide(piece)
  }

  /** @throws AppError encoding_unclear */
  async #decide(bytes: Buffer): Promise<string> {
    const { encoding, fallbackEncoding: fallback, region, fileName } = this.#options
    const shown = encoding ?? fallback
    if (shown !== undefined) return shown
    const probe = new EncodingProbe()
    probe.add(bytes)
    const checked = await probe.rate({ region })
    if (checked.kind === 'unicode') return DEFAULT_FALLBACK
    if (checked.kind === 'legacy') return checked.encoding
    throw refuse('encoding_unclear', fileName, {
      readings: checked.readings.map(({ encoding: name }) => name),
    })
  }

  /** Lets other tasks run if this one has worked for a while. */
  async giveWay(): Promise<void> {
    if (performance.now() - this.#turnStarted < TURN_MS) return
    await new Promise(setImmediate)
    this.#turnStarted = performance.now()
  }

  #accept({ text, events }: DecodedPiece, behind: () => PlacedText): string {
    for (const { kind, before } of events) {
      const known = behind()
      const line = known.line + countLineBreaks(known.text + before)
      const encoding = kind === 'stray_bytes' ? this.#reader?.fallback : this.encoding
      this.notes.push(describeEvent(kind, line, encoding ?? this.encoding))
    }
    return this.#isCurly ? straighten(withoutMarks(text)) : withoutMarks(text)
  }

  /** Replaces typographic quotation marks in all text if the header uses them. */
  straightenQuotes(head: PlacedText): PlacedText {
    if (!CURLY_HEADER.test(head.text)) return head
    this.#isCurly = true
    this.notes.push('Typographic quotation marks around the cells were taken off.')
    return { ...head, text: straighten(head.text) }
  }
}

/** A first line whose cells all have typographic quotation marks, as word processors write them. */
const CURLY_HEADER =
  /^[ \t]*[“„][^“”„"\r\n]*[”“](?:[ \t]*[,;|\t][ \t]*[“„][^“”„"\r\n]*[”“])+[ \t]*(?:[\r\n]|$)/u
const CURLY = /[“”„]/gu
const straighten = (text: string): string => text.replace(CURLY, '"')

/**
 * A byte order mark occurs where files were joined, also between a line end and a quotation mark. It is never
 * text.
 */
function withoutMarks(text: string): string {
  return text.includes('\ufeff') ? text.replaceAll('\ufeff', '') : text
}

function describeEvent(kind: DecodingEvent['kind'], line: number, encoding: string): string {
  const isBytes = kind === 'legacy_letters' || kind === 'stray_bytes'
  if (isBytes && /^utf-?8$/i.test(encoding))
    return `Line ${line} holds bytes that are not UTF-8 (shown as \uFFFD).`
  const sentences: Record<DecodingEvent['kind'], string> = {
    legacy_letters: `The file is not Unicode. From line ${line} on, it was read as ${nameEncoding(encoding)}.`,
    stray_bytes: `Line ${line} holds bytes that are not UTF-8. They were read as ${nameEncoding(encoding)}.`,
    unicode_lines: `Line ${line} is UTF-8. It and other such lines were read as UTF-8.`,
    double_utf8: `From line ${line} on, letters were saved as UTF-8 twice (“Ã©” for “é”). They were mended.`,
    unassigned_bytes: `Line ${line} holds a byte that is no letter in ${nameEncoding(encoding)} (shown as \uFFFD).`,
    nul_characters: `NUL characters were removed, the first in line ${line}.`,
    lost_characters: `Line ${line} holds a letter that was lost before the upload (shown as \uFFFD).`,
    cut_character: 'The file ends in the middle of a character.',
  }
  return sentences[kind]
}

function skipBlankLines(head: PlacedText): PlacedText {
  // The last line end stays: it may be half of a CRLF.
  const blank = /^(?:[ \t]*(?:\r\n|\n|\r(?=.)))+/s.exec(head.text)?.[0]
  if (!blank) return head
  return { line: head.line + countLineBreaks(blank), text: head.text.slice(blank.length) }
}

/** An error with the file's name. */
export function refuse(code: ErrorCode, fileName: string | undefined, details: ErrorDetails = {}): AppError {
  return new AppError(code, { ...details, ...(fileName && { file: fileName }) })
}
