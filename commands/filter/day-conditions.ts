import type { DayRange } from '../../src/uploads/filters/index.ts'
import { addDays, parsePeriod } from '../text/index.ts'
import { type FilterOptions, lower, type Reader, type Reading, today } from './condition.ts'

const MAX_PERIOD_WORDS = 7

/** `due date is over`; `due over 5000` is an amount. */
const OVERDUE =
  /^(?:overdue|over due|past due|(?:due|emi|payment) date (?:(?:is|are|has|have|was|been|got|already) )*(?:over|crossed|passed|gone|expired|lapsed))(?= |$)/
const MAX_OVERDUE_WORDS = 6
/** Maximum of words before `due`: `next week due`. */
const MAX_DAYS_BEFORE = 3

/** `overdue`, `past due`, `due date crossed`, `overdue by more than 10 days`. */
export const readOverdue: Reader = (words, options) => {
  const [late] = OVERDUE.exec(lower(words, MAX_OVERDUE_WORDS)) ?? []
  if (late === undefined) return undefined
  const count = late.split(' ').length
  const [written, more, days] =
    /^(?:by|for|since)?\s?(more than |over )?(?:at least |min )?(\d{1,4}) days?(?= |$)/.exec(
      lower(words.slice(count), 6),
    ) ?? []
  const minDays = days === undefined ? 1 : Number(days) + (more === undefined ? 0 : 1)
  const rest = written === undefined ? 0 : written.trim().split(' ').length
  return { words: count + rest, condition: { due: { until: addDays(today(options), -minDays) } } }
}

/** `due this week`, `due before friday`, `due on 15 Jan`, `emi due tomorrow`. */
export function readDue(words: readonly string[], options: FilterOptions): Reading | undefined {
  if (/^(?:emis?|instal+ments?|payments?)$/.test(lower(words))) {
    const from = /^(?:is|are|was|were|date|hai)$/.test(lower(words.slice(1))) ? 2 : 1
    const due = readDue(words.slice(from), options)
    return due && { ...due, words: due.words + from }
  }
  const early = readDaysBeforeDue(words, options)
  if (early) return early
  if (!/^(?:dues?|payable)$/.test(lower(words))) return undefined
  const isSkipped = /^(?:hai|hain|is|are|in)$/.test(lower(words.slice(1)))
  for (const from of isSkipped ? [1, 2] : [1]) {
    const found = readPeriod(words.slice(from), { ...options, direction: 'future' })
    if (found) return { words: from + found.words, condition: { due: found.range }, head: 'due' }
  }
  return undefined
}

/** `kal due hai`, `next week due`. `today due amount` names an amount. */
function readDaysBeforeDue(words: readonly string[], options: FilterOptions): Reading | undefined {
  const at = words.slice(0, MAX_DAYS_BEFORE + 1).findIndex((word) => /^(?:due|payable)$/i.test(word))
  if (at < 1 || /^(?:amounts?|dates?)$/.test(lower(words.slice(at + 1)))) return undefined
  // `avg due` asks for an average; in some languages `avg` is August.
  if (/^avg\.?$/.test(lower(words))) return undefined
  const found = readPeriod(words.slice(0, at), { ...options, direction: 'future' })
  return found?.words === at ? { words: at + 1, condition: { due: found.range }, head: 'due' } : undefined
}

/** `not refreshed for 30 days`, `not seen since 1 Jan`, `not updated in two weeks`, `stale for 30 days`. */
export const readNotRefreshed: Reader = (words, options) => {
  const text = lower(words, 3)
  const count = /^not (?:been )?(?:refreshed|seen|updated|mentioned|uploaded|touched|in)\b/.exec(text)
    ? text.startsWith('not been')
      ? 3
      : 2
    : /^(?:stale|unrefreshed|missing)$/.test(lower(words)) && words.length > 1
      ? 1
      : 0
  if (count === 0) return undefined
  const rest = words.slice(count).filter((word, at) => at > 2 || !/^(?:any|a|file|files|list)$/i.test(word))
  const dropped = words.length - count - rest.length
  const skipped = /^(?:for|in|since|within|during|the)$/.test(lower(rest)) ? 1 : 0
  const found = readPeriod(rest.slice(skipped), options)
  if (!found?.range.from) return undefined
  // Thirty days without a file do not include today.
  const isLength = /^(?:(?:last|past) )?(?:\d+|[a-z]+) (?:day|week|month|year)s?$/.test(found.text)
  const from = isLength ? addDays(found.range.from, -1) : found.range.from
  return { words: count + dropped + skipped + found.words, condition: { notSince: from } }
}

/** `new customers this week`, `added yesterday`, `created since monday`. */
export const readAdded: Reader = (words, options) => {
  // `new customers added today`
  const isTwice = /^new \p{L}+ (?:added|created|joined|onboarded)$/u.test(lower(words, 3))
  if (isTwice) {
    const added = readAdded(words.slice(2), options)
    return added && { ...added, words: 2 + added.words }
  }
  if (!/^(?:added|new|created|joined|onboarded)$/.test(lower(words))) return undefined
  const found = readDaysOf(words, options)
  return found && { words: found.words, condition: { added: found.range }, head: 'added' }
}

/** `changed since monday`, `since monday`, `updated today`, `changed last week`. */
export const readChanged: Reader = (words, options) => {
  const isNamed = /^(?:changed|changes|updated|edited|modified)$/.test(lower(words))
  if (!isNamed && !/^(?:since|after)$/.test(lower(words))) return undefined
  const found = isNamed ? readDaysOf(words, options) : readPeriod(words, options)
  const { from, until } = found?.range ?? {}
  if (!found || from === undefined) return undefined
  const isOpen = until === undefined || until >= today(options)
  const changed = { changedSince: from, ...(!isOpen && { changedUntil: until }) }
  return { words: found.words, condition: changed }
}

/** The days after a first word: `added today`, `new customers in march`, `new in pune` has none. */
function readDaysOf(words: readonly string[], options: FilterOptions) {
  const skipped = /^(?:customers?|clients?|people|borrowers?|ones?)$/.test(lower(words.slice(1))) ? 2 : 1
  const found = readPeriod(words.slice(skipped), options)
  return found && { range: found.range, words: skipped + found.words }
}

/** The longest sequence of words that names days. */
function readPeriod(words: readonly string[], options: FilterOptions & { direction?: 'past' | 'future' }) {
  for (let count = Math.min(MAX_PERIOD_WORDS, words.length); count > 0; count -= 1) {
    const text = words.slice(0, count).join(' ').toLowerCase()
    const period = parsePeriod(text, options)
    if (!period) continue
    const { from, until } = period
    const range: DayRange = { ...(from !== undefined && { from }), ...(until !== undefined && { until }) }
    return { words: count, range, text }
  }
  return undefined
}
