import type { FieldCatalogue } from '../../customers/fields/index.ts'
import { escapePattern } from '../queries/index.ts'

/** Days as `YYYY-MM-DD`, first and last included; open where one is absent. */
export interface DayRange {
  readonly from?: string
  readonly until?: string
}

/** Which customers somebody means; everything that is there has to hold. */
export interface CustomerFilter {
  /** City or state, any of them. */
  readonly places?: readonly string[]
  /** Fields that hold nothing, and fields that hold something, by name. */
  readonly without?: readonly string[]
  readonly with?: readonly string[]
  readonly due?: DayRange
  /** In no file since this day began. */
  readonly notSince?: string
  /** An upload changed them since this day began. Not a condition on the customer: see `findChangedSince`. */
  readonly changedSince?: string
  /** Number of an upload that mentions them. Not a condition on the customer, either. */
  readonly upload?: number
}

const DAY = /^\d{4}-\d\d-\d\d$/
const MAX_VALUES = 5

/** A filter as a button carries it: `places=pune&without=email`. Holds nothing of a customer. */
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

/** The way back; what comes over the network may be anything. @returns undefined where it is no filter */
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
 * The conditions on the customers themselves.
 * @param startOfDay the first moment of a day in the team's time zone
 */
export function toCustomerQuery(
  { places, without, with: having, due, notSince }: CustomerFilter,
  startOfDay: (day: string) => Date,
): Record<string, unknown> {
  const parts: Record<string, unknown>[] = [
    ...(places
      ? [{ $or: places.flatMap((place) => [{ city: isPlace(place) }, { state: isPlace(place) }]) }]
      : []),
    // A field that is absent holds nothing; so does one that something else set to null.
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

/** `navi mumbai` is `Navi-Mumbai` and `NAVI  MUMBAI`. */
function isPlace(place: string): RegExp {
  const words = place
    .split(/[\s.,'’-]+/)
    .filter((word) => word !== '')
    .map(escapePattern)
  return new RegExp(`^\\s*${words.join("[\\s.,'’-]*")}\\s*$`, 'i')
}
