import type { FieldCatalogue, FieldDefinition } from '../../customers/fields/index.ts'
import { escapePattern } from '../queries/index.ts'

/** Days as `YYYY-MM-DD`, both included; an absent one is open. */
export interface DayRange {
  readonly from?: string
  readonly until?: string
}

/** A comparison with a field of money or another number. */
export interface AmountCondition {
  readonly field: string
  readonly is: '>' | '>=' | '<' | '<=' | '='
  readonly value: number
}

/** A field whose value is a text, whatever its case, or yes or no. */
interface ValueCondition {
  readonly field: string
  readonly value: string
}

/** A filter of customers; all its conditions must match. */
export interface CustomerFilter {
  /** City or state; any of them matches. */
  readonly places?: readonly string[]
  /** Names of fields that must be blank, and of fields that must have a value. */
  readonly without?: readonly string[]
  readonly with?: readonly string[]
  readonly amounts?: readonly AmountCondition[]
  readonly values?: readonly ValueCondition[]
  readonly due?: DayRange
  /** The first upload with the customer was in these days. */
  readonly added?: DayRange
  /** No file mentions the customer since the start of this day. */
  readonly notSince?: string
  /**
   * An upload changed the customer since the start of this day. Not a condition on the document: see
   * `findChangedSince`.
   */
  readonly changedSince?: string
  /** With `changedSince`: the last day on which the upload finished. */
  readonly changedUntil?: string
  /** Number of an upload that mentions the customer. Not a condition on the document either. */
  readonly upload?: number
  /** Of each group, one filter must match. They have conditions on documents only, and no groups. */
  readonly anyOf?: readonly (readonly CustomerFilter[])[]
}

const DAY = /^\d{4}-\d\d-\d\d$/
/** Maximum characters of a filter in a button's value. */
const MAX_LETTERS = 2_000
/** Maximum of values per kind of condition. */
export const MAX_VALUES = 5
const AMOUNT = /^([a-z][a-z0-9_]{0,60})(>=|<=|>|<|=)(-?\d{1,15}(?:\.\d{1,2})?)$/
const VALUE = /^([a-z][a-z0-9_]{0,60})=([^|]{1,60})$/
/** A place is in `places`. */
const LOOKED_UP: ReadonlySet<string> = new Set([
  'full_name',
  'loan_id',
  'address',
  'city',
  'state',
  'phone_code',
])
const YES_NO: Readonly<Record<string, boolean>> = { yes: true, no: false }
const BETWEEN_CHARACTERS = "[\\s.,'’&/+-]*"
const OPERATORS = { '>': '$gt', '>=': '$gte', '<': '$lt', '<=': '$lte', '=': '$eq' } as const

/** Writes a filter as a button carries it: `places=pune&without=email`. Contains no customer data. */
export function writeFilter(filter: CustomerFilter): string {
  const pairs: [string, string][] = []
  for (const key of ['places', 'without', 'with'] as const)
    for (const value of filter[key] ?? []) pairs.push([key, value.toLowerCase()])
  for (const { field, is, value } of filter.amounts ?? []) pairs.push(['amount', `${field}${is}${value}`])
  for (const { field, value } of filter.values ?? []) pairs.push(['value', `${field}=${value.toLowerCase()}`])
  for (const key of ['notSince', 'changedSince', 'changedUntil'] as const)
    if (filter[key] !== undefined) pairs.push([key, filter[key]])
  if (filter.added?.from !== undefined) pairs.push(['addedFrom', filter.added.from])
  if (filter.added?.until !== undefined) pairs.push(['addedUntil', filter.added.until])
  if (filter.due?.from !== undefined) pairs.push(['dueFrom', filter.due.from])
  if (filter.due?.until !== undefined) pairs.push(['dueUntil', filter.due.until])
  if (filter.upload !== undefined) pairs.push(['upload', String(filter.upload)])
  // The written text of a filter has no stroke.
  for (const group of filter.anyOf ?? []) pairs.push(['anyOf', group.map(writeFilter).join('|')])
  return new URLSearchParams(pairs).toString()
}

const LISTS = ['places', 'without', 'with', 'amount', 'anyOf', 'value'] as const
const DAYS = [
  'dueFrom',
  'dueUntil',
  'addedFrom',
  'addedUntil',
  'notSince',
  'changedSince',
  'changedUntil',
] as const
const KNOWN: ReadonlySet<string> = new Set([...LISTS, ...DAYS, 'upload'])

/** Parses the text of `writeFilter`, which comes over the network. @returns undefined if it is no filter */
export function readFilter(text: string, catalogue: FieldCatalogue): CustomerFilter | undefined {
  if (text.length > MAX_LETTERS) return undefined
  const pairs = new URLSearchParams(text)
  if ([...pairs.keys()].some((key) => !KNOWN.has(key))) return undefined
  const lists = readLists(pairs, catalogue)
  if (!lists) return undefined
  const day = (key: (typeof DAYS)[number]) => {
    const value = pairs.get(key)
    return value !== null && DAY.test(value) ? value : undefined
  }
  const [notSince, changedSince, changedUntil] = [day('notSince'), day('changedSince'), day('changedUntil')]
  const due = rangeOf(day('dueFrom'), day('dueUntil'))
  const added = rangeOf(day('addedFrom'), day('addedUntil'))
  const upload = /^\d{1,9}$/.exec(pairs.get('upload') ?? '')?.[0]
  return {
    ...lists,
    ...(due && { due }),
    ...(added && { added }),
    ...(notSince !== undefined && { notSince }),
    ...(changedSince !== undefined && { changedSince }),
    ...(changedUntil !== undefined && { changedUntil }),
    ...(upload !== undefined && { upload: Number(upload) }),
  }
}

/** The conditions that can have several values. */
function readLists(
  pairs: URLSearchParams,
  catalogue: FieldCatalogue,
): Pick<CustomerFilter, 'places' | 'without' | 'with' | 'amounts' | 'values' | 'anyOf'> | undefined {
  const lists = LISTS.map((key) => pairs.getAll(key))
  if (lists.some((list) => list.length > MAX_VALUES)) return undefined
  const [places = [], without = [], having = [], written = [], groups = [], valued = []] = lists
  if ([...without, ...having].some((name) => catalogue.field(name) === null)) return undefined
  const amounts = readAll(written, (one) => readAmount(one, catalogue))
  const anyOf = readAll(groups, (group) => readGroup(group, catalogue))
  const values = readAll(valued, (one) => readValue(one, catalogue))
  if (!amounts || !anyOf || !values) return undefined
  return {
    ...(places.length > 0 && { places }),
    ...(without.length > 0 && { without }),
    ...(having.length > 0 && { with: having }),
    ...(amounts.length > 0 && { amounts }),
    ...(values.length > 0 && { values }),
    ...(anyOf.length > 0 && { anyOf }),
  }
}

/** @returns undefined if one of the texts cannot be read */
function readAll<T>(texts: readonly string[], read: (text: string) => T | undefined): T[] | undefined {
  const all = texts.map(read).filter((one) => one !== undefined)
  return all.length === texts.length ? all : undefined
}

function readGroup(text: string, catalogue: FieldCatalogue): CustomerFilter[] | undefined {
  const group = readAll(text.split('|'), (one) => readFilter(one, catalogue))
  const isFit = group?.every((one) => {
    const keys = Object.keys(one)
    return keys.length > 0 && !keys.some((key) => NEVER_IN_GROUPS.has(key))
  })
  return group && isFit && group.length > 1 && group.length <= MAX_VALUES ? group : undefined
}

const NEVER_IN_GROUPS: ReadonlySet<string> = new Set(['anyOf', 'upload', 'changedSince', 'changedUntil'])

function readAmount(text: string, catalogue: FieldCatalogue): AmountCondition | undefined {
  const [, field = '', is, digits] = AMOUNT.exec(text) ?? []
  const type = catalogue.field(field)?.type
  if (digits === undefined || (type !== 'money' && type !== 'number')) return undefined
  return { field, is: is as AmountCondition['is'], value: Number(digits) }
}

function readValue(text: string, catalogue: FieldCatalogue): ValueCondition | undefined {
  const [, name = '', value = ''] = VALUE.exec(text) ?? []
  const field = catalogue.field(name)
  return field && isFiltered(field) ? { field: name, value } : undefined
}

/** Fields with values that people ask for. Who has a name or a loan number is looked up instead. */
export function isFiltered({ name, type }: FieldDefinition): boolean {
  return (type === 'text' && !LOOKED_UP.has(name)) || type === 'yes_no'
}

function rangeOf(from: string | undefined, until: string | undefined): DayRange | undefined {
  if ((from ?? until) === undefined) return undefined
  return { ...(from !== undefined && { from }), ...(until !== undefined && { until }) }
}

/**
 * The conditions on customer documents.
 * @param startOfDay the start of a day in the team's time zone
 */
export function toCustomerQuery(
  { places, without, with: having, amounts, values, due, added, notSince, anyOf }: CustomerFilter,
  startOfDay: (day: string) => Date,
): Record<string, unknown> {
  const parts: Record<string, unknown>[] = [
    ...(places
      ? [{ $or: places.flatMap((place) => [{ city: isPlace(place) }, { state: isPlace(place) }]) }]
      : []),
    // An absent field is blank; so is a field that something outside the bot set to null.
    ...(without ?? []).map((name) => ({ [name]: null })),
    ...(having ?? []).map((name) => ({ [name]: { $ne: null } })),
    // MongoDB compares a number with numbers only, so a blank field never matches.
    ...(amounts ?? []).map(({ field, is, value }) => ({ [field]: { [OPERATORS[is]]: value } })),
    ...(values ?? []).map(({ field, value }) => ({ [field]: queryValue(value) })),
    ...(due
      ? [
          {
            due_date: {
              ...(due.from !== undefined && { $gte: due.from }),
              ...(due.until !== undefined && { $lte: due.until }),
            },
          },
        ]
      : []),
    ...(added
      ? [
          {
            first_uploaded_at: {
              ...(added.from !== undefined && { $gte: startOfDay(added.from) }),
              ...(added.until !== undefined && { $lt: startOfDay(dayAfter(added.until)) }),
            },
          },
        ]
      : []),
    ...(notSince === undefined ? [] : [{ updated_at: { $lt: startOfDay(notSince) } }]),
    ...(anyOf ?? []).map((group) => ({ $or: group.map((one) => toCustomerQuery(one, startOfDay)) })),
  ]
  return parts.length === 0 ? {} : { $and: parts }
}

/** `yes` is stored as true in a field of yes or no, and as a text in others. */
function queryValue(value: string): object {
  const is = isValue(value)
  const answer = YES_NO[value.toLowerCase()]
  return { $in: answer === undefined ? [is] : [is, answer] }
}

/** `411001` matches `411 001` and `411-001`, `acme tools` matches `ACME-Tools`: blanks and signs do not count. */
function isValue(value: string): RegExp {
  const characters = [...value].filter((one) => /[\p{L}\p{M}\p{N}]/u.test(one))
  return new RegExp(`^${BETWEEN_CHARACTERS}${characters.join(BETWEEN_CHARACTERS)}${BETWEEN_CHARACTERS}$`, 'i')
}

/** The day after a day `YYYY-MM-DD`. */
export function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10)
}

/** `navi mumbai` matches `Navi-Mumbai` and `NAVI  MUMBAI`. */
export function isPlace(place: string): RegExp {
  const words = place
    .split(/[\s.,'’-]+/)
    .filter((word) => word !== '')
    .map(escapePattern)
  return new RegExp(`^\\s*${words.join("[\\s.,'’-]*")}\\s*$`, 'i')
}
