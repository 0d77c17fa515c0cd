import {
  BROKEN_FORMULA,
  type CellProblem,
  DAMAGED,
  isPlaceholder,
  problem,
  readScientific,
  spreadsheetError,
} from '../cells/index.ts'
import { tidyPhone, withoutExtras, withoutLabels } from './phone-writing.ts'
import { resolvePhone } from './resolve-phone.ts'
import { countDigits, splitAfterAreaCode, splitAtSlash, splitAtSpaces, splitPhones } from './split-phones.ts'

/** The phones of one cell, in the order they stand there, each once. `leftOut` counts pieces that are no phone. */
export type PhoneReading =
  | { readonly kind: 'phones'; readonly phones: readonly string[]; readonly leftOut: number }
  | { readonly kind: 'blank' }
  | CellProblem

const BLANK: PhoneReading = { kind: 'blank' }
const MASKED = problem('phone_masked', 'hides digits of the phone number behind letters or stars')
const LETTERS = problem('phone_invalid', 'holds letters where a phone number is expected')
const SHORT = problem('phone_invalid', 'is too short for a phone number')
const LONG = problem('phone_invalid', 'is too long for a phone number')
const UNKNOWN = problem('phone_invalid', 'is not a phone number that exists')

/** Nobody's cell of phones is longer; it bounds the work a hostile cell can ask for. */
const MAX_CELL_LENGTH = 500

/** `9876543210 x12`, `9876543210 (x12)`: an x with a few digits behind a whole number. */
const SHORT_EXTENSION = /^([^x#]*\d[^x#]*?)\s*\(?\s*[x#]\s*\d{1,6}\s*\)?$/iu
const MASK = /[*•●∗✱]|[x_?%]{2,}|\d\s?[x#]|[x#]\s?\d/iu
const ONLY_PHONE = /^[+\d\s().[\]~'/-]+$/u
/** A number that a program took for a decimal one. */
const DECIMAL_ZEROS = /^(\+?[\d ]+)\.0+$/u
/** `9,876,543,210.00` and `9,87,65,43,210.00`: a number that a spreadsheet showed as an amount. */
const GROUPED_DECIMAL = /^(\+?\d{1,3}(?:,\d{2,3})+)\.0+$/u
const TRUNK_ZERO = /\(\s*0\s*\)/u

/** Shortest and longest national numbers are decided by the plan; these only choose the words. */
const SHORTEST_NUMBER = 8
const LONGEST_NUMBER = 15

/**
 * Every phone in a cell, as E.164.
 *
 * Reads any separators and digits of any script, `tel:` links, Excel's armour, international prefixes of `region`,
 * and several numbers in one cell. Extensions are left out: E.164 has none. Letters are never turned into digits.
 *
 * @param region ISO 3166 alpha-2 region whose dialling rules a number without country code follows
 */
export function readPhones(cell: string, region: string): PhoneReading {
  const digits = plainDigits(cell)
  if (digits !== null) {
    const phone = resolvePhone(digits, region)
    if (phone) return { kind: 'phones', phones: [phone.e164], leftOut: 0 }
  }
  return readAny(cell, region)
}

/**
 * The shortcut for what most cells hold: digits with spaces, dashes and brackets, where dropping those is all there is
 * to do. Null for anything else, and where nothing is found `readAny` looks again.
 */
function plainDigits(cell: string): string | null {
  let digits = ''
  let from = 0
  for (let at = 0; at < cell.length; at += 1) {
    const code = cell.charCodeAt(at)
    if (code >= 0x30 && code <= 0x39) continue
    if (code === 0x2b ? digits !== '' || at !== from : !isSpacer(code)) return null
    if (code === 0x2b) continue
    digits += cell.slice(from, at)
    from = at + 1
  }
  return from === 0 ? cell : digits + cell.slice(from)
}

/** Space, brackets, dash. */
function isSpacer(code: number): boolean {
  return code === 0x20 || code === 0x28 || code === 0x29 || code === 0x2d
}

function readAny(cell: string, region: string): PhoneReading {
  const text = tidyPhone(cell)
  if (text === '' || isPlaceholder(text) || /^[0\s-]+$/u.test(text)) {
    return /0{5}/u.test(text) ? UNKNOWN : BLANK
  }
  if (text.length > MAX_CELL_LENGTH) return LONG
  const error = spreadsheetError(text)
  if (error) return error === 'broken' ? BROKEN_FORMULA : BLANK
  const scientific = readScientific(text)
  if (scientific?.kind === 'damaged') return DAMAGED
  if (scientific) return collect([scientific.digits], region)
  const grouped = GROUPED_DECIMAL.exec(text)
  if (grouped) return collect([(grouped[1] ?? '').replaceAll(',', '')], region)
  return collect(
    splitPhones(withoutExtras(text)).flatMap((piece) => splitOrKeep(piece, region)),
    region,
  )
}

/** A slash keeps two numbers apart, or stands within one: `+49 (0)171 / 1234567`, where nothing before it is a phone. */
function splitOrKeep(piece: string, region: string): readonly string[] {
  const parts = splitAtSlash(piece)
  const [first = ''] = parts
  if (parts.length === 1 || typeof readOne(first, region) === 'string') return parts
  const whole = parts.join('/')
  return resolveWritten(whole, region) === null ? parts : [whole]
}

function collect(pieces: readonly string[], region: string): PhoneReading {
  const phones = new Set<string>()
  const problems: CellProblem[] = []
  for (const piece of pieces) {
    const whole = readOne(piece, region)
    if (typeof whole === 'string') phones.add(whole)
    else {
      const apart = readApart(piece, region)
      for (const phone of apart) phones.add(phone)
      if (apart.length === 0) problems.push(whole)
    }
  }
  if (phones.size > 0) return { kind: 'phones', phones: [...phones], leftOut: problems.length }
  return problems.find(({ code }) => code !== 'phone_invalid') ?? problems[0] ?? UNKNOWN
}

/** Numbers that only a space or a slash keeps apart, in a piece that is no phone as a whole. */
function readApart(piece: string, region: string): readonly string[] {
  const atSpaces = splitAtSpaces(piece).map((part) => readOne(part, region))
  if (atSpaces.length > 1 && atSpaces.every((one) => typeof one === 'string')) return atSpaces
  const atSlashes = splitAfterAreaCode(piece).map((part) => readOne(part, region))
  return atSlashes.filter((one) => typeof one === 'string')
}

function readOne(piece: string, region: string): string | CellProblem {
  const scientific = readScientific(piece)
  if (scientific?.kind === 'damaged') return DAMAGED
  const bare = withoutLabels(piece)
  const short = SHORT_EXTENSION.exec(bare)
  const phone = resolveWritten(bare, region) ?? (short ? resolveWritten(short[1] ?? '', region) : null)
  if (phone) return phone
  if (MASK.test(bare)) return MASKED
  if (/\p{L}/u.test(bare)) return LETTERS
  const digits = countDigits(bare)
  return digits < SHORTEST_NUMBER ? SHORT : digits > LONGEST_NUMBER ? LONG : UNKNOWN
}

function resolveWritten(text: string, region: string): string | null {
  if (!ONLY_PHONE.test(text)) return null
  const whole = text.replace(DECIMAL_ZEROS, '$1')
  // `98765.00000` is grouped by its dot: without the zeros it is no number.
  const phone = resolvePhone(toDialled(whole), region) ?? resolvePhone(toDialled(text), region)
  // The reference knows which countries keep the zero of "+39 (0)6"; where it finds no number, the brackets said to
  // leave it out when calling from abroad.
  const found =
    phone ?? (TRUNK_ZERO.test(whole) ? resolvePhone(toDialled(whole.replace(TRUNK_ZERO, '')), region) : null)
  return found?.e164 ?? null
}

/** Digits with the plus in front, if one stands before the first digit. A plus further in makes it no number. */
function toDialled(text: string): string {
  const digits = text.replace(/[^\d+]/gu, '')
  const plusInside = digits.search(/\d\+/u)
  return plusInside < 0 ? digits : ''
}
