import { type CellMarks, findClosing, type LineMarks, type TextForm, unquoteLine } from './detect/index.ts'

/** Converts text with other marks to CSV, piece by piece. Line ends stay in place. */
export interface TextFilter {
  /** @param isEnd no text follows */
  pass(text: string, isEnd: boolean): string
}

export function createFilter(form: TextForm): TextFilter {
  if (form.kind === 'json_string') return new JsonStringFilter()
  if (form.kind === 'quoted_lines') return new QuotedLineFilter(form.marks)
  return new MarkFilter(form.marks, form.delimiter)
}

/** The sentence for the receipt. */
export function describeForm(form: TextForm): string {
  if (form.kind === 'json_string')
    return 'The file is one JSON string; the text in it was read, and lines are counted in that.'
  if (form.kind === 'quoted_lines')
    return form.marks.isMixed
      ? 'Some lines stand in quotation marks as a whole; these were left out.'
      : 'Every line stands in quotation marks of its own; these were left out.'
  return form.marks.note
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '', f: '' }

/** The text of a JSON string. */
class JsonStringFilter implements TextFilter {
  #carry = ''
  #isOpen = false

  pass(given: string, isEnd: boolean): string {
    let text = this.#carry + given
    if (!this.#isOpen && text !== '') {
      text = text.replace(/^\s*"/, '')
      this.#isOpen = true
    }
    // An incomplete escape waits for its end.
    const cut = isEnd ? null : /\\(?:u[\da-f]{0,3})?$/i.exec(text)
    this.#carry = cut ? cut[0] : ''
    if (cut) text = text.slice(0, cut.index)
    return text.replace(/\\u([\da-f]{4})|\\(.)|"\s*$/gi, (_, code?: string, sign?: string) => {
      if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16))
      return sign === undefined ? '' : (ESCAPES[sign] ?? sign)
    })
  }
}

const isLineEnd = (sign: string): boolean => sign === '\n' || sign === '\r'

/** A longer line is passed as it is. */
const LONGEST_LINE = 256 * 1024

/** Removes the marks around whole lines; other lines stay. */
class QuotedLineFilter implements TextFilter {
  readonly #marks: LineMarks
  #carry = ''
  /** The start of the current line was passed already. */
  #isInside = false

  constructor(marks: LineMarks) {
    this.#marks = marks
  }

  pass(given: string, isEnd: boolean): string {
    const text = this.#carry + given
    const parts: string[] = []
    let from = 0
    while (from < text.length) {
      const end = this.#endOfLine(text, from)
      const isOpen = end === -1 && !isEnd
      if (isOpen && !this.#isInside && text.length - from <= LONGEST_LINE) break
      const line = text.slice(from, end === -1 ? text.length : end)
      parts.push((this.#isInside ? null : unquoteLine(line, this.#marks)) ?? line)
      if (end !== -1) parts.push(text.charAt(end))
      this.#isInside = isOpen
      from += line.length + 1
    }
    this.#carry = text.slice(from)
    return parts.join('')
  }

  /** Index of the end of a line. Line ends inside the marks are text; -1 if the text ends first. */
  #endOfLine(text: string, from: number): number {
    const isQuoted = !this.#isInside && text.startsWith(this.#marks.opening, from)
    const first = endOf(text, from)
    if (!isQuoted || this.#marks.opening !== '"') return first
    const closing = findClosing(text.slice(from, from + LONGEST_LINE), this.#marks)
    if (closing === -1) return text.length - from > LONGEST_LINE ? first : -1
    return endOf(text, from + closing)
  }
}

function endOf(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) if (isLineEnd(text.charAt(at))) return at
  return -1
}

/** A character to replace, and its replacement. */
interface Change {
  readonly length: number
  readonly sign: string
}

/** Converts other marks around cells to quotation marks. */
class MarkFilter implements TextFilter {
  readonly #marks: CellMarks
  readonly #delimiter: string
  #state: 'start' | 'quoted' | 'plain' = 'start'
  #carry = ''

  constructor(marks: CellMarks, delimiter: string) {
    this.#marks = marks
    this.#delimiter = delimiter
  }

  pass(given: string, isEnd: boolean): string {
    const text = this.#carry + given
    // The last character waits for the one after it, which can change its meaning.
    const end = isEnd ? text.length : text.length - 1
    const parts: string[] = []
    let from = 0
    let at = 0
    while (at < end) {
      const change =
        this.#state === 'quoted' ? this.#readQuoted(text, at) : this.#readOutside(text.charAt(at))
      if (change) {
        parts.push(text.slice(from, at), change.sign)
        from = at + change.length
      }
      at += change?.length ?? 1
    }
    parts.push(text.slice(from, at))
    this.#carry = text.slice(at)
    return parts.join('')
  }

  /** The replacement of the sign; null if it stays. */
  #readOutside(sign: string): Change | null {
    if (sign === this.#delimiter || isLineEnd(sign)) this.#state = 'start'
    else if (this.#state === 'start' && this.#marks.opening.includes(sign)) {
      this.#state = 'quoted'
      return { length: 1, sign: '"' }
    } else if (sign !== ' ') this.#state = 'plain'
    return null
  }

  #readQuoted(text: string, at: number): Change | null {
    const sign = text.charAt(at)
    const next = text.charAt(at + 1)
    const { closing, hasBackslash } = this.#marks
    if (hasBackslash && sign === '\\' && next !== '' && (next === '\\' || closing.includes(next)))
      return { length: 2, sign: next === '"' ? '""' : next }
    if (!closing.includes(sign)) return sign === '"' ? { length: 1, sign: '""' } : null
    if (next === '' || next === this.#delimiter || isLineEnd(next)) {
      this.#state = 'plain'
      return { length: 1, sign: '"' }
    }
    if (next === sign) return { length: 2, sign: sign === '"' ? '""' : sign }
    return sign === '"' ? { length: 1, sign: '""' } : null
  }
}
