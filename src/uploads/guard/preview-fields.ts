import type { Customer, FieldPreview } from '../../../models/index.ts'
import type { FieldValues } from '../../customers/fields/index.ts'
import { addPhones, type FieldRules, isSameValue, OTHER_PHONES, ruleIn, valueAt } from '../rows/index.ts'
import { createSeenCustomers, type Mark } from './seen-customers.ts'

/** A row of the file and its stored customer. */
interface ComparedRow {
  readonly line: number
  /** The values the row writes, without those a rule or a later share keeps. */
  readonly values: FieldValues
  /** The customer before the file; undefined if there was none. */
  readonly stored: Customer | undefined
  /** Second phones by which rows of later shares matched the customer. */
  readonly phones: ReadonlySet<string> | undefined
}

/** Counts, row by row, the customers per field that a file would change. */
export interface FieldsPreview {
  has(mark: Mark): boolean
  add(mark: Mark, row: ComparedRow): void
  /** Most customers first. */
  fields(): FieldPreview[]
}

const MAX_EXAMPLES = 3

type Example = FieldPreview['examples'][number] & { readonly mark: Mark }

export function createFieldsPreview(rules: FieldRules): FieldsPreview {
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
    add(mark, { line, values, stored, phones }) {
      const changed = new Set(seen.changedOf(mark))
      // A field filled by an earlier row of the file is no longer blank.
      const isFilled = (path: string) => changed.has(path) && ruleIn(rules, path) === 'fill_blanks'
      if (stored)
        for (const [path, to] of Object.entries(values))
          if (!isFilled(path)) {
            const added = path === OTHER_PHONES ? addPhones(to, phones) : to
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
