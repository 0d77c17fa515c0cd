import type { FieldValue } from '../src/customers/fields/index.ts'

/** A field before and after. `null` means the field was not there, or is no more. */
export interface FieldChange {
  from: FieldValue | null
  to: FieldValue | null
}

/** Catalogue fields by name; the others one level down, as in the customer document. */
export type StoredChanges = { attributes?: Record<string, FieldChange> } & {
  [field: string]: FieldChange | Record<string, FieldChange> | undefined
}
export type StoredValues = { attributes?: Record<string, FieldValue | null> } & {
  [field: string]: FieldValue | null | Record<string, FieldValue | null> | undefined
}

/** What is left of a row whose values were removed because of their age: paths of fields. */
export interface WithoutValues {
  /** Fields whose value became another. */
  changed?: string[]
  /** Fields the row said something about. */
  text?: string[]
}
