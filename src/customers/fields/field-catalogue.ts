import type { FieldDefinition } from './customer.ts'
import { DEFAULT_FIELDS } from './default-fields.ts'
import { headerKeys, normaliseHeader } from './normalise-header.ts'

/** What a header says about its column. */
export interface HeaderMatch {
  readonly field: FieldDefinition
  /** Which of the field's parts, or null for the whole. */
  readonly part: number | null
  /** Place among the field's synonyms: where two columns give one field, the lower is asked first. */
  readonly rank: number
}

/** The fields a team's customers have, and the headers they are known under. Made once, read everywhere. */
export interface FieldCatalogue {
  readonly fields: readonly FieldDefinition[]
  field(name: string): FieldDefinition | null
  /** @returns the field a header names, or null where it names none */
  match(words: readonly string[]): HeaderMatch | null
}

/** Parts come after every whole. */
const PART_RANK = 1_000

/**
 * Builds a catalogue. Where two fields share a synonym the later definition has it, so that a team's own fields win
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

/** How two ways of writing a header are told to be the same. */
export function synonymKey(name: string): string {
  return normaliseHeader(name).words.join('')
}

export const DEFAULT_CATALOGUE: FieldCatalogue = createCatalogue(DEFAULT_FIELDS)
