import { cleanText, isBlank, isPlaceholder, provenMark, provenOrder, toAsciiDigits } from '../cells/index.ts'
import type { RegionColumn } from '../fields/index.ts'
import { isEnglishCountry, nameOfRegion, planOfRegion, readPhones, regionOfHint } from '../phones/index.ts'

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

interface SampledColumn {
  readonly index: number
  /** Non-blank cells of the sample. */
  readonly cells: readonly string[]
}

interface InferOptions {
  /** ISO 3166 region of phones without a country code. */
  readonly region: string
  /** The first rows of the file. */
  readonly rows: readonly (readonly string[])[]
  readonly phones: readonly SampledColumn[]
}

/** Share of numbers that must exist in the countries next to them. */
const AGREED_SHARE = 0.8
/** More numbers would not change the result. */
const ENOUGH = 50
/** A cell that is certainly a country: it has a plus, or is a country's name. */
const CERTAIN = /^\(?(?:\+|00)|\p{L}{4}/u
/** A file has few countries. A column with more different cells is something else. */
const MAX_COUNTRIES = 60
const DIALLING_CODE = /^\(?(?:\+|00)?\d{1,4}\)?(?:\.0+)?$/u
const ISO_CODE = /^[A-Z]{2}$/u

/**
 * Finds country and dialling code columns by their cells, whatever the heading (`Market`, `Code`). Every cell
 * must name a country, and the numbers beside the foreign ones must exist there. Counts and other codes fail
 * this: their numbers exist only in the default region.
 *
 * @returns the best column for all phones, or else one for each phone next to it (`Code 1`, `Phone 1`)
 */
export function inferRegions(
  candidates: readonly SampledColumn[],
  options: InferOptions,
): readonly RegionColumn[] {
  const found = candidates.flatMap((column): RegionColumn[] => {
    const named = nameRegions(column, options.region)
    if (named === null) return []
    const { index, cells } = column
    const kind = kindOf(cells)
    if (isConfirmed(column, named, options)) return [{ index, kind }]
    const next = [index + 1, index - 1].map((at) => options.phones.find((phone) => phone.index === at))
    const phone = next.find((one) => one && isConfirmed(column, named, { ...options, phones: [one] }))
    return phone ? [{ index, kind, phone: phone.index }] : []
  })
  const ofAll = found.filter(({ phone }) => phone === undefined)
  const best = ofAll.find(({ kind }) => kind === 'code') ?? ofAll[0]
  return best ? [best] : found
}

function kindOf(cells: readonly string[]): 'code' | 'country' {
  const codes = cells.filter((cell) => DIALLING_CODE.test(textOf(cell)))
  return codes.length > cells.length / 2 ? 'code' : 'country'
}

/** What the rows of the sample show about one column. */
interface Tally {
  /** Numbers without a country code next to another country's name. */
  foreign: number
  fitting: number
  /** Of the fitting ones, those that do not exist in the default region. */
  needed: number
}

function isConfirmed(
  column: SampledColumn,
  named: ReadonlyMap<string, string>,
  options: InferOptions,
): boolean {
  const { foreign, fitting, needed } = tallyRows(column, named, options)
  if (foreign === 0 || fitting < foreign * AGREED_SHARE) return false
  const own = callingCodeOf(options.region)
  const isOwnNamed = [...named.values()].some((region) => callingCodeOf(region) === own)
  return needed > 0 || isOwnNamed || [...named.keys()].every((text) => CERTAIN.test(text))
}

/** The region of every different cell; null if a cell names none. */
function nameRegions({ cells }: SampledColumn, region: string): ReadonlyMap<string, string> | null {
  const named = new Map<string, string>()
  const different = new Set<string>()
  for (const cell of cells) {
    different.add(cell)
    if (different.size > MAX_COUNTRIES) return null
  }
  for (const cell of different) {
    const text = textOf(cell)
    if (isPlaceholder(text)) continue
    const found = looksLikeCountry(text) ? regionOfHint(text, region) : null
    if (found === null) return null
    named.set(text, found)
  }
  return named
}

function tallyRows(
  { index }: SampledColumn,
  named: ReadonlyMap<string, string>,
  { region, rows, phones }: InferOptions,
): Tally {
  const tally: Tally = { foreign: 0, fitting: 0, needed: 0 }
  const own = callingCodeOf(region)
  for (const row of rows) {
    const cell = row[index] ?? ''
    const abroad = cell === '' ? undefined : named.get(textOf(cell))
    if (abroad === undefined || callingCodeOf(abroad) === own) continue
    for (const { index: at } of phones) addNumber(row[at] ?? '', abroad, region, tally)
    if (tally.foreign >= ENOUGH) break
  }
  return tally
}

function addNumber(cell: string, named: string, region: string, tally: Tally): void {
  if (isBlank(cell) || /^[^\d+]*(?:\+|00)/u.test(cell)) return
  tally.foreign += 1
  if (readPhones(cell, named).kind !== 'phones') return
  tally.fitting += 1
  if (readPhones(cell, region).kind !== 'phones') tally.needed += 1
}

function callingCodeOf(region: string): string | undefined {
  return planOfRegion(region)?.callingCode
}

/** English names and codes only: looking a remark up in every language takes long. */
function looksLikeCountry(text: string): boolean {
  if (isPlaceholder(text) || DIALLING_CODE.test(text)) return true
  return (ISO_CODE.test(text) && planOfRegion(text) !== null) || isEnglishCountry(text)
}

function textOf(cell: string): string {
  return toAsciiDigits(cleanText(cell))
}
