import type { FieldCatalogue, FieldDefinition } from '../../src/customers/fields/index.ts'

interface FoundField {
  readonly field: FieldDefinition
  /** Number of words that name it. */
  readonly words: number
}

const MAX_FIELD_WORDS = 3

/** The longest sequence of words that names a field, like a heading: `loan id`, `e-mail`, `pin code`. */
export function readField(words: readonly string[], catalogue: FieldCatalogue): FoundField | undefined {
  for (let count = Math.min(MAX_FIELD_WORDS, words.length); count > 0; count -= 1) {
    // `loan amount >` is the field and a comparison.
    if (words.slice(0, count).some((word) => foldLabel(word) === '')) continue
    const name = words.slice(0, count).join(' ')
    const field = findField(name, catalogue) ?? findField(name.replace(/s$/i, ''), catalogue)
    if (field) return { field, words: count }
  }
  return undefined
}

/** The same for a field of amounts; `loan` alone is short for the loan amount. */
export function readAmountField(
  words: readonly string[],
  catalogue: FieldCatalogue,
): (FoundField & { readonly isShort: boolean }) | undefined {
  const amounts = amountFields(catalogue)
  const named = readField(words, { ...catalogue, fields: amounts })
  if (named) return { ...named, isShort: false }
  const key = foldLabel(words[0] ?? '').replace(/s$/, '')
  const field = amounts.find(({ name }) => name === `${key}_amount`)
  return field && { field, words: 1, isShort: true }
}

/** True for a field that holds money or another number. */
export const isAmount = ({ type }: FieldDefinition): boolean => type === 'money' || type === 'number'

/** True for the name of such a field. */
export function isAmountField(name: string, catalogue: FieldCatalogue): boolean {
  return amountFields(catalogue).some((field) => field.name === name)
}

/** Fields by their folded names; the first field with a name has it. */
const namesOf = new WeakMap<readonly FieldDefinition[], ReadonlyMap<string, FieldDefinition>>()
const amountsOf = new WeakMap<readonly FieldDefinition[], readonly FieldDefinition[]>()

function findField(name: string, { fields }: Pick<FieldCatalogue, 'fields'>): FieldDefinition | undefined {
  const known = namesOf.get(fields) ?? indexNames(fields)
  namesOf.set(fields, known)
  return known.get(foldLabel(name))
}

function indexNames(fields: readonly FieldDefinition[]): ReadonlyMap<string, FieldDefinition> {
  const names = new Map<string, FieldDefinition>()
  for (const field of fields)
    for (const one of [field.name, field.label, ...field.synonyms]) {
      const key = foldLabel(one)
      if (!names.has(key)) names.set(key, field)
    }
  return names
}

function amountFields({ fields }: FieldCatalogue): readonly FieldDefinition[] {
  const amounts = amountsOf.get(fields) ?? fields.filter(isAmount)
  amountsOf.set(fields, amounts)
  return amounts
}

const foldLabel = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{M}\p{N}]/gu, '')
