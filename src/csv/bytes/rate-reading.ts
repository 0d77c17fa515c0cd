import { rateEastAsian } from './east-asian.ts'
import { LANGUAGES, type LanguageCode, regionOf } from './languages.ts'

/** Costs in nats: the higher, the less likely in a list of people. */
const PROOF = 25
const FOREIGN_LETTER = 6
/** `é` in an Arabic list. */
const TWO_SCRIPTS = 4
const MIXED_SCRIPTS = 8
const WRONG_CASE = 5.5
/** A letter outside ASCII next to a digit: `ú500` for `£500`. */
const LETTER_AT_DIGIT = 2.5
const LONE_LETTER = 2.5
const SYMBOL_IN_WORD = 8
const SYMBOL_AT_WORD = 7

const FREQUENT_CYRILLIC = new Set('оаеинтслрвкм')
const COMBINING_THAI = /^[ัำิีึืุู็่้๊๋์]/u
/** A token: text between spaces and separators with a character outside ASCII. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are ASCII
const TOKEN = /[^\x00-\x20,;|"]*[^\x00-\x7f][^\x00-\x20,;|"]*/gu
const LETTER = /[\p{L}\p{M}]/u
const INNER_SIGNS = new Set('’‘´·\u00ad–')
const OPENING_SIGNS = new Set('“„«¡¿‘‹')
const CLOSING_SIGNS = new Set('”’»…“›ªº')
const LONE_SIGNS = new Set('–—•€£¥°º№§©®™…½¼¾·«»’‘“”²³±')

type Script = 'latin' | 'cyrillic' | 'greek' | 'hebrew' | 'arabic' | 'thai' | 'asian' | 'other'

/** The cost of one reading of a text. */
interface Rating {
  readonly cost: number
  /** Characters outside ASCII. */
  readonly characters: number
}

/** Rates how much a text, as decoded with one encoding, looks like names, cities and headings. */
export function rateReading(text: string, encoding: string, region: string | undefined): Rating {
  const rater = new Rater(encoding, regionOf(region).languages)
  for (const [token] of text.matchAll(TOKEN)) rater.add(token)
  return rater.rating
}

class Rater {
  readonly #encoding: string
  readonly #spoken: readonly LanguageCode[]
  #cost = 0
  #characters = 0
  #hasOtherScript = false
  /** Letters of Latin words, for choosing their language. */
  readonly #latin = new Map<string, number>()

  constructor(encoding: string, spoken: readonly LanguageCode[]) {
    this.#encoding = encoding
    this.#spoken = spoken
  }

  get rating(): Rating {
    const isTwofold = this.#latin.size > 0 && this.#hasOtherScript
    const cost = this.#cost + this.#rateLatin() + (isTwofold ? TWO_SCRIPTS : 0)
    return { cost, characters: this.#characters }
  }

  add(token: string): void {
    const letters = [...token]
    for (const [at, letter] of letters.entries()) {
      if (letter < '\x80') continue
      this.#characters += 1
      if (isDigit(letters[at - 1]) || isDigit(letters[at + 1]))
        this.#cost += LETTER.test(letter) ? LETTER_AT_DIGIT : 0
      if (!LETTER.test(letter) || isProof(letter)) this.#cost += rateSign(letters, at)
    }
    for (const [word] of token.matchAll(/[\p{L}\p{M}]+/gu)) this.#addWord(word)
  }

  #addWord(word: string): void {
    const letters = [...word]
    const scripts = letters.map(scriptOf)
    if (scripts.every((script, at) => script === 'latin' && (letters[at] ?? '') < '\x80')) return
    for (const [at, letter] of letters.entries()) {
      const script = scripts[at] ?? 'other'
      if (at > 0 && script !== scripts[at - 1] && script !== 'other') this.#cost += MIXED_SCRIPTS
      if (letter < '\x80' || isProof(letter)) continue
      if (script === 'latin') this.#latin.set(fold(letter), (this.#latin.get(fold(letter)) ?? 0) + 1)
      else {
        this.#cost += this.#rateLetter(letter, script)
        this.#hasOtherScript = true
      }
    }
    this.#cost += rateCase(letters) + rateForm(word, letters)
  }

  #rateLetter(letter: string, script: Script): number {
    if (script === 'asian')
      return rateEastAsian(letter, letter.codePointAt(0) ?? 0, this.#encoding) ?? FOREIGN_LETTER
    const low = letter.toLowerCase()
    if (script === 'cyrillic' && FREQUENT_CYRILLIC.has(low)) return 0.9
    const cost = rateByLanguage(low, this.#spoken, NOT_LATIN)
    return script === 'cyrillic' ? cost + 0.8 : cost
  }

  /** The cheaper of: all letters in one language, or in several. */
  #rateLatin(): number {
    let several = 0
    for (const [letter, count] of this.#latin)
      several += count * (rateByLanguage(letter, this.#spoken, LATIN) + 0.6)
    let best = several
    for (const code of LATIN) {
      const rarity = this.#spoken.includes(code) ? 0 : 1 + LANGUAGES[code].rarity * 1.5
      let one = rarity
      for (const [letter, count] of this.#latin)
        one += count * (LANGUAGES[code].letters.includes(letter) ? 0.8 : FOREIGN_LETTER)
      best = Math.min(best, one)
    }
    return best
  }
}

const CODES = Object.keys(LANGUAGES) as LanguageCode[]
const LATIN = CODES.filter((code) => /\p{Script=Latin}/u.test(LANGUAGES[code].letters))
const NOT_LATIN = CODES.filter((code) => !LATIN.includes(code))

/** Cost of a letter in the most likely language that has it. */
function rateByLanguage(
  letter: string,
  spoken: readonly LanguageCode[],
  codes: readonly LanguageCode[],
): number {
  let least = FOREIGN_LETTER
  for (const code of codes) {
    if (!LANGUAGES[code].letters.includes(letter)) continue
    least = Math.min(least, spoken.includes(code) ? 0.8 : 0.8 + LANGUAGES[code].rarity * 0.7)
  }
  return least
}

const fold = (letter: string): string => (letter === 'İ' ? 'i' : letter.toLowerCase())

/** True for unassigned, control and private characters, which no list contains on purpose. */
function isProof(letter: string): boolean {
  const code = letter.codePointAt(0) ?? 0
  return (code >= 0x80 && code < 0xa0) || code === 0xfffd || (code >= 0xe000 && code <= 0xf8ff)
}

function rateSign(letters: readonly string[], at: number): number {
  const sign = letters[at] ?? ''
  if (isProof(sign)) return PROOF
  const code = sign.codePointAt(0) ?? 0
  if (code >= 0x3000 && code <= 0xffef) return 1.5
  const before = isLetter(letters[at - 1])
  const after = isLetter(letters[at + 1])
  if (sign === '\u00a0') return rateHardSpace(before, letters[at + 1])
  if (before || after) return rateSignAtWord(sign, before, after)
  if (code >= 0x2500 && code <= 0x259f) return SYMBOL_IN_WORD
  return LONE_SIGNS.has(sign) ? 1.2 : 4
}

function rateHardSpace(isBehindLetter: boolean, next: string | undefined): number {
  return isBehindLetter && isLetter(next) && /\p{Ll}/u.test(next ?? '') ? SYMBOL_AT_WORD : 1.5
}

function rateSignAtWord(sign: string, before: boolean, after: boolean): number {
  if (before && after) return INNER_SIGNS.has(sign) ? 1 : SYMBOL_IN_WORD
  if (after) return OPENING_SIGNS.has(sign) ? 1.5 : SYMBOL_AT_WORD
  if (sign === '…') return 4
  return CLOSING_SIGNS.has(sign) ? 2.5 : SYMBOL_AT_WORD
}

const isDigit = (letter: string | undefined): boolean =>
  letter !== undefined && letter >= '0' && letter <= '9'

const isLetter = (letter: string | undefined): boolean => letter !== undefined && LETTER.test(letter)

function scriptOf(letter: string): Script {
  const code = letter.codePointAt(0) ?? 0
  if (code < 0x250 || (code >= 0x1e00 && code < 0x1f00)) return 'latin'
  if (code >= 0x370 && code < 0x400) return 'greek'
  if (code >= 0x400 && code < 0x530) return 'cyrillic'
  if (code >= 0x590 && code < 0x600) return 'hebrew'
  if (code >= 0x600 && code < 0x700) return 'arabic'
  if (code >= 0xe00 && code < 0xe80) return 'thai'
  if (code >= 0x3040) return 'asian'
  return 'other'
}

interface LetterCases {
  readonly isUpper: readonly boolean[]
  readonly isLower: readonly boolean[]
  /** Exactly one letter of the word is lower case. */
  readonly isLoneLower: boolean
}

/** Cost of the case of the letter at `at`, next to the letter before it. */
function rateCaseAt(letters: readonly string[], at: number, cases: LetterCases): number {
  const { isUpper, isLower, isLoneLower } = cases
  const letter = letters[at] ?? ''
  const isForeign = letter >= '\x80'
  const isBesideForeign = isForeign || (letters[at - 1] ?? '') >= '\x80'
  if (isUpper[at] && isLower[at - 1] && isBesideForeign) return WRONG_CASE
  if (!isForeign || !isUpper[at - 1] || letters.length <= 2) return 0
  if (isUpper[at] && isLower[at + 1]) return WRONG_CASE
  const isOddLower = isLower[at] && isLoneLower && letter !== 'ß' && letter !== 'ı'
  return isOddLower ? WRONG_CASE / 2 : 0
}

/** `JÅrgen`, `joÃo`: the case of letters outside ASCII reveals a wrong reading. */
function rateCase(letters: readonly string[]): number {
  const isUpper = letters.map((letter) => /\p{Lu}/u.test(letter))
  const isLower = letters.map((letter) => /\p{Ll}/u.test(letter))
  const lower = isLower.filter(Boolean).length
  let cost = 0
  for (let at = 1; at < letters.length; at += 1)
    cost += rateCaseAt(letters, at, { isUpper, isLower, isLoneLower: lower === 1 })
  return cost
}

/** Letters in positions where no language has them. */
function rateForm(word: string, letters: readonly string[]): number {
  const low = word.toLowerCase()
  let cost = COMBINING_THAI.test(word) ? WRONG_CASE : 0
  if (/[ςךםןףץ](?=\p{L})/u.test(low)) cost += WRONG_CASE
  if (/σ$/u.test(low) && low !== word.toUpperCase().toLowerCase()) cost += WRONG_CASE
  cost += 3 * (low.match(/õ(?!e)|ã(?![oesin]|$)|^ð|þ(?![aáeéiíoóuúöæóvrjyý])/gu)?.length ?? 0)
  cost += 2.5 * (low.match(/[ъь](?=[аоуыэъь])|^[ъьы]|(?<=[аеёиоуыэюяй])[ъь]|û(?![tlrchmn])/gu)?.length ?? 0)
  if (letters.length === 1 && !/^[àéóèêyаикосвуіяю\u3040-\uffff]$/u.test(low)) cost += LONE_LETTER
  // A Greek word in small letters has one accent.
  if (
    /^\p{Script=Greek}{3,}$/u.test(low) &&
    word.slice(1) === low.slice(1) &&
    low.match(/[άέήίόύώΐΰ]/gu)?.length !== 1
  )
    cost += 2.5
  let run = 0
  for (const letter of letters) {
    run = letter >= '\x80' && scriptOf(letter) === 'latin' ? run + 1 : 0
    if (run === 2) cost += 0.7
    else if (run > 2) cost += 3
  }
  return cost
}
