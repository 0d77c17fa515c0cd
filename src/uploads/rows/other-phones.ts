import type { UploadRow } from '../../../models/index.ts'
import type { FieldValue } from '../../customers/fields/index.ts'
import type { CustomerRow } from './customer-rows.ts'
import { pathsWithValues } from './strip-row.ts'

export const OTHER_PHONES = 'other_phones'

type Row = Pick<CustomerRow<UploadRow>, 'second_phone' | 'values' | 'without_values'>

/** Appends phones to a list of other phones; null means an empty list. */
export function addPhones(list: FieldValue | null, more: Iterable<string> = []): FieldValue | null {
  const phones = listOf(list)
  const added = [...new Set(more)].filter((phone) => !phones.includes(phone))
  return added.length > 0 ? [...phones, ...added] : list
}

/** Removes phones from a list of other phones, unless another list has them too. */
export function withoutPhones(
  list: FieldValue | null,
  phones: ReadonlySet<string>,
  other: FieldValue | null,
): FieldValue | null {
  if (!Array.isArray(list) || phones.size === 0) return list
  const kept = listOf(other)
  const rest = list.filter((phone) => !phones.has(phone) || kept.includes(phone))
  return rest.length > 0 ? rest : null
}

function listOf(list: FieldValue | null): readonly string[] {
  return Array.isArray(list) ? list : []
}

/**
 * The second phone that matched a row which had no other phones of its own. The customer has it while the row
 * is active and no later row sets the list.
 */
export function phoneAddedBy(row: Row): string | undefined {
  return row.second_phone === undefined || pathsWithValues(row).includes(OTHER_PHONES)
    ? undefined
    : row.second_phone
}

/** The fields a row has values for, including the other phones its match adds. */
export function pathsShown(row: Row): string[] {
  return phoneAddedBy(row) === undefined ? pathsWithValues(row) : [...pathsWithValues(row), OTHER_PHONES]
}
