import { type AssignedColumn, FIELD_RULES, type FieldRule } from './customer.ts'
import { type FieldCatalogue, synonymKey } from './field-catalogue.ts'

const OTHER_TARGETS: Readonly<Record<string, 'phone' | 'attribute' | 'ignored'>> = {
  phone: 'phone',
  primaryphone: 'phone',
  otherphones: 'phone',
  asitis: 'attribute',
  asis: 'attribute',
  keepasitis: 'attribute',
  leaveout: 'ignored',
  leftout: 'ignored',
}

/**
 * The target of a column as people type it: a field by its name, its label or a heading it is known under,
 * `phone`, `as is`, `leave out`.
 */
export function readTargetWord(
  word: string,
  catalogue: FieldCatalogue,
): Pick<AssignedColumn, 'target' | 'field'> | undefined {
  const field = catalogue.field(word.trim())
  const key = synonymKey(word)
  const named =
    field ??
    catalogue.fields.find(({ label }) => synonymKey(label) === key) ??
    catalogue.fields.find(({ name, synonyms }) => [name, ...synonyms].some((one) => synonymKey(one) === key))
  const isPhone = named?.name === 'primary_phone' || named?.name === 'other_phones'
  if (named && !isPhone) return { target: 'field', field: named.name }
  const target = isPhone ? 'phone' : OTHER_TARGETS[key]
  return target && { target }
}

const RULE_WORDS: Readonly<Record<string, FieldRule>> = {
  fill: 'fill_blanks',
  fillblanks: 'fill_blanks',
  fillblanksonly: 'fill_blanks',
  keep: 'keep',
  newcustomersonly: 'keep',
  overwrite: 'overwrite',
}

/** A rule as people type it: `overwrite`, `fill-blanks`, `keep`. */
export function readRuleWord(word: string): FieldRule | undefined {
  return FIELD_RULES.find((rule) => rule === word.trim()) ?? RULE_WORDS[synonymKey(word.replaceAll('_', ' '))]
}
