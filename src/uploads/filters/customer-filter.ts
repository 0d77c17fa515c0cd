import type { FieldCatalogue } from '../../customers/fields/index.ts'
import { escapePattern } from '../queries/index.ts'

/** Days as `YYYY-MM-DD`, both included; an absent one is open. */
export interface DayRange {
  readonly from?: string
  readonly until?: string
}

/** A filter of customers; all its conditions must match. */
export interface CustomerFilter {
  /** City or state; any of them matches. */
  readonly places?: readonly string[]
  /** Names of fields that must be blank, and of fields that must have a value. */
  readonly without?: readonly string[]
  readonly with?: readonly string[]
  readonly due?: DayRange
  /** No file mentions the customer since the start of this day. */
  readonly notSince?: string
  /**
   * An upload changed the customer since the start of this day. Not a condition on the document: see
   * `findChangedSince`.
   */
  readonly changedSince?: string
  /** Number of an upload that mentions the customer. Not a condition on the document either. */
  readonly upload?: number
}

const DAY = /^\d{4}-\d\d-\d\d$/
const MAX_VALUES = 5

/** Writes a filter as a button carries it: `places=pune&without=email`. Contains no customer data. */
export function writeFilter(filter: CustomerFilter): string {
  const pairs: [string, string][] = []
  for (const key of ['places', 'without', 'with'] as const)
    for (const value of filter[key] ?? []) pairs.push([key, value.toLowerCase()])
  for (const key of ['notSince', 'changedSince'] as const)
    if (filter[key] !== undefined) pairs.push([key, filter[key]])
  if (filter.due?.from !== undefined) pairs.push(['dueFrom', filter.due.from])
  if (filter.due?.until !== undefined) pairs.push(['dueUntil', filter.due.until])
  if (filter.upload !== undefined) pairs.push(['upload', String(filter.upload)])
  return new URLSearchParams(pairs).toString()
}

/** Parses the text of `writeFilter`, which comes over the network. @returns undefined if it is no filter */
export function readFilter(text: string, catalogue: FieldCatalogue): CustomerFilter | undefined {
  const pairs = new URLSearchParams(text.slice(0, 2_000))
  const list = (key: string) => pairs.getAll(key).slice(0, MAX_VALUES)
  const day = (key: string) => {
    const value = pairs.get(key)
    return value !== null && DAY.test(value) ? value : undefined
  }
  const [from, until, notSince, changedSince] = ['dueFrom', 'dueUntil', 'notSince', 'changedSince'].map(day)
  const upload = /^\d{1,9}$/.exec(pairs.get('upload') ?? '')?.[0]
  const fields = [...list('without'), ...list('with')]
  if (fields.some((name) => catalogue.field(name) === null)) return undefined
  const known = new Set([
    'places',
    'without',
    'with',
    'dueFrom',
    'dueUntil',
    'notSince',
    'changedSince',
    'upload',
  ])
  if ([...pairs.keys()].some((key) => !known.has(key))) return undefined
  return {
    ...(pairs.has('places') && { places: list('places') }),
    ...(pairs.has('without') && { without: list('without') }),
    ...(pairs.has('with') && { with: list('with') }),
    ...((from ?? until) !== undefined && {
      due: { ...(from !== undefined && { from }), ...(until !== undefined && { until }) },
    }),
    ...(notSince !== undefined && { notSince }),
    ...(changedSince !== undefined && { changedSince }),
    ...(upload !== undefined && { upload: Number(upload) }),
  }
}

/**
 * The conditions on customer documents.
 * @param startOfDay the start of a day in the team's time zone
 */
export function toCustomerQuery(
  { places, without, with: having, due, notSince }: CustomerFilter,
  startOfDay: (day: string) => Date,
): Record<string, unknown> {
  const parts: Record<string, unknown>[] = [
    ...(places
      ? [{ $or: places.flatMap((place) => [{ city: isPlace(place) }, { state: isPlace(place) }]) }]
      : []),
    // An absent field is blank; so is a field that something outside the bot set to null.
    ...(without ?? []).map((name) => ({ [name]: null })),
    ...(having ?? []).map((name) => ({ [name]: { $ne: null } })),
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
    ...(notSince === undefined ? [] : [{ updated_at: { $lt: startOfDay(notSince) } }]),
  ]
  return parts.length === 0 ? {} : { $and: parts }
}

/** `navi mumbai` matches `Navi-Mumbai` and `NAVI  MUMBAI`. */
function isPlace(place: string): RegExp {
  const words = place
    .split(/[\s.,'’-]+/)
    .filter((word) => word !== '')
    .map(escapePattern)
  return new RegExp(`^\\s*${words.join("[\\s.,'’-]*")}\\s*$`, 'i')
}
