import { provenMark, provenOrder } from '../cells/index.ts'
import { nameOfRegion, planOfRegion, readPhones } from '../phones/index.ts'

/** Evidence about a column from the sample's non-blank cells. */

/** The share of cells (0 to 1) with at least one valid phone. */
export function phoneShare(cells: readonly string[], region: string): number {
  if (cells.length === 0) return 0
  return cells.filter((cell) => readPhones(cell, region).kind === 'phones').length / cells.length
}

/** True if any cell has one. Usually the first; checking all cells of all columns would be slow. */
export function hasPhone(cells: readonly string[], region: string): boolean {
  return cells.some((cell) => readPhones(cell, region).kind === 'phones')
}

export interface DateEvidence {
  readonly order: 'day_first' | 'month_first'
  /**
   * - `proven`: some date has only one reading. `contradicted`: both orders are proven. `assumed`: no date
   *   proves one.
   */
  readonly by: 'proven' | 'contradicted' | 'assumed'
  /** An ambiguous date for the note; absent if there is none. */
  readonly example?: string
}

export function dateEvidence(cells: readonly string[], fallback: DateEvidence['order']): DateEvidence {
  const orders = cells.map(provenOrder)
  const at = orders.indexOf('either')
  const example = at < 0 ? {} : { example: cells[at] ?? '' }
  const isDayFirst = orders.includes('day_first')
  const isMonthFirst = orders.includes('month_first')
  if (isDayFirst && isMonthFirst) return { order: fallback, by: 'contradicted', ...example }
  if (isDayFirst || isMonthFirst) return { order: isDayFirst ? 'day_first' : 'month_first', by: 'proven' }
  return { order: fallback, by: 'assumed', ...example }
}

/** @returns null if no cell proves it or cells contradict each other */
export function decimalMark(cells: readonly string[]): 'point' | 'comma' | null {
  const marks = new Set(cells.map(provenMark))
  if (marks.has('point') === marks.has('comma')) return null
  return marks.has('point') ? 'point' : 'comma'
}

/** Countries to check if a column's numbers are not of the default region: the origins of most exports. */
const LIKELY = [
  'US',
  'GB',
  'AE',
  'DE',
  'FR',
  'ES',
  'IT',
  'BR',
  'MX',
  'AU',
  'SG',
  'MY',
  'ID',
  'PH',
  'PK',
  'BD',
  'LK',
  'NP',
  'NG',
  'KE',
  'ZA',
  'IN',
]
/** `(415) 555-2671`: valid in India too, but nobody writes it so there. */
const AMERICAN = /^\s*(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[-.])[2-9]\d{2}[-.]\d{4}\s*$/u
const FEW = 3
const MANY = 0.5
const MIN_SHARE = 0.8

/**
 * Finds numbers without a country code that are not of the default region but would all be valid in another
 * country.
 *
 * @returns a sentence for the receipt, or null
 */
export function foreignPhones(column: string, cells: readonly string[], region: string): string | null {
  const american = cells.filter((cell) => AMERICAN.test(cell) && readPhones(cell, 'US').kind === 'phones')
  if (
    american.length >= FEW &&
    american.length / cells.length >= MIN_SHARE &&
    planOfRegion(region)?.callingCode !== '1'
  )
    return `Most numbers in ${column} are written as in the United States and Canada, but were read as numbers of ${nameOfRegion(region)}. Write them with their country code, or add a column with the country.`
  const strange = cells.filter((cell) => readPhones(cell, region).kind === 'problem')
  if (strange.length < FEW || strange.length / cells.length < MANY) return null
  const withPlus = strange.filter((cell) => readPhones(`+${cell.trim()}`, region).kind === 'phones')
  if (withPlus.length / strange.length > MANY) {
    return `Many numbers in ${column} look like numbers of another country without the plus sign. Write them with it, for example +971 50 123 4567.`
  }
  const shares = LIKELY.map((other) => ({ other, share: phoneShare(strange, other) }))
  const [best] = shares.sort((a, b) => b.share - a.share)
  if (!best || best.share < MIN_SHARE) return null
  return `Most numbers in ${column} are not numbers of ${nameOfRegion(region)}, but look like numbers of ${nameOfRegion(best.other)}. Write them with their country code, or add a column with the country.`
}
