import type { AskedCount, FileUpload, Models } from '../../../models/index.ts'
import { createClaim } from '../lease/index.ts'
import { type CustomerFilter, toCustomerQuery, writeFilter } from './customer-filter.ts'
import { listFilteredPhones } from './filtered-phones.ts'

interface CountRequest {
  readonly filter: CustomerFilter
  /** The filter's upload, if it has one that the person may see. */
  readonly upload?: FileUpload
  /** Field to group by. */
  readonly by?: string
  /** The start of a day in the team's time zone. */
  readonly startOfDay: (day: string) => Date
  readonly now: Date
}

/** The result of a count. */
export type CustomerCount = Required<Pick<AskedCount, 'customers' | 'all' | 'counted_at'>> &
  Pick<AskedCount, 'groups' | 'others'>

/** Time limit of a count in milliseconds. */
const MAX_MS = 15_000
/** How long a count is reused, in milliseconds. */
const KEPT_MS = 10 * 60_000
const MAX_GROUPS = 19
/**
 * Fields whose values identify no single person. In any other field, a value that only one customer has is
 * not shown.
 */
const SHARED_FIELDS: ReadonlySet<string> = new Set([
  'city',
  'state',
  'country',
  'postal_code',
  'company',
  'gender',
  'language',
  'do_not_call',
])
/** Server code for a command that exceeded `maxTimeMS`. */
const TOO_LONG = 50

const CLAIM = createClaim<AskedCount>({ expiresAt: 'claim.expires_at', token: 'claim.token' })
const LANE = { _id: 'counting' }

/**
 * Counts customers with a collection scan: one count at a time across all processes, with a time limit. The
 * result is reused for a while.
 *
 * @returns `busy` if another count runs; `too_long` if it hit the time limit
 * @throws driver errors
 */
export async function countMatchingCustomers(
  models: Models,
  request: CountRequest,
): Promise<CustomerCount | 'busy' | 'too_long'> {
  const kept = await findKeptCount(models, request)
  if (kept) return kept
  await models.askedCounts.collection.updateOne(LANE, { $setOnInsert: {} }, { upsert: true })
  const claimed = await CLAIM.take(models.askedCounts, LANE, { ms: MAX_MS + 5_000 })
  if (!claimed) return 'busy'
  try {
    // Another process may have finished the same count a moment ago.
    const known = await findKeptCount(models, request)
    if (known) return known
    const counted = { ...(await count(models, request, Date.now() + MAX_MS)), counted_at: request.now }
    await models.askedCounts.collection.replaceOne({ _id: keyOf(request) }, counted, {
      upsert: true,
    })
    return counted
  } catch (error) {
    if (error instanceof OutOfTime || Reflect.get(error as object, 'code') === TOO_LONG) return 'too_long'
    throw error
  } finally {
    await CLAIM.update(models.askedCounts, claimed, { $unset: { claim: '' } }).catch(() => null)
  }
}

/** A stored count of the same filter that is recent enough. */
export async function findKeptCount(
  { askedCounts }: Models,
  request: CountRequest,
): Promise<CustomerCount | undefined> {
  const found = await askedCounts.collection.findOne<CustomerCount & Pick<AskedCount, '_id'>>({
    _id: keyOf(request),
    counted_at: { $gt: new Date(request.now.getTime() - KEPT_MS) },
  })
  return found ?? undefined
}

const keyOf = ({ filter, by = '' }: CountRequest): string => `${writeFilter(filter)}&by=${by}`

class OutOfTime extends Error {}

async function count(
  models: Models,
  request: CountRequest,
  deadline: number,
): Promise<Omit<CustomerCount, 'counted_at'>> {
  const { filter, upload, by, startOfDay } = request
  const query = toCustomerQuery(filter, startOfDay)
  const isWhole = Object.keys(query).length === 0
  const phones = listFilteredPhones(models, filter, upload, startOfDay)
  if (phones) {
    let customers = 0
    for await (const page of phones) {
      customers += await models.customers.collection.countDocuments(
        { primary_phone: { $in: [...page] }, ...query },
        { maxTimeMS: left(deadline) },
      )
    }
    return { customers, all: await countMatching(models, {}, deadline) }
  }
  const groups = by === undefined ? undefined : await countGroups(models, query, by, deadline)
  const customers =
    groups && by !== undefined && SHARED_FIELDS.has(by)
      ? groups.reduce((sum, group) => sum + group.customers, 0)
      : await countMatching(models, query, deadline)
  const all = isWhole ? customers : await countMatching(models, {}, deadline)
  if (!groups) return { customers, all }
  const shown = groups.slice(0, MAX_GROUPS)
  const others = customers - shown.reduce((sum, group) => sum + group.customers, 0)
  return { customers, all, groups: shown, ...(others > 0 && { others }) }
}

function left(deadline: number): number {
  const ms = deadline - Date.now()
  if (ms <= 0) throw new OutOfTime('a count')
  return ms
}

/** A real count: the engine's own number of documents is an estimate, which may be old. */
async function countMatching(models: Models, query: object, deadline: number): Promise<number> {
  const [found] = await models.customers.collection
    .aggregate<{ customers: number }>(
      [{ $match: query }, { $group: { _id: null, customers: { $sum: 1 } } }],
      {
        maxTimeMS: left(deadline),
      },
    )
    .toArray()
  return found?.customers ?? 0
}

/** True if values that only one customer has are left out of the groups. */
export const hidesSingles = (by: string): boolean => !SHARED_FIELDS.has(by)

/**
 * Values that differ only in case or surrounding blanks are one group, named as the first customer has it.
 */
async function countGroups(models: Models, query: object, by: string, deadline: number) {
  const field = `$${by}`
  const folded = {
    $cond: [
      { $eq: [{ $type: field }, 'string'] },
      { $toLower: { $trim: { input: field } } },
      { $ifNull: [field, null] },
    ],
  }
  const groups = await models.customers.collection
    .aggregate<{ value: unknown; customers: number }>(
      [
        { $match: query },
        { $group: { _id: folded, value: { $first: field }, customers: { $sum: 1 } } },
        ...(SHARED_FIELDS.has(by) ? [] : [{ $match: { $or: [{ _id: null }, { customers: { $gt: 1 } }] } }]),
        { $sort: { customers: -1, _id: 1 } },
      ],
      { maxTimeMS: left(deadline), allowDiskUse: true },
    )
    .toArray()
  return groups.map(({ value, customers }) => ({
    value: value === null || value === undefined ? null : String(value).trim(),
    customers,
  }))
}
