const LF = 10
const CR = 13

/** Where lines end in a text: LF, CR, or CRLF as one, in any mixture, as text editors count them. */
export class LineEnds {
  readonly #text: string
  #from = 0
  #lf: number
  #cr: number

  constructor(text: string) {
    this.#text = text
    this.#lf = text.indexOf('\n')
    this.#cr = text.indexOf('\r')
  }

  /** Index of the first character of the line end at or after `from`, or -1. Cheap where `from` grows. */
  next(from: number): number {
    if (from < this.#from) this.#goBack(from)
    this.#from = from
    if (this.#lf !== -1 && this.#lf < from) this.#lf = this.#text.indexOf('\n', from)
    if (this.#cr !== -1 && this.#cr < from) this.#cr = this.#text.indexOf('\r', from)
    if (this.#cr === -1) return this.#lf
    return this.#lf === -1 || this.#cr < this.#lf ? this.#cr : this.#lf
  }

  #goBack(from: number): void {
    const passed = this.#text.slice(from, this.#from)
    const lf = passed.indexOf('\n')
    const cr = passed.indexOf('\r')
    if (lf !== -1) this.#lf = from + lf
    if (cr !== -1) this.#cr = from + cr
  }
}

/** Index of the line end at or after `from`; the length where there is none. */
export function findLineEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === LF || code === CR) return at
  }
  return text.length
}

/** Line ends between two indexes. */
export function countLineBreaks(text: string, from = 0, to = text.length): number {
  let count = 0
  for (let at = from; at < to; at += 1) {
    const code = text.charCodeAt(at)
    if (code === CR || (code === LF && (at === from || text.charCodeAt(at - 1) !== CR))) count += 1
  }
  return count
}
