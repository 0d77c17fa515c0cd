import type { FieldValue } from '../src/customers/fields/index.ts'

/** A field before and after. `null`: the field is absent. */
export interface FieldChange {
  from: FieldValue | null
  to: FieldValue | null
}

/** Catalogue fields by name; other fields under `attributes`, as in the customer document. */
export type StoredChanges = { attributes?: Record<string, FieldChange> } & {
  [field: string]: FieldChange | Record<string, FieldChange> | undefined
}
export type StoredValues = { attributes?: Record<string, FieldValue | null> } & {
  [field: string]: FieldValue | null | Record<string, FieldValue | null> | undefined
}

/** What is left of a row whose values the retention policy deleted: paths of fields. */
export interface WithoutValues {
  /** Fields that the row changed. */
  changed?: string[]
  /** Fields that the row had a value for. A stored name: it stays. */
  said?: string[]
}
