import { cleanText, isBlank } from '../cells/index.ts'
import {
  type AssignedColumn,
  attributeName,
  type ColumnMapping,
  describeRules,
  describeUnusedRules,
  type FieldCatalogue,
  findRules,
  type HeaderMapping,
  type IdentityReading,
  ownAttribute,
  type StatedRule,
} from '../fields/index.ts'
import { findPersonPrefix, type PersonPrefix, wordsBehindPrefix } from '../headings/index.ts'
import { createDummyPhones, readPhones } from '../phones/index.ts'
import {
  choosePhones,
  describePhones,
  type PhoneChoice,
  type PhoneQuestion,
  putFirst,
  takeGiven,
} from './choose-phones.ts'
import {
  type Column,
  type ColumnRole,
  classifyColumn,
  describeColumns,
  findOwnColumns,
} from './classify-columns.ts'
import { foreignPhones, hasPhone, phoneShare } from './column-evidence.ts'
import { findColumnStyles } from './column-styles.ts'
import { quote, shorten } from './quote-column.ts'
import { chooseAddress, type FieldColumn, findListedName, rankFields } from './rank-fields.ts'
import { findLabelColumns, findRegionColumns } from './region-columns.ts'
import { findRowShape, type RowShape } from './row-shape.ts'
import { findTextStyles } from './text-styles.ts'

export interface MapHeaderOptions {
  readonly catalogue: FieldCatalogue
  /** ISO 3166 region of phones without a country code. */
  readonly region: string
  /** How `03/04/2026` is read if its column gives no evidence. */
  readonly dateOrder: 'day_first' | 'month_first'
  /** The chosen column: its index from 0, its header, or its position from 1 as text. */
  readonly phoneColumn?: number | string
  /** The targets a person chose for single columns. */
  readonly assigned?: readonly AssignedColumn[] | undefined
  /** Rules a person stated for single fields of known customers. */
  readonly stated?: readonly StatedRule[] | undefined
  /** Exactly these phone and country columns, from an earlier file or a person's choice. */
  readonly reading?: Pick<IdentityReading, 'phones' | 'regions' | 'labels'>
  /** The first line is known to be a row. */
  readonly headerless?: boolean
  /** Numbers that mean "none" in addition to the built-in ones; they are no evidence. */
  readonly dummyPhones?: readonly string[]
  /** Maximum of columns stored under `attributes`; further ones are left out with a note. Default 200. */
  readonly maxAttributes?: number
}

/** A possible phone column, to ask about. */
interface PhoneCandidate {
  readonly index: number
  readonly header: string
  /** Up to three of its cells, shortened. Customer data: only for the person who shared the file. */
  readonly examples: readonly string[]
  /** Share of its cells (0 to 1) that are valid phones. */
  readonly phoneShare: number
}

export type MappedHeader =
  | { readonly kind: 'mapped'; readonly mapping: HeaderMapping }
  | {
      readonly kind: 'phone_column_unknown'
      /** Columns with data, the likeliest first. */
      readonly candidates: readonly PhoneCandidate[]
      /** The file seems to start with data: its first line is a row. */
      readonly isHeaderRow: boolean
      /** Quoted names of columns with different phones whose headings are equivalent. */
      readonly equal?: readonly string[]
    }

const MAX_ATTRIBUTES = 200
const MAX_EXAMPLES = 3
const MAX_EXAMPLE_LENGTH = 40

/**
 * Decides the target of every column: by its header, and by the sample if headers are ambiguous.
 *
 * A column never becomes the phone by its cells alone: without a suitable header the result is
 * `phone_column_unknown`, and a person is asked.
 *
 * @param rows cells of the first rows, for evidence
 */
export function mapHeader(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  options: MapHeaderOptions,
): MappedHeader {
  const isHeaderRow = options.headerless === true || looksLikeData(header, options)
  const names = isHeaderRow ? header.map(() => '') : header
  const dataRows = isHeaderRow ? [header, ...rows] : rows
  const columns = describeColumns(names, dataRows)
  const own = findOwnColumns(columns)
  const prefix = findPersonPrefix(columns, options.catalogue)
  const classified = columns.map(
    (column) => readAsAssigned(column, options) ?? classify(column, own, prefix, options),
  )
  const readings = withListedName(columns, classified, options)
  const roles = readings.map(({ role }) => role)
  const evidence = {
    rows: dataRows,
    names: columns.filter((_, at) => isNameRole(roles[at])),
    region: options.region,
    dummies: createDummyPhones(options.dummyPhones ?? [], options.region),
  }
  const phones = chooseColumns(columns, roles, evidence, options)
  if ('equal' in phones) {
    const equal = phones.equal.map(quote)
    const candidates = listCandidates(columns, own, options)
    return { kind: 'phone_column_unknown', candidates, isHeaderRow, ...(equal.length > 0 && { equal }) }
  }
  const chosen = columns.filter(({ index }) => isUsed(index, options))
  const shape = isHeaderRow ? undefined : findRowShape(header, rows, [...phones.columns, ...chosen])
  const mapping = buildMapping(columns, readings, phones, shape, { ...options, rows: dataRows })
  return { kind: 'mapped', mapping }
}

/** The role of a column by all words of its header, or else by the words after a prefix. */
interface ColumnReading {
  readonly role: ColumnRole
  readonly words: readonly string[]
  /** The ignored first word, as written. */
  readonly prefix?: string
}

function classify(
  column: Column,
  own: ReadonlySet<number>,
  prefix: PersonPrefix | null,
  { catalogue, region }: MapHeaderOptions,
): ColumnReading {
  const { words } = column.words
  if (own.has(column.index)) return { role: { kind: 'ours' }, words }
  const role = classifyColumn(column, catalogue, region)
  if (role.kind !== 'attribute' || role.note !== undefined) return { role, words }
  const behind = wordsBehindPrefix(column, prefix)
  if (behind === null) return { role, words }
  const seen = classifyColumn(column, catalogue, region, behind)
  const isSeenThrough = prefix !== null && words[0] === prefix.word
  return { role: seen, words: behind, ...(isSeenThrough && { prefix: prefix.shown }) }
}

/** Reads `Student Name` as the name if no other column is one. A person's choice stays. */
function withListedName(
  columns: readonly Column[],
  readings: readonly ColumnReading[],
  { assigned = [], catalogue, region }: MapHeaderOptions,
): readonly ColumnReading[] {
  if (readings.some(({ role }) => isNameRole(role))) return readings
  const isOpen = ({ index }: Column): boolean =>
    readings[index]?.role.kind === 'attribute' && !assigned.some((one) => one.index === index && one.target)
  const phones = columns.filter(({ index }) => isPhoneRole(readings[index]?.role))
  const name = findListedName(columns.filter(isOpen), phones)
  if (!name) return readings
  const role = classifyColumn(name, catalogue, region, ['name'])
  return readings.map((reading, at) => (at === name.index ? { ...reading, role } : reading))
}

function isPhoneRole(role: ColumnRole | undefined): boolean {
  return role?.kind === 'phone' || (role?.kind === 'attribute' && role.isOpenPhone === true)
}

/**
 * A person's choice counts more than the heading. A field that is no longer in the catalogue becomes an
 * attribute.
 */
function readAsAssigned(
  column: Column,
  { assigned, catalogue }: MapHeaderOptions,
): ColumnReading | undefined {
  const answer = assigned?.find(({ index }) => index === column.index)
  const { words } = column.words
  switch (answer?.target) {
    case undefined:
      return undefined
    case 'phone':
      return { role: { kind: 'phone', rank: CHOSEN_RANK, isStated: true }, words }
    case 'attribute':
      return { role: { kind: 'attribute' }, words }
    case 'ignored':
      return { role: { kind: 'left_out' }, words }
    case 'field': {
      const field = catalogue.field(answer.field ?? '')
      if (!field) return { role: { kind: 'attribute', note: lostField(column, answer) }, words }
      return {
        role: { kind: 'field', match: { field, part: null, rank: 0 }, which: '', isChosen: true },
        words,
      }
    }
  }
}

/** Before every rank a heading can have. */
const CHOSEN_RANK = -1

const lostField = (column: Column, { field }: AssignedColumn): string =>
  `The field ${field} that was chosen for ${quote(column)} no longer exists, so the column is kept as it is.`

function isNameRole(role: ColumnRole | undefined): boolean {
  return role?.kind === 'field' && role.match.field.name === 'full_name'
}

/** True for a first line with a phone and without a known heading. */
function looksLikeData(header: readonly string[], { catalogue, region }: MapHeaderOptions): boolean {
  if (!header.some((cell) => readPhones(cell, region).kind === 'phones')) return false
  return describeColumns(header, []).every(
    (column) => classifyColumn(column, catalogue, region).kind === 'attribute',
  )
}

function chooseColumns(
  columns: readonly Column[],
  roles: readonly ColumnRole[],
  evidence: Parameters<typeof choosePhones>[2],
  { phoneColumn, assigned, reading }: MapHeaderOptions,
): PhoneChoice | PhoneQuestion {
  const output = columns.find(({ index }) =>
    assigned?.some((one) => one.index === index && one.target === 'phone'),
  )
  if (output) return putFirst(output, columns, roles, evidence)
  const isFree = ({ index }: Column): boolean => !isChosenOtherwise(index, { assigned })
  if (reading) {
    const given = reading.phones.flatMap((index) => columns[index] ?? [])
    const free = given.filter(isFree)
    if (free.length > 0) return takeGiven(free, evidence)
    return given.length > 0 ? choosePhones(columns, roles, evidence) : { equal: [] }
  }
  if (phoneColumn === undefined) return choosePhones(columns, roles, evidence)
  const chosen = findColumn(columns, phoneColumn)
  if (!chosen) return { equal: [] }
  return isFree(chosen) ? putFirst(chosen, columns, roles, evidence) : choosePhones(columns, roles, evidence)
}

type Assigned = Pick<MapHeaderOptions, 'assigned'>

/** True if a person chose that a column is something else than a phone, a country or a label of a phone. */
function isChosenOtherwise(index: number, { assigned }: Assigned): boolean {
  const target = assigned?.find((one) => one.index === index)?.target
  return target !== undefined && target !== 'phone'
}

/** True if a person chose a target that stores the column's values. */
function isUsed(index: number, options: Assigned): boolean {
  const target = options.assigned?.find((one) => one.index === index)?.target
  return target !== undefined && target !== 'ignored'
}

function findColumn(columns: readonly Column[], wanted: number | string): Column | undefined {
  if (typeof wanted === 'number') return columns[wanted]
  const text = wanted.trim()
  const byHeader = columns.find(({ header }) => header.trim() === text)
  const folded = text.toLowerCase()
  return (
    byHeader ??
    columns.find(({ header }) => header.trim().toLowerCase() === folded && folded !== '') ??
    (/^\d{1,5}$/u.test(text) ? columns[Number(text) - 1] : undefined)
  )
}

function listCandidates(
  columns: readonly Column[],
  own: ReadonlySet<number>,
  { region }: MapHeaderOptions,
): readonly PhoneCandidate[] {
  return columns
    .filter(({ index, cells }) => cells.length > 0 && !own.has(index))
    .map(({ index, header, cells }) => ({
      index,
      header,
      examples: cells.slice(0, MAX_EXAMPLES).map((cell) => shorten(cleanText(cell), MAX_EXAMPLE_LENGTH)),
      phoneShare: phoneShare(cells, region),
    }))
    .sort((a, b) => b.phoneShare - a.phoneShare || a.index - b.index)
}

function buildMapping(
  columns: readonly Column[],
  readings: readonly ColumnReading[],
  phones: PhoneChoice,
  shape: RowShape | undefined,
  options: MapHeaderOptions & { readonly rows: readonly (readonly string[])[] },
): HeaderMapping {
  // A first line that is a row gives no shape for the others.
  const isHeaderRow = shape === undefined
  const roles = readings.map(({ role }) => role)
  const notes: string[] = [...describePhones(phones), ...strangePhones(columns, roles, phones, options)]
  const prefix = readings.find((one) => one.prefix !== undefined)?.prefix
  if (prefix !== undefined) notes.push(`Columns that begin with "${prefix}" are read as the customer's own.`)
  const fields = rankFields(listFieldColumns(columns, roles, phones.columns))
  notes.push(...fields.notes)
  const taken = new Set<string>()
  const maxAttributes = options.maxAttributes ?? MAX_ATTRIBUTES
  const tooMany: string[] = []
  const takeName = (column: Column): string | null => {
    if (taken.size >= maxAttributes) {
      tooMany.push(quote(column))
      return null
    }
    const name = attributeName(
      ownAttribute(column.header) ?? cleanText(column.header),
      column.index + 1,
      taken,
    )
    taken.add(name)
    return name
  }

  const mapped = columns.map((column, at): ColumnMapping => {
    const { index, header } = column
    const role = roles[at]
    const why = whyLeftOut(role, shape !== undefined && index >= shape.columns)
    if (why !== undefined) return { index, header, target: 'ignored', field: '', why }
    const rank = phones.columns.indexOf(column)
    if (rank >= 0) {
      const isShared = phones.shared.has(column)
      return {
        index,
        header,
        target: 'phone',
        field: 'primary_phone',
        rank,
        ...(isShared && { isKey: false }),
      }
    }
    const field = fields.columns.get(index)
    if (field) {
      const keptAs = field.keeps ? takeName(column) : null
      return {
        index,
        header,
        target: 'field',
        ...field.place,
        ...(keptAs !== null && { keptAs }),
        ...(keptAs !== null && field.keeps === 'missing' && { keptWhen: 'missing' }),
      }
    }
    if (role?.kind === 'attribute' && role.note !== undefined) notes.push(role.note)
    const name = takeName(column)
    return name === null
      ? { index, header, target: 'ignored', field: '', why: 'there are more columns than we keep' }
      : { index, header, target: 'attribute', field: name }
  })

  notes.push(...emptyHeaderNotes(mapped, columns, isHeaderRow))
  if (tooMany.length > 0) {
    notes.push(
      `Only ${maxAttributes} unknown columns are kept. ${tooMany[0] ?? ''} and the columns after it (${tooMany.length} in total) were left out.`,
    )
  }
  const found = findRegionColumns(columns, roles, phones.columns, regionFields(mapped), {
    region: options.region,
    wordsOf: ({ index }) => readings[index]?.words ?? [],
    rows: options.rows,
    isChosenOtherwise: ({ index }) => isChosenOtherwise(index, options) && !isRegionField(roles[index]),
    ...(options.reading && { given: options.reading.regions }),
  })
  const labels = findLabelColumns(columns, phones.columns, {
    ...(options.reading && { given: options.reading }),
    isChosenOtherwise: ({ index }) => isChosenOtherwise(index, options),
  })
  const texts = findTextStyles(columns, mapped, options.catalogue, found.regions)
  const styles = findColumnStyles(columns, mapped, options)
  const rules = findRules(texts.columns, options)
  notes.push(
    ...(found.regions.length > 0 ? [] : foreignNotes(phones, options)),
    ...found.notes,
    ...labels.notes,
    ...texts.notes,
    ...styles.notes,
    ...describeRules(rules, texts.columns, quote),
    ...describeUnusedRules(texts.columns, options, quote),
  )
  const { dateOrder, decimalMark, calendars } = styles
  return {
    columns: texts.columns,
    dateOrder,
    decimalMark,
    regions: found.regions,
    ...(labels.labels.length > 0 && { labels: labels.labels }),
    ...(calendars && { calendars }),
    ...(rules.length > 0 && { rules }),
    ...(shape ? { shape } : { isHeaderRow }),
    notes,
  }
}

function whyLeftOut(role: ColumnRole | undefined, isBeside: boolean): string | undefined {
  if (isBeside) return 'has no heading and mostly no cells'
  if (role?.kind === 'ours') return 'added by us to a file of failed rows'
  return role?.kind === 'left_out' ? 'as chosen' : undefined
}

function listFieldColumns(
  columns: readonly Column[],
  roles: readonly ColumnRole[],
  phones: readonly Column[],
): readonly FieldColumn[] {
  const found = columns.flatMap((column, at): FieldColumn[] => {
    const role = roles[at]
    return role?.kind === 'field' && !phones.includes(column)
      ? [{ column, match: role.match, which: role.which, isChosen: role.isChosen }]
      : []
  })
  const isPlace = ({ match, isChosen }: FieldColumn): boolean => match.field.group === 'address' && !isChosen
  const address = chooseAddress(found.filter(isPlace))
  return found.filter((one) => !isPlace(one) || address.has(one.column.index))
}

/** What the numbers of the first phone column look like, if they are not of the default region. */
export function describeForeignPhones(
  { columns, regions = [] }: HeaderMapping,
  rows: readonly (readonly string[])[],
  region: string,
): string | null {
  if (regions.length > 0) return null
  const first = columns.find(({ target, rank }) => target === 'phone' && rank === 0)
  if (!first) return null
  const cells = rows.map((row) => row[first.index] ?? '').filter((cell) => !isBlank(cell))
  return foreignPhones(quote(first), cells, region)
}

/** The columns with the customer's dialling code and country. */
function regionFields(mapped: readonly ColumnMapping[]): ReadonlySet<number> {
  const isRegion = ({ target, field, rank }: ColumnMapping): boolean =>
    target === 'field' && (field === 'phone_code' || field === 'country') && (rank ?? 0) === 0
  return new Set(mapped.filter(isRegion).map(({ index }) => index))
}

function isRegionField(role: ColumnRole | undefined): boolean {
  return role?.kind === 'field' && ['phone_code', 'country'].includes(role.match.field.name)
}

/** In a column that may contain country or area codes, the numbers alone prove nothing. */
function foreignNotes({ columns: [first] }: PhoneChoice, { region }: MapHeaderOptions): readonly string[] {
  const foreign = first ? foreignPhones(quote(first), first.cells, region) : null
  return foreign === null ? [] : [foreign]
}

/** Phone columns that are not certainly the customer's, if their cells are phones. */
function strangePhones(
  columns: readonly Column[],
  roles: readonly ColumnRole[],
  phones: PhoneChoice,
  { region }: MapHeaderOptions,
): readonly string[] {
  const strange = columns.filter((column, at) => {
    const role = roles[at]
    const isStrange = role?.kind === 'attribute' && role.isStrangePhone === true
    return isStrange && !phones.columns.includes(column) && hasPhone(column.cells, region)
  })
  if (strange.length === 0) return []
  const them = strange.length === 1 ? 'it is kept as an attribute' : 'they are kept as attributes'
  return [`Not taken for the customer's phone: ${strange.map(quote).join(', ')}; ${them}.`]
}

function emptyHeaderNotes(
  mapped: readonly ColumnMapping[],
  columns: readonly Column[],
  isHeaderRow: boolean,
): readonly string[] {
  if (isHeaderRow)
    return ['The file has no header. Its first line is read as a row, and columns are named by position.']
  const unnamed = mapped.filter(
    ({ target, index }) =>
      target === 'attribute' && columns[index]?.words.words.length === 0 && columns[index].cells.length > 0,
  )
  const [only] = unnamed
  if (!only) return []
  if (unnamed.length === 1) return [`Column ${only.index + 1} has no heading; it is kept as ${only.field}.`]
  const places = unnamed.map(({ index }) => index + 1).join(', ')
  return [`Columns ${places} have no headings; they are kept as ${only.field} and so on.`]
}
