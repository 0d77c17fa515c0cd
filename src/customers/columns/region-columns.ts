import { cleanText, isBlank, isPlaceholder, toAsciiDigits } from '../cells/index.ts'
import type { IdentityReading, LabelColumn, RegionColumn } from '../fields/index.ts'
import {
  classifyRegionHeader,
  isLabelWord,
  isPhoneWord,
  phoneOfLabel,
  type RegionHeader,
  rankPhoneText,
} from '../headings/index.ts'
import { planOfRegion, readPhones, regionOfHint } from '../phones/index.ts'
import type { Column, ColumnRole } from './classify-columns.ts'
import { inferRegions } from './column-evidence.ts'
import { quote } from './quote-column.ts'

interface RegionOptions {
  readonly region: string
  /** The words to compare a column's heading by. */
  readonly wordsOf: (column: Column) => readonly string[]
  /** The first rows of the file. */
  readonly rows: readonly (readonly string[])[]
  /** True if a person chose another target for the column, so that it gives no country and no area code. */
  readonly isChosenOtherwise: (column: Column) => boolean
  /** Exactly the columns used for an earlier file. */
  readonly given?: readonly RegionColumn[]
}

interface FoundRegions {
  readonly regions: readonly RegionColumn[]
  readonly notes: readonly string[]
}

/** Share of cells that must agree with an ambiguous heading. */
const AGREED_SHARE = 0.8
const NUMBERING = new Set('number value wert valeur valor valore waarde varde'.split(' '))
/** `Shipping Country` belongs to `Shipping Phone`. */
const GENERIC = new Set(['phone', 'telephone'])

/**
 * Finds the columns with the country or the area code of a row's numbers.
 *
 * @param main columns of the fields dialling code and country; they precede others of their kind
 */
export function findRegionColumns(
  columns: readonly Column[],
  roles: readonly ColumnRole[],
  phones: readonly Column[],
  main: ReadonlySet<number>,
  options: RegionOptions,
): FoundRegions {
  const { given, isChosenOtherwise } = options
  if (given) {
    const kept = given.filter(
      ({ index }) => !columns.some((one) => one.index === index && isChosenOtherwise(one)),
    )
    return { regions: kept, notes: describe(columns, kept, main, options.region) }
  }
  const found = columns.flatMap((column, at): RegionColumn[] => {
    if (phones.includes(column) || roles[at]?.kind === 'ours' || isChosenOtherwise(column)) return []
    const header = regionHeaderOf(column, roles[at], options)
    const kind = header && decideKind(header, column, options.region)
    if (!header || !kind) return []
    if (header.kind === 'area' && header.isWeak && !isNeededBefore(column, phones, options)) return []
    const phone = phoneOf(header, phones, options)
    return [{ index: column.index, kind, ...(phone !== undefined && { phone }) }]
  })
  const regions = [...found, ...inferAll(columns, roles, phones, found, options)].toSorted(
    (a, b) => Number(main.has(b.index)) - Number(main.has(a.index)),
  )
  return { regions, notes: describe(columns, regions, main, options.region) }
}

/**
 * Without a country column, or for a phone beside others that have a code of their own. Otherwise two columns
 * may contradict each other.
 */
function inferAll(
  columns: readonly Column[],
  roles: readonly ColumnRole[],
  phones: readonly Column[],
  found: readonly RegionColumn[],
  { region, rows, isChosenOtherwise }: RegionOptions,
): readonly RegionColumn[] {
  const stated = found.filter(({ kind }) => kind !== 'area')
  if (stated.some(({ phone }) => phone === undefined)) return []
  const open = phones.filter(({ index }) => !stated.some(({ phone }) => phone === index))
  const candidates = columns.filter(
    (column, at) =>
      roles[at]?.kind === 'attribute' &&
      !phones.includes(column) &&
      !isChosenOtherwise(column) &&
      !found.some(({ index }) => index === column.index),
  )
  const inferred = inferRegions(candidates, { region, rows, phones: open })
  if (stated.length === 0) return inferred
  const [only] = open
  return open.length === 1 && only
    ? inferred.map((one) => ({ ...one, phone: only.index }))
    : inferred.filter(({ phone }) => phone !== undefined)
}

function regionHeaderOf(
  column: Column,
  role: ColumnRole | undefined,
  { wordsOf }: RegionOptions,
): RegionHeader | null {
  const header = classifyRegionHeader(wordsOf(column))
  if (role?.kind !== 'field') return header
  if (role.match.field.name === 'phone_code')
    return { kind: 'code', isWeak: false, phone: header?.phone ?? [] }
  if (role.match.field.name !== 'country') return null
  return header ?? { kind: 'country', isWeak: false, phone: [] }
}

/** @returns null if the cells do not confirm the heading */
function decideKind(
  { kind, isWeak }: RegionHeader,
  { cells }: Column,
  region: string,
): RegionColumn['kind'] | null {
  const texts = cells.map((cell) => toAsciiDigits(cleanText(cell))).filter((text) => !isPlaceholder(text))
  if (kind === 'code_or_area') {
    const digits = texts.filter((text) => /^\(?\+?\d{1,6}\)?(?:\.0+)?$/u.test(text))
    const isAgreed = texts.length > 0 && digits.length >= texts.length * AGREED_SHARE
    if (!isAgreed) return isWeak ? null : 'area'
    return areCountryCodes(texts, region) ? 'code' : 'area'
  }
  if (!isWeak || kind === 'area') return kind
  const understood = texts.filter((text) => regionOfHint(text, region) !== null)
  return texts.length > 0 && understood.length >= texts.length * AGREED_SHARE ? kind : null
}

/**
 * True if most short numbers next to a column become phones with its cells in front, and none are phones
 * without. School classes are next to whole numbers, and town names have no digits.
 */
function isNeededBefore(
  { index }: Column,
  phones: readonly Column[],
  { region, rows }: RegionOptions,
): boolean {
  let short = 0
  let joined = 0
  for (const row of rows) {
    const area = toAsciiDigits(cleanText(row[index] ?? '')).replace(/[\s().-]/gu, '')
    if (isPlaceholder(area)) continue
    const numbers = phones.flatMap(({ index: at }) => {
      const cell = row[at] ?? ''
      return isBlank(cell) || readPhones(cell, region).kind === 'phones' ? [] : [cell]
    })
    if (numbers.length === 0) continue
    short += 1
    const isArea = /^\d{1,6}$/u.test(area)
    if (isArea && numbers.some((cell) => readPhones(cell, region, area).kind === 'phones')) joined += 1
  }
  return joined > 0 && joined >= short * AGREED_SHARE
}

/** All have a plus; or all are country codes and the region's own is among them. */
function areCountryCodes(texts: readonly string[], region: string): boolean {
  if (texts.every((text) => /^\(?(?:\+|00)/u.test(text))) return true
  const own = planOfRegion(region)?.callingCode ?? ''
  return (
    texts.some((text) => text.replace(/^00/u, '') === own) &&
    texts.every((text) => !/^0[1-9]/u.test(text) && regionOfHint(text, region) !== null)
  )
}

/**
 * The phone column of a heading such as `Mobile Country Code`: the one with the same words, or the only one
 * with the same place (`Alternate Country Code` of `Alternate Mobile`).
 */
function phoneOf(
  header: RegionHeader,
  phones: readonly Column[],
  { wordsOf }: RegionOptions,
): number | undefined {
  if (header.phone.length === 0) return undefined
  const wanted = keyOfWords(header.phone)
  const ignored = header.phone.some((word) => GENERIC.has(word))
    ? NUMBERING
    : new Set([...NUMBERING, ...GENERIC])
  const same = phones.find(
    (phone) => keyOfWords(wordsOf(phone).filter((word) => !ignored.has(word))) === wanted,
  )
  if (same) return same.index
  const placed = phones.filter(
    (phone) =>
      keyOfWords(wordsOf(phone).filter((word) => !NUMBERING.has(word) && !isPhoneWord(word))) === wanted,
  )
  return placed.length === 1 ? placed[0]?.index : undefined
}

function keyOfWords(words: readonly string[]): string {
  return [...new Set(words)].sort().join(' ')
}

/** A note if it was inferred, or makes a difference. */
function describe(
  columns: readonly Column[],
  regions: readonly RegionColumn[],
  main: ReadonlySet<number>,
  region: string,
): readonly string[] {
  const nameAll = (some: readonly RegionColumn[]): string =>
    some.map(({ index }) => quote(columns[index] ?? { header: '', index })).join(', then ')
  const areas = regions.filter(({ kind }) => kind === 'area')
  const others = regions.filter(({ kind }) => kind !== 'area')
  const isForeign = (cell: string): boolean =>
    !isBlank(cell) && regionOfHint(cleanText(cell), region) !== region
  const isWorthNoting = others.some(
    ({ index }) => !main.has(index) || columns[index]?.cells.some(isForeign) === true,
  )
  return [
    ...(isWorthNoting
      ? [`The country of phones without a country code is taken from ${nameAll(others)}.`]
      : []),
    ...(areas.length > 0 ? [`The area code of phones is taken from ${nameAll(areas)}.`] : []),
  ]
}

interface FoundLabels {
  readonly labels: readonly LabelColumn[]
  readonly notes: readonly string[]
}

/** Below this share of known labels, a column of types (`Android`, `Prepaid`) does not order the phones. */
const LABELLED_SHARE = 0.5

/** Finds the columns that label each phone of a row: `Phone 1 - Label` for `Phone 1 - Value`. */
export function findLabelColumns(
  columns: readonly Column[],
  phones: readonly Column[],
  {
    given,
    isChosenOtherwise,
  }: Pick<RegionOptions, 'isChosenOtherwise'> & { readonly given?: Pick<IdentityReading, 'labels'> },
): FoundLabels {
  const known = given
    ? (given.labels ?? [])
    : columns.flatMap((column): LabelColumn[] => {
        if (isLabelOfOnly(column, phones)) return [{ index: column.index, phone: phones[0]?.index ?? 0 }]
        const words = phones.includes(column) ? null : phoneOfLabel(column.words.words)
        if (words === null || !areLabels(column)) return []
        const phone = phones.find((one) => keyOf(one.words.words) === keyOf(words))
        return phone ? [{ index: column.index, phone: phone.index }] : []
      })
  const labels = known.filter(
    ({ index }) => !columns.some((one) => one.index === index && isChosenOtherwise(one)),
  )
  if (labels.length === 0) return { labels, notes: [] }
  const isStated = labels.length > 1 || labels.some(({ index }) => columns[index]?.cells.some(isOther))
  if (!isStated) return { labels, notes: [] }
  const named = labels.map(({ index }) => quote(columns[index] ?? { header: '', index })).join(', ')
  const notes = [
    `${named}: the phone of a row that is labelled as a mobile comes first, and faxes are left out.`,
  ]
  return { labels, notes }
}

function isOther(cell: string): boolean {
  return rankPhoneText(cell) === 'other'
}

function keyOf(words: readonly string[]): string {
  return words.filter((word) => !NUMBERING.has(word)).join(' ')
}

/** `Type` beside the only phone, if every cell is a label: a type may be of anything. */
function isLabelOfOnly({ words, cells }: Column, phones: readonly Column[]): boolean {
  const isLabel = isLabelWord(words.words) && cells.length > 0
  return isLabel && phones.length === 1 && cells.every((cell) => rankPhoneText(cell) !== null)
}

function areLabels({ cells }: Column): boolean {
  const known = cells.filter((cell) => rankPhoneText(cell) !== null)
  return cells.length > 0 && known.length >= cells.length * LABELLED_SHARE
}
