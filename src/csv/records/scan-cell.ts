import { CR, endsLine, LF, QUOTE, SPACE, TAB } from './line-ends.ts'

/**
 * The form of a cell.
 *
 * - `plain`: no mark at its start.
 * - `quoted`: a quotation by the rules of RFC 4180.
 * - `loose`: a quotation with text after its closing mark, or with space before its opening one.
 * - `unclosed`: a quotation that never ends, or ends after several lines before text: it met another row's
 *   mark.
 * - `too_long`: a quotation that does not end within its bound.
 * - `cut`: the text ends before the form is known.
 */
export type CellForm = 'plain' | 'quoted' | 'loose' | 'unclosed' | 'too_long' | 'cut'

/**
 * Reads one cell at a time, each character once. A cell's form depends only on the characters up to its end.
 * It is `cut` if some of these are missing, so the result does not depend on how much text has arrived.
 */
export class CellScanner {
  /** Index after the cell; for a cut cell, how far it was read outside its quotation. */
  end = 0
  /** Index of the mark that closes the quotation. */
  close = 0
  /** Line breaks in the quotation. */
  breaks = 0
  /** True if the quotation contains a doubled mark. */
  hasDoubled = false
  readonly #delimiter: number

  constructor(delimiter: number) {
    this.#delimiter = delimiter
  }

  /** @param bound last index at which a quotation may close */
  scan(text: string, from: number, bound: number, isEnded: boolean): CellForm {
    this.breaks = 0
    this.hasDoubled = false
    this.end = from
    const form = text.charCodeAt(from) === QUOTE ? this.#scanQuotation(text, from, bound, isEnded) : null
    if (form === 'unclosed' || form === 'too_long' || form === 'cut') return form
    const start = form ? this.close + 1 : from
    // Text after a multi-line quotation: its closing mark is the opening mark of a later row.
    if (this.breaks > 0 && start < text.length && !this.#endsCell(text.charCodeAt(start))) return 'unclosed'
    const end = this.#findEnd(text, start)
    this.end = end
    if (end >= text.length && !isEnded) return 'cut'
    if (form === null) return this.#opensAfterSpace(text, from) ? 'loose' : 'plain'
    return end === start ? 'quoted' : 'loose'
  }

  #scanQuotation(text: string, open: number, bound: number, isEnded: boolean): CellForm {
    for (let at = open + 1; ; at += 1) {
      if (at > bound) return 'too_long'
      if (at >= text.length) return isEnded ? 'unclosed' : 'cut'
      const code = text.charCodeAt(at)
      if (code === QUOTE) {
        if (at + 1 >= text.length && !isEnded) return 'cut'
        if (text.charCodeAt(at + 1) !== QUOTE) {
          this.close = at
          return 'quoted'
        }
        this.hasDoubled = true
        at += 1
      } else if (endsLine(code) && !isSecondHalf(text, at)) this.breaks += 1
    }
  }

  #findEnd(text: string, from: number): number {
    let at = from
    while (at < text.length && !this.#endsCell(text.charCodeAt(at))) at += 1
    return at
  }

  #endsCell(code: number): boolean {
    return code === this.#delimiter || endsLine(code)
  }

  #opensAfterSpace(text: string, from: number): boolean {
    let at = from
    let code = text.charCodeAt(at)
    while ((code === SPACE || code === TAB) && code !== this.#delimiter) {
      at += 1
      code = text.charCodeAt(at)
    }
    return code === QUOTE && at > from
  }
}

/** True if the character is the LF of a CRLF. */
function isSecondHalf(text: string, at: number): boolean {
  return text.charCodeAt(at) === LF && text.charCodeAt(at - 1) === CR
}
