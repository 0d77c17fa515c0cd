import type { Customer, FieldPreview } from '../../../models/index.ts'
import type { FieldValues } from '../../customers/fields/index.ts'
import type { NewerSaid } from '../apply/index.ts'
import { addPhones, isSameValue, OTHER_PHONES, valueAt } from '../rows/index.ts'
import { createSeenCustomers, type Mark } from './seen-customers.ts'

/** A row of the file about a customer, against what is stored. */
interface ComparedRow {
  readonly line: number
  readonly values: FieldValues
  /** The customer before the file; undefined where there was none. */
  readonly stored: Customer | undefined
  /** Fields that files shared later have written. */
  readonly newer: NewerSaid | undefined
}

/** Which fields of how many customers a file would leave with another value, counted row by row. */
export interface FieldsPreview {
  has(mark: Mark): boolean
  add(mark: Mark, row: ComparedRow): void
  /** Most customers first. */
  fields(): FieldPreview[]
}

const MAX_EXAMPLES = 3

type Example = FieldPreview['examples'][number] & { readonly mark: Mark }

export function createFieldsPreview(): FieldsPreview {
  const seen = createSeenCustomers()
  const fields = new Map<string, { customers: number; examples: Example[] }>()

  function compare(mark: Mark, changed: Set<string>, path: string, example: Example): void {
    const { from, to } = example
    const field = fields.get(path) ?? { customers: 0, examples: [] }
    fields.set(path, field)
    const at = field.examples.findIndex((one) => one.mark === mark)
    const isKnown = changed.has(path)
    if (isSameValue(from, to)) {
      if (!isKnown) return
      changed.delete(path)
      field.customers--
      if (at >= 0) field.examples.splice(at, 1)
      return
    }
    changed.add(path)
    if (!isKnown) field.customers++
    const known = field.examples[at]
    if (known && !isSameValue(known.to, to)) field.examples[at] = example
    else if (!isKnown && field.examples.length < MAX_EXAMPLES) field.examples.push(example)
  }

  return {
    has: seen.has,
    add(mark, { line, values, stored, newer }) {
      const changed = new Set(seen.changedOf(mark))
      if (stored)
        for (const [path, to] of Object.entries(values))
          if (!newer?.paths.has(path)) {
            const added = path === OTHER_PHONES ? addPhones(to, newer?.phones) : to
            compare(mark, changed, path, { mark, line, from: valueAt(stored, path), to: added })
          }
      seen.set(mark, [...changed])
    },
    fields: () =>
      [...fields]
        .map(([field, { customers, examples }]) => ({
          field,
          customers,
          examples: examples
            .map(({ line, from, to }) => ({ line, from, to }))
            .sort((a, b) => a.line - b.line),
        }))
        .filter(({ customers }) => customers > 0)
        .sort((a, b) => b.customers - a.customers),
  }
}
