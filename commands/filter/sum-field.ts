import { lower, type Reader } from './condition.ts'
import { readAmountField } from './named-field.ts'

/** Words that ask for a sum or an average; both are shown. */
const SUM =
  /^(?:(?:sum|sums|total|totals|grand total|average|avg\.?|mean) (?:of|for|in) (?:all )?(?:the )?|(?:the )?(?:sum|total|average|avg\.?|mean|how much|kitn[aei]) (?:(?:is|are|was|in|of) )?(?:the |all |whole )?)/
/** `loan amount in total`, `loan amount total` */
const BEHIND = /^(?:in total|total|sum|altogether|average|avg\.?|on average)(?= |$)/
const MAX_WORDS = 6

/**
 * `total due amount`, `sum of loan amount`, `how much is due`, and in a count `due amount` alone: the field whose amounts
 * are added.
 */
export const readSum: Reader = (words, { catalogue, begins }) => {
  const [written = ''] = SUM.exec(`${lower(words, MAX_WORDS)} `) ?? []
  const lead = written.trim() === '' ? 0 : written.trim().split(' ').length
  const rest = words.slice(lead)
  const found = readAmountField(rest, catalogue)
  if (!found) return undefined
  // `how much is due this week`, `total loan amount over 50000`: the field's word begins a condition, too.
  if (lead > 0 && begins(rest)) return { words: lead, sum: found.field.name }
  const behind = BEHIND.exec(lower(rest.slice(found.words), 2))?.[0]
  const after = behind === undefined ? 0 : behind.split(' ').length
  // `loan` alone is rather a loan ID, and `due` the beginning of a condition.
  if (lead + after === 0 && (found.isShort || found.words < 2)) return undefined
  return { words: lead + found.words + after, sum: found.field.name }
}
