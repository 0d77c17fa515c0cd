import type { CustomerFilter } from '../../src/uploads/filters/index.ts'
import { isBareAmount } from './amount-condition.ts'
import { type FilterOptions, lower, type Reader, type Reading, type ReadOptions } from './condition.ts'
import { type Alternatives, excludes, isAmbiguous, joinConditions } from './condition-groups.ts'
import { readAdded, readChanged, readDue, readNotRefreshed, readOverdue } from './day-conditions.ts'
import { readAmount, readBlank, readBy, readPresence, readUpload } from './field-conditions.ts'
import { isFillerWord, readFiller, readPlace, readState } from './place-condition.ts'
import { readSum } from './sum-field.ts'
import { readValue } from './value-condition.ts'

/** A filter, and the field to group by and the field of amounts to add, if named. */
export interface AskedFilter {
  readonly filter: CustomerFilter
  readonly by?: string
  readonly sum?: string
}

export interface NotUnderstood {
  readonly kind: 'unknown'
  /** The words that were not understood, after the words that were. */
  readonly words: string
  readonly before: string
  /** True if all words were understood, but `or` between them could mean two things. */
  readonly isAmbiguous?: true
}

interface Understood extends AskedFilter {
  readonly kind: 'filter'
}

/** Maximum of words in a question; nobody types more conditions. */
export const MAX_FILTER_WORDS = 60

/** The readers in order; the first that understands the words is used. */
const READERS: readonly {
  readonly read: Reader
  /** True if its first word ends a place and a list of fields before it. */
  readonly isBoundary?: true
}[] = [
  { read: readUpload },
  { read: readBy, isBoundary: true },
  { read: readOverdue, isBoundary: true },
  { read: readAmount, isBoundary: true },
  { read: readDue, isBoundary: true },
  { read: readNotRefreshed, isBoundary: true },
  { read: readAdded, isBoundary: true },
  { read: readChanged, isBoundary: true },
  { read: readValue },
  { read: readPresence },
  { read: readBlank },
  { read: readSum },
  { read: readState },
  { read: readFiller },
  { read: readPlace },
]

/**
 * Parses a filter of customers: `pune`, `in pune`, `without e-mail`, `with loan id`, `not refreshed for 30
 * days`, `due this week`, `overdue`, `loan amount over 50000`, `added this week`, `changed since monday`, `#42`,
 * `by city` to group them, and `total due amount` to add an amount. In any order; all conditions must match. Between two conditions, `or` means one
 * of them.
 */
export function parseCustomerFilter(text: string, options: FilterOptions): Understood | NotUnderstood {
  const all = splitWords(text)
  if (all.length > MAX_FILTER_WORDS) return { kind: 'unknown', words: all.join(' '), before: '' }
  const reading: ReadOptions = {
    ...options,
    begins: (words) => READERS.some(({ read, isBoundary }) => isBoundary && read(words, reading)),
  }
  let asked: Asked = { groups: [], filter: {} }
  for (let at = 0; at < all.length; ) {
    const words = all.slice(at)
    const next = readNext(words, asked, reading)
    const before = all.slice(0, at).join(' ')
    if (!next) return { kind: 'unknown', words: words.join(' '), before }
    const joined = join(asked, next)
    if (!joined) {
      const unknown = { kind: 'unknown', words: words.slice(0, next.words).join(' '), before } as const
      return isAmbiguous(addCondition(asked, next)) ? { ...unknown, isAmbiguous: true } : unknown
    }
    asked = joined
    at += next.words
  }
  const { filter, by, sum } = asked
  return { kind: 'filter', filter, ...(by !== undefined && { by }), ...(sum !== undefined && { sum }) }
}

/** Spellings that the readers need not know. */
const REWRITTEN: readonly (readonly [RegExp, string])[] = [
  [/[?!.]+$/, ''],
  // The commas of 1,20,000 belong to the number.
  [/\s*(?:;|,(?!\d\d))\s*/g, ' and '],
  [/\s(?:aur|&|\+|\/)\s/gi, ' and '],
  // `pune/nashik`, but not `w/o`
  [/(?<=\p{L}{3})\/(?=\p{L}{3})/gu, ' and '],
  [/\b(?:zero|nil|nill)\b/gi, '0'],
  // A count by a field shows the most frequent values first.
  [/\btop \d{1,2}\b/gi, 'top'],
  [/([<>]=?|=)/g, ' $1 '],
  [/\bon or before\b/gi, 'until'],
  [/\bon or after\b/gi, 'from'],
  [/\bno\.? of\b/gi, ' '],
  [/\b(?:as (?:on|of) (?:date|today|now)|till (?:date|now)|so far|at present|right now)\b/gi, ' '],
  // `don't have e-mail`, `not having city`
  [/\b(?:(?:do|does|did)(?: not|n['’]?t)|not|never) (?:have|has|having|had)(?: an?)?\b/gi, 'without'],
]

function splitWords(text: string): string[] {
  const rewritten = REWRITTEN.reduce((written, [pattern, by]) => written.replace(pattern, by), text)
  return rewritten
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '')
}

/** The conditions so far. */
interface Asked extends AskedFilter {
  readonly groups: readonly Alternatives[]
  /** The last condition, if no other meaning came after it. */
  readonly last?: Reading
}

interface Next extends Reading {
  /** True if it and the condition before it are alternatives. */
  readonly isAlternative?: true
}

function readNext(words: readonly string[], { last }: Asked, options: ReadOptions): Next | undefined {
  const isOr = /^(?:or|ya|else)$/.test(lower(words))
  if (last && isOr) return readAlternative(words, last, options)
  const next = readFirst(words, options)
  const isMeant =
    next !== undefined && [next.condition, next.by, next.sum].some((meaning) => meaning !== undefined)
  // `due today and tomorrow`
  const repeated =
    !isMeant && last && /^(?:and|but)$/.test(lower(words))
      ? readRepeated(words.slice(1), last, options)
      : undefined
  return repeated ? { ...repeated, words: 1 + repeated.words } : next
}

function readFirst(words: readonly string[], options: ReadOptions): Reading | undefined {
  for (const { read } of READERS) {
    const reading = read(words, options)
    if (reading) return reading
  }
  return undefined
}

/** `due today and tomorrow` repeats `due`, and `loan over 10k and below 50k` the loan. */
function readRepeated(
  words: readonly string[],
  { head, condition }: Reading,
  options: ReadOptions,
): Reading | undefined {
  const { due, added, amounts } = condition ?? {}
  const isRepeatable = (due ?? added) !== undefined || (amounts !== undefined && isBareAmount(words))
  return isRepeatable && readFirst(words, options) === undefined
    ? readBehind(head, words, options)
    : undefined
}

/** `or loan id` behind `with e-mail`; `or overdue`, `or in goa`. */
function readAlternative(
  words: readonly string[],
  { head }: Reading,
  options: ReadOptions,
): Next | undefined {
  for (let at = 1; at < words.length; at += 1) {
    const rest = words.slice(at)
    const own = readFirst(rest, options)
    const isNamed = own?.condition !== undefined && own.condition.places === undefined
    // `loan id` behind `with e-mail or` is a field before it is a place.
    const found = isNamed ? own : (readBehind(head, rest, options) ?? own)
    if (found?.condition) return { ...found, words: at + found.words, isAlternative: true }
    if (!isFillerWord(words[at] ?? '')) return undefined
  }
  return undefined
}

/** Reads words as if a condition's first words stood before them. */
function readBehind(
  head: string | undefined,
  words: readonly string[],
  options: ReadOptions,
): Reading | undefined {
  if (head === undefined) return undefined
  const found = readFirst([head, ...words], options)
  return found && found.head === head && found.words > 1 ? { ...found, words: found.words - 1 } : undefined
}

/** @returns undefined if the conditions do not fit together */
function join(asked: Asked, next: Next): Asked | undefined {
  const { last: _, ...others } = asked
  if (next.by !== undefined) return asked.by === undefined ? { ...others, by: next.by } : undefined
  if (next.sum !== undefined) return asked.sum === undefined ? { ...others, sum: next.sum } : undefined
  if (!next.condition) return asked
  const all = addCondition(asked, next)
  const filter = joinConditions(all)
  return filter && { ...asked, groups: all, filter, last: next }
}

function addCondition({ groups }: Asked, { condition, isAlternative }: Next): readonly Alternatives[] {
  if (!condition) return groups
  const last = groups.at(-1)
  const isJoined = last !== undefined && (isAlternative || excludes(last, condition))
  return isJoined ? [...groups.slice(0, -1), [...last, condition]] : [...groups, [condition]]
}
