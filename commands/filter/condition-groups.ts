import {
  type CustomerFilter,
  type DayRange,
  MAX_VALUES,
  writeFilter,
} from '../../src/uploads/filters/index.ts'

/** Conditions of which one must hold. */
export type Alternatives = readonly CustomerFilter[]

/** Characters of a filter in a button's value, of Slack's 2000; a Hindi letter takes nine. */
const MAX_WRITTEN = 1_800
/** Conditions on documents; a file or a change is none. */
const DOCUMENT_KINDS: ReadonlySet<string> = new Set([
  'places',
  'with',
  'without',
  'amounts',
  'values',
  'due',
  'added',
  'notSince',
])

/**
 * Joins conditions to one filter.
 * @returns undefined if they do not fit together: two of a kind that a filter has once, `or` between several
 *   kinds beside further conditions, or more values than a button's value holds
 */
export function joinConditions(groups: readonly Alternatives[]): CustomerFilter | undefined {
  let filter: CustomerFilter = {}
  for (const group of groups) {
    const joined = group.length > 1 ? addAlternatives(filter, group, groups.length) : addOne(filter, group[0])
    if (!joined) return undefined
    filter = joined
  }
  return hasTooMany(filter) ? undefined : filter
}

/** True if people could mean different things: `overdue or goa without e-mail`, `e-mail and city or loan id`. */
export function isAmbiguous(groups: readonly Alternatives[]): boolean {
  return groups.some((group) => group.length > 1 && isMixed(group, groups.length))
}

function isMixed(group: Alternatives, groups: number): boolean {
  const isList = group.some(({ with: having = [], without = [] }) => having.length > 1 || without.length > 1)
  return isList || (groups > 1 && new Set(group.map(kindOf)).size > 1)
}

/** `due today and tomorrow`: nobody is due on both, so it can only mean one of them. */
export function excludes(group: Alternatives, other: CustomerFilter): boolean {
  return group.every((one) => {
    const kind = kindOf(one)
    if (kind !== kindOf(other) || (kind !== 'due' && kind !== 'added')) return false
    return isApart(one[kind] ?? {}, other[kind] ?? {})
  })
}

const isApart = (one: DayRange, other: DayRange): boolean => isBefore(one, other) || isBefore(other, one)
const isBefore = ({ until }: DayRange, { from }: DayRange): boolean =>
  until !== undefined && from !== undefined && until < from

const kindOf = (filter: CustomerFilter): string => Object.keys(filter).sort().join(' ')

const LISTS = ['places', 'with', 'without', 'amounts', 'values'] as const

function addOne(filter: CustomerFilter, condition: CustomerFilter = {}): CustomerFilter | undefined {
  const isTwice = Object.keys(condition).some(
    (key) => Object.hasOwn(filter, key) && !LISTS.some((list) => list === key),
  )
  if (isTwice) return undefined
  const lists = LISTS.flatMap((key) => {
    const values = [...(filter[key] ?? []), ...(condition[key] ?? [])]
    return values.length > 0 ? [[key, values] as const] : []
  })
  return { ...filter, ...condition, ...Object.fromEntries(lists) }
}

function addAlternatives(
  filter: CustomerFilter,
  group: Alternatives,
  groups: number,
): CustomerFilter | undefined {
  const kinds = new Set(group.map(kindOf))
  // Places of a filter are alternatives already.
  if (kinds.size === 1 && kinds.has('places'))
    return addOne(filter, { places: group.flatMap(({ places = [] }) => places) })
  const isOnDocuments = group.every((one) => Object.keys(one).every((key) => DOCUMENT_KINDS.has(key)))
  if (!isOnDocuments || isMixed(group, groups)) return undefined
  return { ...filter, anyOf: [...(filter.anyOf ?? []), group] }
}

/** A button's value holds few values per kind, and a dropped one would change the answer. */
const hasTooMany = (filter: CustomerFilter): boolean =>
  [
    filter.places,
    filter.without,
    filter.with,
    filter.amounts,
    filter.values,
    filter.anyOf,
    ...(filter.anyOf ?? []),
  ].some((values) => (values?.length ?? 0) > MAX_VALUES) || writeFilter(filter).length > MAX_WRITTEN
