import { cleanText, isBlank } from '../cells/index.ts'
import {
  attributeName,
  type ColumnMapping,
  type FieldCatalogue,
  type HeaderMapping,
  ownAttribute,
} from '../fields/index.ts'
import { readPhones } from '../phones/index.ts'
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
import { chooseAddress, type FieldColumn, rankFields } from './rank-fields.ts'
import { findRowShape, type RowShape } from './row-shape.ts'
import { findTextStyles } from './text-styles.ts'

export interface MapHeaderOptions {
  readonly catalogue: FieldCatalogue
  /** ISO 3166 region of a phone that names none. */
  readonly region: string
  /** How `03/04/2026` is read where nothing in its column tells. */
  readonly dateOrder: 'day_first' | 'month_first'
  /** The column somebody chose: its index from 0, its header, or its position from 1 as text. */
  readonly phoneColumn?: number | string
  /** The first line is known to be a row and no header. */
  readonly headerless?: boolean
  /** Columns kept under `attributes`; more are left out, and said. 200 unless given. */
  readonly maxAttributes?: number
}

/** A column that may hold the phones, to be asked about. */
export interface PhoneCandidate {
  readonly index: number
  readonly header: string
  /** Up to three of its cells, shortened. Customer data: for the person who shared the file alone. */
  readonly examples: readonly string[]
  /** Share of its cells, 0 to 1, that are valid phones. */
  readonly phoneShare: number
}

export type MappedHeader =
  | { readonly kind: 'mapped'; readonly mapping: HeaderMapping }
  | {
      readonly kind: 'phone_column_unknown'
      /** Columns with data, the likeliest first. */
      readonly candidates: readonly PhoneCandidate[]
      /** The file seems to begin with data: its first line is a row and no header. */
      readonly isHeaderRow: boolean
    }

const MAX_ATTRIBUTES = 200
/** From here on a column is evidently one of phones, whatever its header says. */
const EVIDENT_SHARE = 0.8
const MAX_EXAMPLES = 3
const MAX_EXAMPLE_LENGTH = 40

/**
 * Decides what every column of a file is for: by its header, and by the sample where headers leave a choice.
 *
 * A column is never taken for the phone by its cells alone: where no header says so, the answer is
 * `phone_column_unknown` and a person is asked.
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
  const columns = describeColumns(names, isHeaderRow ? [header, ...rows] : rows)
  const own = findOwnColumns(columns)
  const roles = columns.map(
    (column): ColumnRole =>
      own.has(column.index) ? { kind: 'ours' } : classifyColumn(column, options.catalogue, options.region),
  )
  const phones = choosePhoneColumns(columns, roles, options)
  if (phones === null)
    return { kind: 'phone_column_unknown', candidates: listCandidates(columns, own, options), isHeaderRow }
  const shape = isHeaderRow ? undefined : findRowShape(header, rows, phones)
  return { kind: 'mapped', mapping: buildMapping(columns, roles, phones, shape, options) }
}

/** A first line with a phone in it and no heading we know is a row. */
function looksLikeData(header: readonly string[], { catalogue, region }: MapHeaderOptions): boolean {
  if (!header.some((cell) => readPhones(cell, region).kind === 'phones')) return false
  return describeColumns(header, []).every(
    (column) => classifyColumn(column, catalogue, region).kind === 'attribute',
  )
}

/** @returns phone columns in the order they are asked, or null where a person must say which it is */
function choosePhoneColumns(
  columns: readonly Column[],
  roles: readonly ColumnRole[],
  { phoneColumn, region }: MapHeaderOptions,
): readonly Column[] | null {
  const ranked = columns
    .flatMap((column, at) => {
      const role = roles[at]
      return role?.kind === 'phone' ? [{ column, rank: role.rank }] : []
    })
    .sort((a, b) => a.rank - b.rank || a.column.index - b.column.index)
    .map(({ column }) => column)
  if (phoneColumn !== undefined) {
    const chosen = findColumn(columns, phoneColumn)
    return chosen ? [chosen, ...ranked.filter((column) => column !== chosen)] : null
  }
  if (ranked.length === 0) return null
  if (ranked.some(({ cells }) => cells.length === 0 || hasPhone(cells, region))) return ranked
  const isElsewhere = columns.some(
    (column) => !ranked.includes(column) && phoneShare(column.cells, region) >= EVIDENT_SHARE,
  )
  return isElsewhere ? null : ranked
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
  roles: readonly ColumnRole[],
  phones: readonly Column[],
  shape: RowShape | undefined,
  options: MapHeaderOptions,
): HeaderMapping {
  // A first line that is a row says nothing about the others.
  const isHeaderRow = shape === undefined
  const notes: string[] = [...phoneNotes(phones, options)]
  const fields = rankFields(listFieldColumns(columns, roles, phones))
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
    if (shape && index >= shape.columns)
      return { index, header, target: 'ignored', field: '', why: 'has no heading and mostly no cells' }
    if (role?.kind === 'ours')
      return { index, header, target: 'ignored', field: '', why: 'added by us to a file of failed rows' }
    const phoneRank = phones.indexOf(column)
    if (phoneRank >= 0) return { index, header, target: 'phone', field: 'primary_phone', rank: phoneRank }
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
      `More than the ${maxAttributes} columns we keep besides the known ones: ${tooMany[0] ?? ''} and what follows (${tooMany.length} in all) were left out.`,
    )
  }
  const texts = findTextStyles(columns, mapped, options.catalogue)
  const styles = findColumnStyles(columns, mapped, options)
  notes.push(...texts.notes, ...styles.notes)
  const { dateOrder, decimalMark, calendars } = styles
  return {
    columns: texts.columns,
    dateOrder,
    decimalMark,
    ...(calendars && { calendars }),
    ...(shape ? { shape } : { isHeaderRow }),
    notes,
  }
}

function listFieldColumns(
  columns: readonly Column[],
  roles: readonly ColumnRole[],
  phones: readonly Column[],
): readonly FieldColumn[] {
  const found = columns.flatMap((column, at): FieldColumn[] => {
    const role = roles[at]
    return role?.kind === 'field' && !phones.includes(column)
      ? [{ column, match: role.match, which: role.which }]
      : []
  })
  const isPlace = ({ match }: FieldColumn): boolean => match.field.group === 'address'
  const address = chooseAddress(found.filter(isPlace))
  return found.filter((one) => !isPlace(one) || address.has(one.column.index))
}

/** What the numbers of the first phone column look like, where they are no numbers of the default region. */
export function describeForeignPhones(
  { columns }: HeaderMapping,
  rows: readonly (readonly string[])[],
  region: string,
): string | null {
  const first = columns.find(({ target, rank }) => target === 'phone' && rank === 0)
  if (!first) return null
  const cells = rows.map((row) => row[first.index] ?? '').filter((cell) => !isBlank(cell))
  return foreignPhones(quote(first), cells, region)
}

function phoneNotes(phones: readonly Column[], { region }: MapHeaderOptions): readonly string[] {
  const [first, ...others] = phones
  if (!first) return []
  const notes: string[] = []
  if (others.length > 0) {
    const rest = others.map(quote).join(', then ')
    notes.push(
      `The phone is taken from ${quote(first)}; where that holds none, from ${rest}. The others are kept as other phones.`,
    )
  }
  const foreign = foreignPhones(quote(first), first.cells, region)
  return foreign === null ? notes : [...notes, foreign]
}

function emptyHeaderNotes(
  mapped: readonly ColumnMapping[],
  columns: readonly Column[],
  isHeaderRow: boolean,
): readonly string[] {
  if (isHeaderRow)
    return [
      'The file has no header: its first line is read as a row, and columns are called by their position.',
    ]
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
