import {
  BLANK,
  type BlankCell,
  BROKEN_FORMULA,
  blankOf,
  type CellProblem,
  DAMAGED,
  isPlaceholder,
  problem,
  readScientific,
  spreadsheetError,
} from '../cells/index.ts'
import { nameOfRegion, splitCountryName } from './country-region.ts'
import { type DialledPhone, dialPhone, regionBehindPlus } from './dial-phone.ts'
import { joinCodes, piecesOfJson } from './join-codes.ts'
import { type LabelledPiece, labelPieces } from './label-phones.ts'
import { planOfRegion } from './numbering-plan.ts'
import { tidyPhone, withoutExtras, withoutLabels } from './phone-writing.ts'
import type { ResolvedPhone } from './resolve-phone.ts'
import { countDigits, splitAfterAreaCode, splitAtSlash, splitAtSpaces, splitPhones } from './split-phones.ts'

/**
 * The phones of one cell without duplicates, in their order or ranked by their labels. `leftOut` counts
 * pieces that are no phone, or another person's.
 */
type PhoneReading =
  | { readonly kind: 'phones'; readonly phones: readonly string[]; readonly leftOut: number }
  | BlankCell
  | CellProblem

const MASKED = problem('phone_masked', 'has letters or stars in place of digits')
const LETTERS = problem('phone_invalid', 'holds letters where a phone number is expected')
const SHORT = problem('phone_invalid', 'is too short for a phone number')
const LONG = problem('phone_invalid', 'is too long for a phone number')
const UNKNOWN = problem('phone_invalid', 'is not a valid phone number')
const AMBIGUOUS = problem(
  'phone_invalid',
  'can be read as two different phone numbers, with the country code and without it',
)
const FOREIGN = problem('phone_invalid', 'holds a number that exists in two of the countries it names')
const DATE = problem('phone_invalid', 'holds a date where a phone number is expected')
const SOMEBODY_ELSES = problem('phone_invalid', "holds only faxes or somebody else's phones, by their labels")

/** Longer than any real cell of phones; bounds the work for a hostile cell. */
const MAX_CELL_LENGTH = 500

/** `9876543210 x12`, `9876543210 (x12)`: an x with a few digits after a whole number. */
const SHORT_EXTENSION = /^([^x#]*\d[^x#]*?)\s*\(?\s*[x#]\s*\d{1,6}\s*\)?$/iu
const MASK = /[*•●∗✱]|[x_?%]{2,}|\d\s?[x#]|[x#]\s?\d/iu
const ONLY_PHONE = /^[+\d\s().[\]~'/-]+$/u
/** A number that a program converted to a decimal. */
const DECIMAL_ZEROS = /^(\+?[\d ]+)\.0+$/u
/** `9,876,543,210.00` and `9,87,65,43,210.00`: a number that a spreadsheet showed as an amount. */
const GROUPED_DECIMAL = /^(\+?\d{1,3}(?:,\d{2,3})+)\.0+$/u
/** `31/12/1985`, `1985-12-31`: eight digits are a whole number in Norway, Singapore and other countries. */
const WRITTEN_DATE =
  /^(?:(?:0?[1-9]|[12]\d|3[01])([./-])(?:0?[1-9]|1[0-2])\1|(?:0?[1-9]|1[0-2])([./-])(?:0?[1-9]|[12]\d|3[01])\2)(?:19|20)\d{2}$|^(?:19|20)\d{2}([./-])(?:0?[1-9]|1[0-2])\3(?:0?[1-9]|[12]\d|3[01])$/u
const TRUNK_ZERO = /\(\s*0\s*\)/u
const LETTER = /\p{L}/u
/** A number with its own country code. */
const OWN_CODE = /^[^\d+]*(?:\+|00)/u

/** The plan decides the lengths of national numbers; these only choose the problem text. */
const SHORTEST_NUMBER = 8
const LONGEST_NUMBER = 15

/** How a cell's numbers are dialled. The region changes after a number with a foreign code. */
interface Dialling {
  readonly region: string
  readonly area: string | null
}

/**
 * Reads every phone in a cell as E.164.
 *
 * Accepts any separators and digits of any script, `tel:` links, Excel's prefixes, international prefixes of
 * `region`, and several numbers in one cell. Extensions are dropped, because E.164 has none. Letters are
 * never converted to digits.
 *
 * @param region ISO 3166 alpha-2 region for numbers without a country code; empty if it is unknown, so only
 * numbers with a country code are phones
 * @param area the row's area code cell; null if the file has none
 */
export function readPhones(cell: string, region: string, area: string | null = null): PhoneReading {
  const digits = plainDigits(cell)
  // The fast path takes dashes out; a date has at most eight digits.
  if (
    digits !== null &&
    (digits.length > 8 || digits.length === cell.length || !WRITTEN_DATE.test(cell.trim()))
  ) {
    const phone = dialPhone(digits, region, area)
    if (phone === 'ambiguous') return AMBIGUOUS
    if (phone) return { kind: 'phones', phones: [phone.e164], leftOut: 0 }
  }
  return readAny(cell, { region, area })
}

/**
 * Fast path for most cells: digits with spaces, dashes and brackets. Null for anything else; if nothing is
 * found, `readAny` tries again.
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

function readAny(cell: string, dialling: Dialling): PhoneReading {
  const text = tidyPhone(cell)
  if (text === '' || /^[0\s-]+$/u.test(text)) return /0{5}/u.test(text) ? UNKNOWN : BLANK
  if (isPlaceholder(text)) return blankOf(text)
  if (text.length > MAX_CELL_LENGTH) return LONG
  if (WRITTEN_DATE.test(text)) return DATE
  const error = spreadsheetError(text)
  if (error) return error === 'broken' ? BROKEN_FORMULA : BLANK
  const scientific = readScientific(text)
  if (scientific?.kind === 'damaged') return DAMAGED
  if (scientific) return collect(labelPieces([scientific.digits]), dialling)
  const grouped = GROUPED_DECIMAL.exec(text)
  if (grouped) return collect(labelPieces([(grouped[1] ?? '').replaceAll(',', '')]), dialling)
  const listed = piecesOfJson(text)
  if (listed?.length === 0) return BLANK
  const split = listed ?? splitPhones(withoutExtras(text)).flatMap((piece) => splitOrKeep(piece, dialling))
  const pieces = joinCodes(split, (joined) => typeof resolveWritten(joined, dialling) === 'object')
  return collect(labelPieces(pieces), dialling)
}

/**
 * A slash separates two numbers, or is inside one: `+49 (0)171 / 1234567`, where the part before it is no
 * phone.
 */
function splitOrKeep(piece: string, dialling: Dialling): readonly string[] {
  const parts = splitAtSlash(piece)
  const [first = ''] = parts
  const [labelled] = labelPieces([first])
  if (parts.length === 1 || (labelled && isPhone(readOne(labelled.text, dialling)))) return parts
  const whole = parts.join('/')
  return resolveWritten(whole, dialling) === null ? parts : [whole]
}

interface FoundPhone extends ResolvedPhone {
  readonly rank: number
  /** As written, if the country comes from the row and not from the number. */
  readonly assumed?: string
}

function collect(pieces: readonly LabelledPiece[], dialling: Dialling): PhoneReading {
  const found: FoundPhone[] = []
  const problems: CellProblem[] = []
  let current = dialling
  for (const { text: piece, rank, isSomebodyElses } of pieces) {
    if (isSomebodyElses) {
      problems.push(SOMEBODY_ELSES)
      continue
    }
    const { text, hasCode, own } = ownCountry(piece, dialling)
    const reading = readPiece(text, hasCode ? own : current)
    if (!Array.isArray(reading)) {
      problems.push(reading)
      continue
    }
    for (const phone of reading)
      found.push({ ...phone, rank, ...(!hasCode && current === dialling && { assumed: text }) })
    const last = reading.at(-1)
    if (hasCode && last) current = followRegion(last, dialling)
  }
  const kept = dropDoubtful(found, dialling)
  if (kept.length < found.length) problems.push(FOREIGN)
  if (kept.length === 0)
    return problems.find(({ code }) => code !== 'phone_invalid') ?? problems[0] ?? UNKNOWN
  const ranked = kept.toSorted((a, b) => a.rank - b.rank)
  return { kind: 'phones', phones: [...new Set(ranked.map(({ e164 }) => e164))], leftOut: problems.length }
}

/** The country that a piece itself states, by its code or its country's name. */
function ownCountry(
  piece: string,
  dialling: Dialling,
): { readonly text: string; readonly hasCode: boolean; readonly own: Dialling } {
  const named = LETTER.test(piece) ? splitCountryName(piece) : null
  return named
    ? { text: named.number, hasCode: true, own: { region: named.region, area: null } }
    : { text: piece, hasCode: OWN_CODE.test(piece), own: dialling }
}

/**
 * After a number of another country, numbers without a country code belong to that country, or are invalid.
 */
function followRegion({ region }: ResolvedPhone, dialling: Dialling): Dialling {
  const isHome = planOfRegion(region)?.callingCode === planOfRegion(dialling.region)?.callingCode
  return isHome ? dialling : { region, area: null }
}

/** A number before a foreign one that is valid in both countries is uncertain. */
function dropDoubtful(found: readonly FoundPhone[], dialling: Dialling): readonly FoundPhone[] {
  const foreign = found.find((phone) => followRegion(phone, dialling) !== dialling)
  if (!foreign) return found
  return found.filter(
    ({ assumed }) =>
      assumed === undefined || !isPhone(readOne(assumed, { region: foreign.region, area: null })),
  )
}

/** The phones of one piece: one as a whole, or several separated by a space or a slash. */
function readPiece(piece: string, dialling: Dialling): ResolvedPhone[] | CellProblem {
  const whole = readOne(piece, dialling)
  if (isPhone(whole)) return [whole]
  const apart = whole === AMBIGUOUS ? [] : readApart(piece, dialling)
  return apart.length === 0 ? whole : apart
}

function readApart(piece: string, dialling: Dialling): ResolvedPhone[] {
  let current = dialling
  const atSpaces = splitAtSpaces(piece).map((part) => {
    const hasCode = OWN_CODE.test(part)
    const one = readOne(part, hasCode ? dialling : current)
    if (hasCode && isPhone(one)) current = followRegion(one, dialling)
    return one
  })
  if (atSpaces.length > 1 && atSpaces.every(isPhone)) return atSpaces
  return splitAfterAreaCode(piece)
    .map((part) => readOne(part, dialling))
    .filter(isPhone)
}

function isPhone(one: ResolvedPhone | CellProblem): one is ResolvedPhone {
  return 'e164' in one
}

function readOne(piece: string, dialling: Dialling): ResolvedPhone | CellProblem {
  const scientific = readScientific(piece)
  if (scientific?.kind === 'damaged') return DAMAGED
  const bare = withoutLabels(piece)
  const short = SHORT_EXTENSION.exec(bare)
  const phone = resolveWritten(bare, dialling) ?? (short ? resolveWritten(short[1] ?? '', dialling) : null)
  if (phone === 'ambiguous') return AMBIGUOUS
  if (phone) return phone
  if (MASK.test(bare)) return MASKED
  if (/\p{L}/u.test(bare)) return LETTERS
  const digits = countDigits(bare)
  if (digits < SHORTEST_NUMBER) return SHORT
  return digits > LONGEST_NUMBER ? LONG : (withoutPlus(bare, dialling) ?? UNKNOWN)
}

/**
 * Names the country whose code a number seems to start with. It stays a problem, because one digit too many
 * looks the same.
 */
function withoutPlus(text: string, { region }: Dialling): CellProblem | null {
  const digits = text.replace(/\D/gu, '')
  if (region === '' || /^\+|^0/u.test(text)) return null
  const abroad = regionBehindPlus(digits, region)
  if (abroad === null) return null
  return problem(
    'phone_invalid',
    `is not a phone number of ${nameOfRegion(region)}. With a plus in front it would be one of ${nameOfRegion(abroad)}`,
  )
}

function resolveWritten(text: string, { region, area }: Dialling): DialledPhone {
  if (!ONLY_PHONE.test(text)) return null
  const whole = text.replace(DECIMAL_ZEROS, '$1')
  const dial = (written: string): DialledPhone => dialPhone(toDialled(written), region, area)
  // `98765.00000` is grouped by its dot: without the zeros it is no number.
  const phone = dial(whole) ?? dial(text)
  // The reference knows which countries keep the zero of "+39 (0)6". If it finds no number, the zero in
  // brackets is dropped, as for calls from abroad.
  return phone ?? (TRUNK_ZERO.test(whole) ? dial(whole.replace(TRUNK_ZERO, '')) : null)
}

/** Digits with the plus in front if one comes before the first digit. A later plus makes it invalid. */
function toDialled(text: string): string {
  const digits = text.replace(/[^\d+]/gu, '')
  const plusInside = digits.search(/\d\+/u)
  return plusInside < 0 ? digits : ''
}
