import { isUtf8 } from 'node:buffer'
import iconv from 'iconv-lite'

/** An encoding in which UTF-8 was misread before it was saved as UTF-8 again. */
interface Misreading {
  /** The byte of every letter for 0x80 to 0xFF. */
  readonly bytes: ReadonlyMap<string, number>
  /** Misread UTF-8 letters, one or several in a row. */
  readonly run: RegExp
  /** Minimum of letters in a row that prove it; a letter that also occurs in words proves nothing alone. */
  readonly least: number
}

const CONTROLS = Array.from({ length: 32 }, (_, at): [string, number] => [
  String.fromCharCode(0x80 + at),
  0x80 + at,
])

function misreading(encodings: readonly string[], leads: readonly number[], least: number): Misreading {
  const bytes = new Map<string, number>(CONTROLS)
  for (const encoding of encodings) {
    for (let byte = 0x80; byte <= 0xff; byte += 1) {
      const letter = iconv.decode(Buffer.from([byte]), encoding)
      if (letter !== '\uFFFD' && !bytes.has(letter)) bytes.set(letter, byte)
    }
  }
  const lettersOf = (isMeant: (byte: number) => boolean) =>
    [...bytes].flatMap(([letter, byte]) => (isMeant(byte) ? [`\\u${hex(letter)}`] : [])).join('')
  const follows = `[${lettersOf((byte) => byte < 0xc0)}]`
  const first = (from: number, to: number) =>
    `[${lettersOf((byte) => byte >= from && byte <= to && leads.includes(byte))}]`
  const forms = [
    [first(0xc2, 0xdf), 1],
    [first(0xe0, 0xef), 2],
    [first(0xf0, 0xf4), 3],
  ] as const
  const letter = forms
    .flatMap(([lead, count]) => (lead === '[]' ? [] : [`${lead}${follows}{${count}}`]))
    .join('|')
  return { bytes, run: new RegExp(`(?:${letter})+`, 'gu'), least }
}

const hex = (letter: string): string => letter.charCodeAt(0).toString(16).padStart(4, '0')
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at)

const MISREADINGS: readonly Misreading[] = [
  misreading(['windows-1252'], range(0xc2, 0xf4), 1),
  misreading(['macroman'], [0xc2, 0xc3, 0xc4, 0xc5, 0xe2], 1),
  misreading(['cp850', 'cp437'], [0xc2, 0xc3, 0xc4, 0xc5], 1),
  misreading(['windows-1250'], [0xc2, 0xc3, 0xc4, 0xc5], 1),
  misreading(['windows-1251'], [0xd0, 0xd1], 3),
  misreading(['windows-1253'], [0xce, 0xcf], 3),
  misreading(['windows-1256'], [0xd8, 0xd9, 0xda, 0xdb], 3),
  misreading(['koi8-r'], [0xd0, 0xd1], 3),
  misreading(['cp866'], [0xd0, 0xd1], 3),
]

/** Letters that one misread letter may stand for; others need several in a row. */
const PROVED_ALONE = /^[\u00a0-\u017f\u0218-\u021b\u02c6\u02dc\u2010-\u203a\u20ac\u2122\u{1f000}-\u{1faff}]$/u
/** Including the control characters of letters that were saved three times. */
const LETTER = /[\u0080-\u009f\p{L}\p{M}\p{N}\p{P}\p{S}\p{Z}\p{Cf}]/u
/** Signs that also follow a letter on purpose: `MAÇÃ”`. */
const CLOSING_SIGN = /^[\u00c2-\u00df][‘’“”–—…•›]$/u
/** How many times letters may have been saved as UTF-8 too often. */
const MAX_TIMES = 3
/** The start of a misread letter that may continue in the next piece. */
const OPEN_END = /[\u00c2-\u00f4ĂĹ√¬ƒ≈├┬─┼РСΞΟطظعغпя╨╤‚]\P{ASCII}{0,2}$/u
/** Without such a pair no letter was misread; one search rules most texts out. */
const SUSPECT = /[\u00c2-\u00f4ĂĹ√¬ƒ≈├┬─┼РСΞΟطظعغпя╨╤‚][^\0-\x7f]/

/** Repairs letters that were saved as UTF-8 twice: `JosÃ©`. */
export class DoubleUtf8Mender {
  /** True after a letter that can be nothing else. */
  #isProved = false

  /** @returns the text, and the index of the first repaired letter in the given text, or -1 */
  mend(given: string): { readonly text: string; readonly first: number } {
    let text = given
    let first = -1
    for (let times = 0; times < MAX_TIMES; times += 1) {
      const mended = this.#mendOnce(text)
      if (mended.first === -1) break
      if (first === -1) first = mended.first
      text = mended.text
    }
    return { text, first }
  }

  /** Index from which the text needs what follows; its length if there is no such end. */
  static openEnd(text: string): number {
    const end = OPEN_END.exec(text.slice(-4))
    return end ? text.length - end[0].length : text.length
  }

  #mendOnce(given: string): { readonly text: string; readonly first: number } {
    if (!SUSPECT.test(given)) return { text: given, first: -1 }
    let first = -1
    let text = given
    for (const misread of MISREADINGS) {
      misread.run.lastIndex = 0
      if (!misread.run.test(text)) continue
      if (!this.#isProved)
        this.#isProved = [...text.matchAll(misread.run)].some(([run]) => proves(run, misread))
      text = text.replace(misread.run, (run: string, at: number) => {
        const mended = this.#mendRun(run, misread)
        if (mended !== run && first === -1) first = at
        return mended
      })
    }
    return { text, first }
  }

  #mendRun(run: string, misread: Misreading): string {
    const meant = decodeRun(run, misread)
    if (meant === null || [...meant].length < misread.least) return run
    if (CLOSING_SIGN.test(run) && !this.#isProved) return run
    return meant.replaceAll('\uFEFF', '')
  }
}

function proves(run: string, misread: Misreading): boolean {
  const meant = decodeRun(run, misread)
  return meant !== null && [...meant].length >= misread.least && !CLOSING_SIGN.test(run)
}

/** The intended letters, or null if there are none. */
function decodeRun(run: string, { bytes }: Misreading): string | null {
  const raw = Buffer.from([...run].map((letter) => bytes.get(letter) ?? 0))
  if (!isUtf8(raw)) return null
  const meant = raw.toString('utf8')
  const letters = [...meant]
  if (meant === '\uFEFF') return meant
  if (letters.length === 1 && raw.length < 3 && !PROVED_ALONE.test(meant)) return null
  return letters.every((letter) => LETTER.test(letter)) ? meant : null
}
