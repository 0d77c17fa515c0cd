export const LF = 10
export const CR = 13
export const QUOTE = 34
export const SPACE = 32
export const TAB = 9

/** Line ends in a text: LF, CR, or CRLF as one, in any mixture, as text editors count them. */
export class LineEnds {
  readonly #text: string
  #lf: number
  #cr: number

  constructor(text: string, from = 0) {
    this.#text = text
    this.#lf = text.indexOf('\n', from)
    this.#cr = text.indexOf('\r', from)
  }

  /**
   * Index of the first character of the line end at or after `from`, or -1.
   * @param from must not decrease, so that the text is searched once
   */
  next(from: number): number {
    if (this.#lf !== -1 && this.#lf < from) this.#lf = this.#text.indexOf('\n', from)
    if (this.#cr !== -1 && this.#cr < from) this.#cr = this.#text.indexOf('\r', from)
    if (this.#cr === -1) return this.#lf
    return this.#lf === -1 || this.#cr < this.#lf ? this.#cr : this.#lf
  }
}

export function endsLine(code: number): boolean {
  return code === LF || code === CR
}

/** Index after the line end at `end`. */
export function nextLine(text: string, end: number): number {
  const isCrLf = text.charCodeAt(end) === CR && text.charCodeAt(end + 1) === LF
  return end + (isCrLf ? 2 : 1)
}

/** Index of the line end at or after `from`; the length if there is none. */
export function findLineEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) if (endsLine(text.charCodeAt(at))) return at
  return text.length
}

/** Index of the first character of the line that contains `at`. */
export function findLineStart(text: string, at: number): number {
  let start = at
  while (start > 0 && !endsLine(text.charCodeAt(start - 1))) start -= 1
  return start
}

/** Number of line ends in a text. */
export function countLineBreaks(text: string): number {
  let count = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === CR || (code === LF && (at === 0 || text.charCodeAt(at - 1) !== CR))) count += 1
  }
  return count
}
