import { isBlank } from '../cells/index.ts'
import {
  type Column,
  type ColumnRole,
  foreignPhones,
  hasPhone,
  type PhoneChoice,
  quote,
} from '../columns/index.ts'
import type { ColumnMapping, HeaderMapping } from '../fields/index.ts'
import type { MapHeaderOptions } from './map-header.ts'

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

/** In a column that may contain country or area codes, the numbers alone prove nothing. */
export function foreignNotes(
  { columns: [first] }: PhoneChoice,
  { region }: MapHeaderOptions,
): readonly string[] {
  const foreign = first ? foreignPhones(quote(first), first.cells, region) : null
  return foreign === null ? [] : [foreign]
}

/** Phone columns that are not certainly the customer's, if their cells are phones. */
export function strangePhones(
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

export function emptyHeaderNotes(
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
