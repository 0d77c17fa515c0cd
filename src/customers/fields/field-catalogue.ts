import type { FieldDefinition } from './customer.ts'
import { DEFAULT_FIELDS } from './defaults/index.ts'
import { headerKeys, normaliseHeader } from './normalise-header.ts'

/** The field that a header names. */
export interface HeaderMatch {
  readonly field: FieldDefinition
  /** Index among the field's parts, or null for the whole. */
  readonly part: number | null
  /** Index among the field's synonyms: of two columns of one field, the lower takes precedence. */
  readonly rank: number
}

/** The fields of a team's customers, and their headers. Created once and immutable. */
export interface FieldCatalogue {
  readonly fields: readonly FieldDefinition[]
  field(name: string): FieldDefinition | null
  /** @returns the field a header names, or null */
  match(words: readonly string[]): HeaderMatch | null
}

/** Parts come after every whole. */
const PART_RANK = 1_000

/**
 * Builds a catalogue. If two fields share a synonym, the later definition gets it, so a team's fields win
 * over the default ones.
 */
export function createCatalogue(fields: readonly FieldDefinition[]): FieldCatalogue {
  const byName = new Map(fields.map((field) => [field.name, field]))
  const byKey = new Map<string, HeaderMatch>()
  for (const field of fields) {
    const names = [field.name, ...field.synonyms]
    names.forEach((name, rank) => {
      byKey.set(synonymKey(name), { field, part: null, rank })
    })
    field.parts?.synonyms.forEach((synonyms, part) => {
      synonyms.forEach((name, rank) => {
        byKey.set(synonymKey(name), { field, part, rank: PART_RANK + rank })
      })
    })
  }
  return {
    fields,
    field: (name) => byName.get(name) ?? null,
    match(words) {
      for (const key of headerKeys(words)) {
        const match = byKey.get(key)
        if (match) return match
      }
      return null
    },
  }
}

/** The key by which two forms of a header are equal. */
export function synonymKey(name: string): string {
  return normaliseHeader(name).words.join('')
}

export const DEFAULT_CATALOGUE: FieldCatalogue = createCatalogue(DEFAULT_FIELDS)
