import type { FramedRecord } from '../records/index.ts'
import { beginsPage, isMarkup } from './cell-likeness.ts'

/** The facts about a table that decide which lines are rows. */
interface TableForm {
  readonly delimiter: string
  readonly columns: number
  /** The header as in the file; null if there is none. */
  readonly headerText: string | null
  /** Number of title lines above the header; without them, none repeat with the header. */
  readonly titleLines: number
  /** The word for a record in notes: `row` for sheets; `line` by default. */
  readonly noun?: 'line' | 'row'
}

/** Markdown's rulers contain it. */
const PIPE = 0x7c
const LESS_THAN = 0x3c
/** Maximum of lines held back until they are classified. */
const MAX_UNDECIDED = 40
/** A line that ends a list even without an empty line before it. */
const CLOSING =
  /^\W*(?:end of (?:report|file|list|data)|confidential\b.*|copyright\b.*|generated (?:by|on|at)\b.*|(?:grand |sub)?totals?\b.*|\d[\d,]* (?:rows?|records?)(?: (?:affected|selected|returned|in set|fetched))?\b.*|(?:printed|exported|downloaded) (?:on|by|at|from)\b.*|page \d+(?: of \d+)?|seite \d+(?: von \d+)?|p[aá]gina \d+(?: de \d+)?)\W*$/iu
/** `# end of export`: a program's comment. */
const COMMENT = /^\s*#\s*[^\s#\d]/u
/** A closing line is a sentence; the pattern above is slow for text with many signs and line breaks. */
const LONGEST_CLOSING = 1000
const RULER_SIGNS = /^[\s"|+,;:=_*~`-]+$/u
const DASHES = /[-=_*~`]{3}/u
/** One or two dashes alone are a blank cell. */
const FEW_DASHES = /(?<![-=_*~`])[-=_*~`]{1,2}(?![-=_*~`])/u
const NUMBER_ALONE = /^[\s\p{Nd}'"+\-().,/:]+$/u

/**
 * Removes what reports print around a table's rows: rulers, the header repeated on every page with the title
 * above it, and lines below the last row (`Confidential Information - Do Not Distribute`, `(3 rows
 * affected)`).
 *
 * A line is held back only if its first cell alone has words; everything else passes. A held line is left out
 * if the file ends with it below an empty line, or if the header follows; otherwise it was a row.
 */
export class NonDataLines<R extends FramedRecord = FramedRecord> {
  readonly #form: TableForm
  #undecided: R[] = []
  #ready: R[] = []
  /** True if the first held line follows an empty one. */
  #isBelowBlank = false
  #lastWasBlank = false
  /** Lines of a web page after the list. */
  #page: { readonly first: number; readonly last: number } | null = null
  readonly #left = {
    rulers: [] as number[],
    headers: [] as number[],
    closing: [] as number[],
    tags: [] as number[],
  }

  constructor(form: TableForm) {
    this.#form = form
  }

  /** The record if it is a row; null if it is left out, or returned later by `next`. */
  pass(record: R): R | null {
    if (this.#page || (record.text.charCodeAt(0) === LESS_THAN && beginsPage(record.text)))
      return this.#leaveOutPage(record)
    if (this.#isTagLine(record.text)) {
      this.#left.tags.push(record.line)
      return this.next()
    }
    const isBlank = isBlankLine(record, this.#form.delimiter)
    if (this.#undecided.length === 0 && this.#isRow(record, isBlank)) {
      this.#lastWasBlank = isBlank
      return record
    }
    this.#hold(record, isBlank)
    return this.next()
  }

  /** True for a line of a web page with another number of cells than a row. */
  #isTagLine(text: string): boolean {
    const { columns, delimiter } = this.#form
    return (
      text.charCodeAt(0) === LESS_THAN &&
      columns > 1 &&
      isMarkup(text) &&
      text.split(delimiter).length !== columns
    )
  }

  /** A web page begins below the list: the rest of it is left out. */
  #leaveOutPage({ line }: R): R | null {
    if (!this.#page) this.#release()
    this.#page = { first: this.#page?.first ?? line, last: line }
    return this.next()
  }

  /** A held record that was a row after all. */
  next(): R | null {
    return this.#ready.shift() ?? null
  }

  /** No record follows. */
  end(): void {
    if (this.#isClosing()) {
      this.#left.closing.push(...this.#linesHeld())
      this.#undecided = []
    } else this.#release()
  }

  /** Sentences for the receipt. */
  get notes(): readonly string[] {
    const { rulers, headers, closing, tags } = this.#left
    const page = this.#page
    const noun = this.#form.noun ?? 'line'
    return [
      page ? `Left out the web page behind the list, ${noun}s ${page.first} to ${page.last}.` : '',
      describe(noun, tags, 'of a web page', 'of a web page'),
      describe(noun, headers, 'that repeat the header of the page', 'that repeats the header'),
      describe(
        noun,
        rulers,
        'with nothing but signs such as dashes',
        'with nothing but signs such as dashes',
      ),
      describe(noun, closing, 'below the last row', 'below the last row'),
    ].filter((note) => note !== '')
  }

  #isRow(record: R, isBlank: boolean): boolean {
    return isBlank || !(this.#isHeader(record) || isRuler(record) || this.#isNote(record))
  }

  #hold(record: R, isBlank: boolean): void {
    if (this.#isHeader(record)) {
      if (this.#form.titleLines === 0) this.#release()
      this.#left.headers.push(...this.#linesHeld(), record.line)
      this.#undecided = []
    } else if (!isBlank && isRuler(record)) this.#left.rulers.push(record.line)
    else if ((isBlank || this.#isNote(record)) && this.#undecided.length < MAX_UNDECIDED) {
      if (this.#undecided.length === 0) this.#isBelowBlank = this.#lastWasBlank
      this.#undecided.push(record)
    } else {
      this.#release()
      this.#ready.push(record)
      this.#lastWasBlank = isBlank
    }
  }

  #release(): void {
    this.#ready.push(...this.#undecided)
    this.#undecided = []
  }

  #isHeader({ text, form }: FramedRecord): boolean {
    const { headerText } = this.#form
    return (
      headerText !== null && text.length === headerText.length && text === headerText && form !== 'unclosed'
    )
  }

  /** True if only the first cell has content, and it is words. */
  #isNote(record: FramedRecord): boolean {
    const text = this.#firstAlone(record)
    return (
      text !== null &&
      !NUMBER_ALONE.test(text) &&
      !text.includes('@') &&
      (this.#form.columns > 1 || isClosingLine(text))
    )
  }

  #firstAlone({ form, text, cells }: FramedRecord): string | null {
    const { delimiter } = this.#form
    if (form === 'quoted')
      return cells?.every((cell, at) => at === 0 || cell.trim() === '') ? (cells[0] ?? null) : null
    if (form !== 'plain') return null
    const end = text.indexOf(delimiter)
    if (end === -1) return text
    for (let at = end + 1; at < text.length; at += 1) {
      if (text.charAt(at) !== delimiter && text.charCodeAt(at) > 32) return null
    }
    return text.slice(0, end)
  }

  /**
   * Below an empty line, any line that is not written like a row is closing text; elsewhere only a line with
   * the words of one.
   */
  #isClosing(): boolean {
    const notes = this.#undecided.filter((record) => !isBlankLine(record, this.#form.delimiter))
    const isReported = notes.some((record) => isClosingLine(this.#firstAlone(record) ?? ''))
    const isBare = notes.every(({ text, count }) => !text.includes(this.#form.delimiter) || count === 1)
    const first = notes[0]
    return (
      (this.#isBelowBlank && (isBare || isReported)) ||
      (first !== undefined && isClosingLine(this.#firstAlone(first) ?? ''))
    )
  }

  #linesHeld(): readonly number[] {
    return this.#undecided
      .filter((record) => !isBlankLine(record, this.#form.delimiter))
      .map(({ line }) => line)
  }
}

/** True for a line with nothing but spaces and separators. */
export function isBlankLine({ form, text }: FramedRecord, delimiter: string): boolean {
  if (form !== 'plain') return false
  return text === '' || (text.charCodeAt(0) <= 32 && text.trim() === '' && !text.includes(delimiter))
}

function isRuler({ text }: FramedRecord): boolean {
  const code = text.charCodeAt(0)
  const isWordAhead =
    (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code !== PIPE)
  return !isWordAhead && text.length < 10_000 && hasOnlyDashes(text)
}

/** Three linear patterns: a single one is exponential for a line that ends in a letter. */
function hasOnlyDashes(text: string): boolean {
  return RULER_SIGNS.test(text) && DASHES.test(text) && !FEW_DASHES.test(text)
}

function isClosingLine(text: string): boolean {
  return text.length <= LONGEST_CLOSING && (COMMENT.test(text) || CLOSING.test(text))
}

function describe(noun: string, lines: readonly number[], several: string, one: string): string {
  const [first] = lines
  if (first === undefined) return ''
  return lines.length === 1
    ? `Left out ${noun} ${first} ${one}.`
    : `Left out ${lines.length} ${noun}s ${several}, the first is ${noun} ${first}.`
}
