import type { WholeNumberStyle } from '../fields/index.ts'
import { isPlaceholder } from './blank-words.ts'
import {
  BLANK,
  BROKEN_FORMULA,
  blankOf,
  type CellReading,
  type ColumnStyle,
  DAMAGED,
  problem,
  value,
} from './cell-reading.ts'
import { cleanText, readScientific, spreadsheetError, toAsciiNumber } from './clean-text.ts'

/** A double holds every decimal number of up to 15 significant digits exactly (IEEE 754). */
const MAX_DIGITS = 15
const PLAIN = /^-?\d{1,15}$/u
const UNSIGNED = /^\d{1,15}$/u
const UNSIGNED_DECIMAL = /^\d{1,12}\.(?:\d{1,2}|\d{4,6})$/u
/**
 * Grouped digits with one meaning for either decimal mark: at least two groups, or decimals after a group.
 */
const GROUPS_ALONE =
  /^(?:\d{1,3}(?:,\d{3}){2,}|\d{1,2}(?:,\d{2})+,\d{3}|\d{1,3}(?:,\d{3})+(?=\.))(?:\.\d{1,2})?$/u
const ONLY_NUMBER = /^\d[\d.,'’ ]*$|^[.,]\d+$/u
/** Groups of three, or the Indian way: three at the end, twos before. */
const GROUPED = /^\d{1,3}(?:S\d{3})+$|^\d{1,2}(?:S\d{2})+S\d{3}$/u

const INVALID = problem('number_invalid', 'is not a number')
const TOO_MANY_DIGITS = problem('number_invalid', 'has more digits than can be kept exactly')

type Mark = 'point' | 'comma'
type Amount =
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'ambiguous' | 'invalid' | 'too_many_digits' }

/** Fast path for most grouped cells, `1,57,270` or `1,200.50`; null for everything else. */
export function readGroups(text: string): number | null {
  return text.length <= MAX_DIGITS && GROUPS_ALONE.test(text) ? Number(text.replaceAll(',', '')) : null
}

/** Reads a plain number with any usual grouping; `12.5%` is 12.5. */
export function readNumber(cell: string, style: ColumnStyle): CellReading<number> {
  const text = cleanText(cell)
  if (text === '') return BLANK
  if (PLAIN.test(text)) return value(Number(text) + 0)
  const grouped = readGroups(text)
  if (grouped !== null) return value(grouped)
  if (isPlaceholder(text)) return blankOf(text)
  const error = spreadsheetError(text)
  if (error) return error === 'broken' ? BROKEN_FORMULA : BLANK
  const ascii = toAsciiNumber(text)
  const scientific = readScientific(ascii)
  if (scientific?.kind === 'damaged') return DAMAGED
  if (scientific) return value(Number(scientific.digits))
  const unsigned = splitSign(ascii.replace(/ ?%$/u, ''))
  const amount = parseAmount(unsigned.text, style.decimalMark ?? style.usualMark)
  if (amount.kind === 'number') return value(unsigned.isNegative ? 0 - amount.number : amount.number)
  return amount.kind === 'too_many_digits' ? TOO_MANY_DIGITS : INVALID
}

/** Minus before or after, a plus, or accounting brackets. */
export function splitSign(text: string): { readonly text: string; readonly isNegative: boolean } {
  const bracketed = /^\(\s?(.*?)\s?\)$/u.exec(text)
  const inner = bracketed ? (bracketed[1] ?? '') : text
  const sign = /^([-−–+])\s?|\s?([-−–])$/u.exec(inner)
  if (!sign) return { text: inner, isNegative: bracketed !== null }
  const isMinus = sign[1] !== '+'
  // "(-500)" has one minus: the brackets and the sign mean the same.
  return { text: inner.replace(sign[0], '').trim(), isNegative: isMinus || bracketed !== null }
}

/**
 * Parses digits with grouping and decimals. If both marks occur, the last is the decimal one. A single mark
 * groups if groups follow, else it is decimal. `1.200` and `1,200` alone can be either: `mark` decides, and
 * without it they are `ambiguous`.
 */
export function parseAmount(text: string, mark: Mark | null): Amount {
  if (UNSIGNED.test(text) || UNSIGNED_DECIMAL.test(text)) return { kind: 'number', number: Number(text) }
  if (!ONLY_NUMBER.test(text)) return { kind: 'invalid' }
  const point = text.lastIndexOf('.')
  const comma = text.lastIndexOf(',')
  const at = Math.max(point, comma)
  if (at < 0) return finish(text, '')
  const sign = text.charAt(at)
  const isAlone = text.indexOf(sign) === at
  const whole = text.slice(0, at)
  const rest = text.slice(at + 1)
  if (!isAlone) return point >= 0 && comma >= 0 ? { kind: 'invalid' } : finish(text, '')
  if (!/^\d*$/u.test(rest)) return finish(text, '')
  const couldGroup = /^[1-9]\d{0,2}$/u.test(whole) && rest.length === 3
  if (!couldGroup) return finish(whole, rest)
  if (mark === null) return { kind: 'ambiguous' }
  const isDecimal = (sign === '.') === (mark === 'point')
  return isDecimal ? finish(whole, rest) : finish(text, '')
}

function finish(whole: string, decimals: string): Amount {
  const marks = new Set(whole.replace(/\d/gu, ''))
  if (marks.size > 1) return { kind: 'invalid' }
  for (const mark of marks) {
    if (!GROUPED.test(whole.replaceAll(mark, 'S'))) return { kind: 'invalid' }
  }
  const digits = whole.replace(/\D/gu, '')
  const significant = (digits + decimals).replace(/^0+/u, '')
  if (significant.length > MAX_DIGITS) return { kind: 'too_many_digits' }
  const number = Number(`${digits || '0'}.${decimals || '0'}`)
  return Number.isFinite(number) ? { kind: 'number', number } : { kind: 'invalid' }
}

/** @returns the decimal mark a text proves, `either` if both are possible, or null if it has none. */
export function provenMark(text: string): Mark | 'either' | null {
  const match = /^\D*((?:\d[\d.,'’ ]*)?\d)\D*$/u.exec(toAsciiNumber(cleanText(text)))
  const body = match?.[1]
  if (!body || parseAmount(body, 'point').kind !== 'number') return null
  const point = body.lastIndexOf('.')
  const comma = body.lastIndexOf(',')
  if (point < 0 && comma < 0) return null
  if (point >= 0 && comma >= 0) return point > comma ? 'point' : 'comma'
  const sign = point >= 0 ? '.' : ','
  const isRepeated = body.indexOf(sign) !== body.lastIndexOf(sign)
  if (isRepeated) return sign === '.' ? 'comma' : 'point'
  if (parseAmount(body, null).kind === 'ambiguous') return 'either'
  return sign === '.' ? 'point' : 'comma'
}

/**
 * The usual decimal mark of a region, from Unicode CLDR for the region's likeliest language (`IN` → `hi-IN` →
 * point, `DE` → comma).
 */
export function usualDecimalMark(region: string): 'point' | 'comma' {
  const parts = new Intl.NumberFormat(likelyLocale(region), { numberingSystem: 'latn' }).formatToParts(1.5)
  return parts.some(({ type, value }) => type === 'decimal' && value === ',') ? 'comma' : 'point'
}

function likelyLocale(region: string): string {
  try {
    return new Intl.Locale(`und-${region}`).maximize().toString()
  } catch {
    return 'en'
  }
}

/** pandas writes a column of numbers with one blank cell as decimals: `411001.0`. */
const DECIMAL_ZEROS = /^(\d+)\.0+$/u
const OTHER_DECIMALS = /^\d+\.\d*[1-9]/u
const DIGITS = /^\d+$/u
/** Groups of three, or the Indian way: three at the end, twos before. With the decimal zeros of an amount. */
const COMMA_GROUPS = /^(?:\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})+,\d{3})(?:\.0+)?$/u
const POINT_GROUPS = /^\d{1,3}(?:\.\d{3})+(?:,0+)?$/u
/** A number with fewer digits has no groups. */
const MIN_GROUPED_DIGITS = 4

/**
 * How the numbers of an identifier column are written, if all numbers of the sample agree. A single `1234.5`
 * or an ungrouped `100234` shows that points and commas mean something else.
 *
 * @param mayBeMixed true if a cell certainly holds one number, so that some may be grouped and others not
 */
export function wholeNumberStyle(cells: readonly string[], mayBeMixed = false): WholeNumberStyle | null {
  // A shortened number says nothing about the others: its own row is invalid.
  const texts = cells.map(cleanText).filter((text) => readScientific(text) === null)
  const minDigits = mayBeMixed ? Infinity : MIN_GROUPED_DIGITS
  if (isAll(texts, COMMA_GROUPS, minDigits)) return 'comma_groups'
  if (isAll(texts, POINT_GROUPS, minDigits)) return 'point_groups'
  const hasZeros = texts.some((text) => DECIMAL_ZEROS.test(text))
  return hasZeros && !texts.some((text) => OTHER_DECIMALS.test(text)) ? 'decimal_zeros' : null
}

function isAll(texts: readonly string[], groups: RegExp, minDigits: number): boolean {
  const isShort = (text: string) => DIGITS.test(text) && text.length < minDigits
  return texts.some((text) => groups.test(text)) && texts.every((text) => groups.test(text) || isShort(text))
}

/** The digits of a number in the style; any other text unchanged. */
export function plainWholeNumber(text: string, style: WholeNumberStyle): string {
  if (style === 'decimal_zeros') return DECIMAL_ZEROS.exec(text)?.[1] ?? text
  if (style === 'comma_groups' && COMMA_GROUPS.test(text))
    return text.replace(/\..*$/u, '').replaceAll(',', '')
  if (style === 'point_groups' && POINT_GROUPS.test(text))
    return text.replace(/,.*$/u, '').replaceAll('.', '')
  return text
}
