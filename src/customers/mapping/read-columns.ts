import { type Column, type ColumnRole, classifyColumn, quote } from '../columns/index.ts'
import type { AssignedColumn } from '../fields/index.ts'
import { type PersonPrefix, wordsBehindPrefix } from '../headings/index.ts'
import type { MapHeaderOptions } from './map-header.ts'
import { findListedName } from './rank-fields.ts'

/** The role of a column by all words of its header, or else by the words after a prefix. */
export interface ColumnReading {
  readonly role: ColumnRole
  readonly words: readonly string[]
  /** The ignored first word, as written. */
  readonly prefix?: string
}

export function readColumn(
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
export function withListedName(
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
export function readAsAssigned(
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

export function isNameRole(role: ColumnRole | undefined): boolean {
  return role?.kind === 'field' && role.match.field.name === 'full_name'
}

type Assigned = Pick<MapHeaderOptions, 'assigned'>

/** True if a person chose that a column is something else than a phone, a country or a label of a phone. */
export function isChosenOtherwise(index: number, { assigned }: Assigned): boolean {
  const target = assigned?.find((one) => one.index === index)?.target
  return target !== undefined && target !== 'phone'
}

/** True if a person chose a target that stores the column's values. */
export function isStoredByChoice(index: number, { assigned }: Assigned): boolean {
  const target = assigned?.find((one) => one.index === index)?.target
  return target !== undefined && target !== 'ignored'
}
