import type { FieldValue } from '../../customers/fields/index.ts'
import { foldIdentifier, splitName } from './search-words.ts'

/** Fields that distinguish people who share a phone. */
export const PERSON_FIELDS = ['full_name', 'loan_id'] as const
export type PersonField = (typeof PERSON_FIELDS)[number]

type Value = FieldValue | null | undefined

/**
 * A name or loan number without case, accents, punctuation and word order. Empty if the value names nobody.
 */
export function foldPerson(field: PersonField, value: Value): string {
  if (typeof value !== 'string' && typeof value !== 'number') return ''
  return field === 'loan_id' ? foldIdentifier(String(value)) : splitName(String(value)).toSorted().join(' ')
}

/** True if two values of such a field name two people. */
export function isOtherPerson(field: PersonField, a: Value, b: Value): boolean {
  const [one, other] = [foldPerson(field, a), foldPerson(field, b)]
  return one !== '' && other !== '' && one !== other
}
