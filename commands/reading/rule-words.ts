import type { FieldRule } from '../../src/customers/fields/index.ts'

/** The words for a rule. */
export const RULE_WORDS: Readonly<Record<FieldRule, string>> = {
  overwrite: 'Overwrite',
  fill_blanks: 'Fill blanks only',
  keep: 'New customers only',
}
