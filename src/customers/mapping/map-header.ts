import { cleanText } from '../cells/index.ts'
import {
  type Column,
  type ColumnRole,
  choosePhones,
  classifyColumn,
  describeColumns,
  findNamedColumns,
  findOwnColumns,
  type PhoneChoice,
  type PhoneQuestion,
  phoneShare,
  putFirst,
  quote,
  shorten,
  takeGiven,
} from '../columns/index.ts'
import type {
  AssignedColumn,
  FieldCatalogue,
  HeaderMapping,
  IdentityReading,
  StatedRule,
} from '../fields/index.ts'
import { findPersonPrefix } from '../headings/index.ts'
import { createDummyPhones, readPhones } from '../phones/index.ts'
import { buildMappingInSteps } from './build-mapping.ts'
import {
  isChosenOtherwise,
  isNameRole,
  isStoredByChoice,
  readAsAssigned,
  readColumn,
  withListedName,
} from './read-columns.ts'
import { findRowShape } from './row-shape.ts'

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
  const steps = mapHeaderInSteps(header, rows, options)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** `mapHeader` in steps: the first file of a process takes 50 ms, most of it to compile. */
export function* mapHeaderInSteps(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  options: MapHeaderOptions,
): Generator<void, MappedHeader> {
  const isHeaderRow = options.headerless === true || looksLikeData(header, options)
  yield
  const names = isHeaderRow ? header.map(() => '') : header
  const dataRows = isHeaderRow ? [header, ...rows] : rows
  const columns = describeColumns(names, dataRows)
  const own = findOwnColumns(columns)
  const prefix = findPersonPrefix(columns, options.catalogue)
  const classified = columns.map(
    (column) => readAsAssigned(column, options) ?? readColumn(column, own, prefix, options),
  )
  const readings = withListedName(columns, classified, options)
  const roles = readings.map(({ role }) => role)
  const evidence = {
    rows: dataRows,
    names: columns.filter((_, at) => isNameRole(roles[at])),
    region: options.region,
    dummies: createDummyPhones(options.dummyPhones ?? [], options.region),
  }
  yield
  const phones = chooseColumns(columns, roles, evidence, options)
  yield
  if ('equal' in phones) {
    const equal = phones.equal.map(quote)
    const candidates = listCandidates(columns, own, options)
    return { kind: 'phone_column_unknown', candidates, isHeaderRow, ...(equal.length > 0 && { equal }) }
  }
  const stored = columns.filter(({ index }) => isStoredByChoice(index, options))
  const shape = isHeaderRow ? undefined : findRowShape(header, rows, [...phones.columns, ...stored])
  const mapping = yield* buildMappingInSteps(columns, readings, phones, shape, { ...options, rows: dataRows })
  return { kind: 'mapped', mapping }
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
  const assignedPhone = columns.find(({ index }) =>
    assigned?.some((one) => one.index === index && one.target === 'phone'),
  )
  if (assignedPhone) return putFirst(assignedPhone, columns, roles, evidence)
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

function findColumn(columns: readonly Column[], wanted: number | string): Column | undefined {
  if (typeof wanted === 'number') return columns[wanted]
  const [first = -1] = findNamedColumns(
    columns.map(({ header }) => header),
    wanted,
  )
  return columns[first]
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
