import { type FilterOptions, isBareAmount, parseCustomerFilter } from '../filter/index.ts'

/** Words before a question that ask for an answer. */
const ASKING =
  /^(?:(?:please|pls|plz|kindly|show|list|lists|give|get|find|see|tell|share|send|provide|fetch|display|check|need|want|i|we|me|us|to|of|all|the) )+/i
const CUSTOMERS =
  /\b(?:customers?|clients?|borrowers?|people|persons?|log)\b|^(?:who|which|how many|kitn[ei]|jink[aie])\b/i
/** Words that ask for a number, also behind the place: `pune ke kitne customers hai`. */
const HOW_MANY =
  /\b(?:how many|kitn[ei]|(?:number|no\.?) of (?:all )?(?:customers?|clients?|borrowers?|people))(?: |$)/i
/** Words that ask for a sum: `loan amount` alone is no question. */
const ADDED = /\b(?:total|sum|average|avg|mean|how much|kitn[aei])\b/i
/** Words that begin a condition on customers, and no list of files. */
const CONDITION =
  /^(?:over ?due|(?:emis?|instal+ments?|payments?) due|dues?|payable|without|with|w\/o|no|having|not|stale|changed|updated|added|created|top|over|above|under|below|more|less|at|between|[<>])\b/i

/**
 * The filter of a question about customers without a subcommand: `customers due today`, `who is overdue`, `loan over
 * 50000`, `city wise customers`.
 *
 * @returns undefined for other texts, and for a name or a place alone, which is looked up
 */
export function readCountQuestion(text: string, options: FilterOptions): string | undefined {
  const asked = text.replace(ASKING, '')
  const isAboutCustomers = CUSTOMERS.test(asked)
  const parsed = parseCustomerFilter(asked, options)
  // `customers above 3 lakhs` names no field: a count asks which is meant.
  if (parsed.kind !== 'filter')
    return isAboutCustomers && isBareAmount(parsed.words.split(' ')) ? asked : undefined
  const { places, ...conditions } = parsed.filter
  const isAdded = parsed.sum !== undefined && ADDED.test(asked)
  const isNarrowed = Object.keys(conditions).length > 0 || parsed.by !== undefined || isAdded
  if (!isNarrowed) {
    // A look-up knows one place.
    const isMany = isAboutCustomers && (places?.length ?? 0) > 1
    return isMany || HOW_MANY.test(asked) || (places === undefined && isWhole(asked)) ? asked : undefined
  }
  // `cuont by city`: a place before a group is rather a mistyped word.
  const isGrouped = parsed.by !== undefined && places === undefined
  const isOnDays = conditions.due !== undefined && places === undefined
  return isAboutCustomers ||
    conditions.amounts !== undefined ||
    isOnDays ||
    isAdded ||
    isGrouped ||
    CONDITION.test(asked)
    ? asked
    : undefined
}

/** `all customers`, `customers`; a filler alone asks nothing. */
const isWhole = (asked: string): boolean => /\b(?:customers|clients|borrowers)\b/i.test(asked)
