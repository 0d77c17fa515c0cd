import { cleanText, isPlaceholder, toAsciiDigits } from '../cells/index.ts'
import { quote } from '../columns/index.ts'
import { type HeaderMapping, type RegionColumn, regionsOf } from '../fields/index.ts'
import { nameOfRegion, regionOfHint } from '../phones/index.ts'

/** How the numbers of one phone column of a row are read if they have no country code. */
export interface RowRegion {
  /** ISO 3166; empty if the row names an unknown country: then such numbers are invalid. */
  readonly region: string
  /** The area code for a number without one; null if the file has no area codes. */
  readonly area: string | null
  /** The explanation for an invalid number; null if only the default region applied. */
  readonly because: string | null
}

export type FindRegion = (cells: readonly string[]) => RowRegion

/** A file has few countries; a hostile one may have a different text in every row. */
const MAX_REMEMBERED = 2_000
const NOTHING = /^[\s0+().-]*$/u
const OWN_CODE = /^\(?(?:\+|00)/u
const AREA_CODE = /^\(?0?\d{1,6}\)?[\s./-]*$/u

/**
 * Creates one function per phone column that finds the region of a row's numbers: by a dialling code of that
 * phone, then of any phone, then the country, then the default. The first non-blank cell decides, also if it
 * is not understood: the default region never overrules the row.
 */
export function createRegionFinders(
  mapping: HeaderMapping,
  fallback: string,
): (phoneColumn: number) => FindRegion {
  const regions = regionsOf(mapping)
  const finders = new Map<string, FindRegion>()
  return (phoneColumn) => {
    const codes = orderOf(regions, 'code', phoneColumn)
    const countries = orderOf(regions, 'country', phoneColumn)
    const [area = -1] = orderOf(regions, 'area', phoneColumn)
    const order = [...codes, ...countries]
    const key = `${order.join()}/${area}`
    const known = finders.get(key)
    if (known) return known
    const finder = createFinder(mapping, order, countries, area, fallback)
    finders.set(key, finder)
    return finder
  }
}

/** Codes of this phone; if there are none, codes of all phones before codes of another one. */
function orderOf(
  regions: readonly RegionColumn[],
  kind: RegionColumn['kind'],
  phone: number,
): readonly number[] {
  const all = regions.filter((region) => region.kind === kind)
  const own = all.filter((region) => region.phone === phone)
  const rest = kind === 'country' ? all.filter((region) => region.phone !== phone) : []
  const chosen =
    own.length > 0
      ? [...own, ...rest]
      : all.toSorted((a, b) => (a.phone === undefined ? 0 : 1) - (b.phone === undefined ? 0 : 1))
  return chosen.map(({ index }) => index)
}

function createFinder(
  mapping: HeaderMapping,
  order: readonly number[],
  countries: readonly number[],
  area: number,
  fallback: string,
): FindRegion {
  const plain: RowRegion = { region: fallback, area: null, because: null }
  if (order.length === 0 && area < 0) return () => plain
  const [first = -1, ...rest] = area < 0 ? order : [...order, area]
  const remembered = new Map<string, RowRegion>()
  let lastKey = ''
  let last: RowRegion | undefined
  return (cells) => {
    let key = cells[first] ?? ''
    for (const index of rest) key += `\n${cells[index] ?? ''}`
    // Neighbouring rows, and the phones of one row, usually agree.
    if (last && key === lastKey) return last
    const found = remembered.get(key) ?? decide(mapping, cells, { order, countries, area, fallback })
    if (remembered.size < MAX_REMEMBERED) remembered.set(key, found)
    lastKey = key
    last = found
    return found
  }
}

interface Order {
  readonly order: readonly number[]
  readonly countries: readonly number[]
  readonly area: number
  readonly fallback: string
}

function decide(
  mapping: HeaderMapping,
  cells: readonly string[],
  { order, countries, area, fallback }: Order,
): RowRegion {
  const textAt = (index: number): string => textOf(cells[index], mapping.columns[index]?.holdsCodes === true)
  const areaCode = area < 0 ? '' : textAt(area)
  const isCountryCode = OWN_CODE.test(areaCode)
  const deciding = isCountryCode ? area : order.find((index) => textAt(index) !== '')
  const hasArea = area >= 0 && !isCountryCode
  const named = nameColumn(mapping, area)
  if (hasArea && areaCode !== '' && !AREA_CODE.test(areaCode))
    return { region: fallback, area: '', because: `${named} holds no area code` }
  const areaDigits = areaCode.replace(/\D/gu, '')
  const withArea = hasArea ? areaDigits : null
  if (deciding === undefined) {
    const because = areaDigits === '' ? `${named} is empty` : `${named} holds its area code`
    return { region: fallback, area: withArea, because: hasArea ? because : null }
  }
  const country = countries.map((index) => regionOfHint(textAt(index), fallback)).find((one) => one !== null)
  const region = regionOfHint(textAt(deciding), country ?? fallback)
  const column = nameColumn(mapping, deciding)
  return region === null
    ? { region: '', area: withArea, because: `${column} names no country or dialling code that is known` }
    : { region, area: withArea, because: `${column} says ${nameOfRegion(region)}` }
}

/** Next to other two-letter codes `NA` is Namibia; elsewhere it is a blank word. */
function textOf(cell: string | undefined, holdsCodes: boolean): string {
  if (cell === undefined || cell === '') return ''
  const text = toAsciiDigits(cleanText(cell))
  if (holdsCodes && text === 'NA') return text
  return NOTHING.test(text) || isPlaceholder(text) ? '' : text
}

function nameColumn({ columns }: HeaderMapping, index: number): string {
  return quote(columns[index] ?? { header: '', index })
}
