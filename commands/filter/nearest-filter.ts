import { nearestWord } from '../text/index.ts'
import { isBareAmount } from './amount-condition.ts'
import type { FilterOptions } from './condition.ts'
import { isAmount } from './named-field.ts'
import { MAX_FILTER_WORDS, type NotUnderstood, parseCustomerFilter } from './parse-customer-filter.ts'

/** Words of conditions that may be mistyped. */
const CONDITION_WORDS =
  'due without with overdue refreshed since before after today tomorrow yesterday week month days monday tuesday wednesday thursday friday saturday sunday'.split(
    ' ',
  )
/** Texts that complete an open condition, before or after it. */
const COMPLETIONS: readonly ((text: string) => string)[] = [
  (text) => (/\bdue$/i.test(text) ? `${text} this week` : `${text} for 30 days`),
  (text) => `${text} days`,
  (text) => `since ${text}`,
]

/**
 * Finds a working filter near a broken one: corrects mistyped words or adds the missing part.
 * @returns undefined if none is near
 */
export function nearestFilter(
  { before, words }: Pick<NotUnderstood, 'before' | 'words'>,
  options: FilterOptions,
): string | undefined {
  if (words.split(' ').length > MAX_FILTER_WORDS) return undefined
  // `export 42` is probably the file.
  if (/^\d{1,9}$/.test(words)) return `${before} #${words}`.trim()
  const amount = options.catalogue.fields.find(isAmount)?.label.toLowerCase()
  if (amount !== undefined && isBareAmount(words.split(' '))) {
    const text = `${before} ${amount} ${words}`.trim()
    return parseCustomerFilter(text, options).kind === 'filter' ? text : undefined
  }
  const labels = options.catalogue.fields.flatMap(({ label, synonyms }) => [label, ...synonyms])
  const known = [
    ...CONDITION_WORDS,
    ...labels.flatMap((label) => label.toLowerCase().split(/\s+/)).filter((word) => word.length > 3),
  ]
  const correct = (word: string) =>
    word.length < 3 || known.includes(word.toLowerCase()) ? word : (nearestWord(word, known) ?? word)
  const corrected = words.split(' ').map(correct).join(' ')
  const tried = [
    ...(corrected === words ? [] : [corrected]),
    ...COMPLETIONS.map((complete) => complete(words)),
  ]
  for (const one of tried) {
    const text = `${before} ${one}`.trim()
    const asked = parseCustomerFilter(one, options)
    // A place accepts any word, so a place alone does not show that the text was understood.
    const isUnderstood =
      asked.kind === 'filter' &&
      (asked.by !== undefined ||
        asked.sum !== undefined ||
        Object.keys(asked.filter).some((key) => key !== 'places'))
    if (isUnderstood && parseCustomerFilter(text, options).kind === 'filter') return text
  }
  return undefined
}
