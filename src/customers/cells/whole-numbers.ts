import type { WholeNumberStyle } from '../fields/index.ts'
import { cleanText } from './clean-text.ts'

/** pandas writes a column of numbers with one blank cell as decimals: `411001.0`. */
const DECIMAL_ZEROS = /^(\d+)\.0+$/u
const OTHER_DECIMALS = /^\d+\.\d*[1-9]/u
const DIGITS = /^\d+$/u
/** Groups of three, or the Indian way: three at the end, twos before. With the zeros of an amount behind. */
const COMMA_GROUPS = /^(?:\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})+,\d{3})(?:\.0+)?$/u
const POINT_GROUPS = /^\d{1,3}(?:\.\d{3})+(?:,0+)?$/u
/** A number with fewer digits has no groups. */
const MIN_GROUPED_DIGITS = 4

/**
 * How the numbers of an identifier are written, where every number of the sample is written that way: a single
 * `1234.5` or an ungrouped `100234` says that points and commas mean something else.
 *
 * @param mayBeMixed a cell holds one number for certain, so that some may be grouped and others not
 */
export function wholeNumberStyle(cells: readonly string[], mayBeMixed = false): WholeNumberStyle | null {
  const texts = cells.map(cleanText)
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

/** The digits of a number written in the style; any other text as it is. */
export function plainWholeNumber(text: string, style: WholeNumberStyle): string {
  if (style === 'decimal_zeros') return DECIMAL_ZEROS.exec(text)?.[1] ?? text
  if (style === 'comma_groups' && COMMA_GROUPS.test(text))
    return text.replace(/\..*$/u, '').replaceAll(',', '')
  if (style === 'point_groups' && POINT_GROUPS.test(text))
    return text.replace(/,.*$/u, '').replaceAll('.', '')
  return text
}
