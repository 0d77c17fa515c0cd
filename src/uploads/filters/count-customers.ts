import { type AskedCount, type FileUpload, type Models, repeatUpsert } from '../../../models/index.ts'
import { createClaim } from '../lease/index.ts'
import { type CustomerFilter, toCustomerQuery, writeFilter } from './customer-filter.ts'
import { listFilteredPhones } from './filtered-phones.ts'

interface CountRequest {
  readonly filter: CustomerFilter
  /** The filter's upload, if it has one that the person may see. */
  readonly upload?: FileUpload
  /** Field to group by. */
  readonly by?: string
  /** Field whose amounts are added. */
  readonly sum?: string
  /** The start of a day in the team's time zone. */
  readonly startOfDay: (day: string) => Date
  readonly now: Date
}

/** The result of a count. */
export type CustomerCount = Required<Pick<AskedCount, 'customers' | 'all' | 'counted_at'>> &
  Pick<AskedCount, 'groups' | 'others' | 'sum'>

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
  await repeatUpsert(() =>
    models.askedCounts.collection.updateOne(LANE, { $setOnInsert: {} }, { upsert: true }),
  )
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

const keyOf = ({ filter, by = '', sum }: CountRequest): string =>
  `${writeFilter(filter)}&by=${by}${sum === undefined ? '' : `&sum=${sum}`}`

class OutOfTime extends Error {}

async function count(
  models: Models,
  request: CountRequest,
  deadline: number,
): Promise<Omit<CustomerCount, 'counted_at'>> {
  const { filter, upload, by, sum, startOfDay } = request
  const query = toCustomerQuery(filter, startOfDay)
  const isWhole = Object.keys(query).length === 0
  const phones = listFilteredPhones(models, filter, upload, startOfDay)
  if (phones) {
    let matching = NOBODY
    for await (const page of phones) {
      const found = await countMatching(
        models,
        { primary_phone: { $in: [...page] }, ...query },
        deadline,
        sum,
      )
      matching = addUp(matching, found)
    }
    return { ...describe(matching, sum), all: (await countMatching(models, {}, deadline)).customers }
  }
  const groups = by === undefined ? undefined : await countGroups(models, query, { by, sum, deadline })
  const matching =
    groups && by !== undefined && SHARED_FIELDS.has(by)
      ? groups.reduce(addUp, NOBODY)
      : await countMatching(models, query, deadline, sum)
  const counted = describe(matching, sum)
  const all = isWhole ? counted.customers : (await countMatching(models, {}, deadline)).customers
  if (!groups) return { ...counted, all }
  const shown = groups.slice(0, MAX_GROUPS)
  const rest = subtract(matching, shown.reduce(addUp, NOBODY))
  const neighbour = findNeighbour([...shown, rest])
  return {
    ...counted,
    ...(counted.sum && { sum: { ...counted.sum, ...(rest !== neighbour && asShown(rest, 'others')) } }),
    all,
    groups: shown.map((group) => ({
      value: group.value,
      customers: group.customers,
      ...(sum !== undefined && group !== neighbour && asShown(group, 'sum')),
    })),
    ...(rest.customers > 0 && { others: rest.customers }),
  }
}

/** Customers, the sum of their amounts, and how many have one. */
interface Counted {
  readonly customers: number
  readonly amount: number
  readonly having: number
}

const NOBODY: Counted = { customers: 0, amount: 0, having: 0 }

const addUp = (one: Counted, other: Counted): Counted => ({
  customers: one.customers + other.customers,
  amount: one.amount + other.amount,
  having: one.having + other.having,
})

const subtract = (one: Counted, other: Counted): Counted => ({
  customers: one.customers - other.customers,
  amount: one.amount - other.amount,
  having: one.having - other.having,
})

function describe(matching: Counted, sum: string | undefined): Pick<CustomerCount, 'customers' | 'sum'> {
  const { customers, having } = matching
  return {
    customers,
    ...(sum !== undefined && { sum: { customers: having, ...asShown(matching, 'amount') } }),
  }
}

/** A sum under its key; none of the amount that one customer alone has. */
function asShown<Key extends string>({ amount, having }: Counted, key: Key): { [key in Key]?: number } {
  return (having === 1 ? {} : { [key]: roundAmount(amount) }) as { [key in Key]?: number }
}

/**
 * The smallest other part, if one part alone is the amount of one customer: else that amount would be the total
 * less all other parts.
 */
function findNeighbour(parts: readonly Counted[]): Counted | undefined {
  if (parts.filter(({ having }) => having === 1).length !== 1) return undefined
  return parts.filter(({ having }) => having > 1).sort((a, b) => a.having - b.having)[0]
}

/** Adding many amounts with two decimals leaves a rest far behind them. */
const roundAmount = (amount: number): number => Math.round(amount * 100) / 100

/** Accumulators for a group's customers and amounts. Texts that are no amount are not added. */
function accumulate(sum: string | undefined): object {
  if (sum === undefined) return { customers: { $sum: 1 } }
  const isNumber = { $in: [{ $type: `$${sum}` }, ['double', 'int', 'long', 'decimal']] }
  return {
    customers: { $sum: 1 },
    amount: { $sum: { $cond: [isNumber, `$${sum}`, 0] } },
    having: { $sum: { $cond: [isNumber, 1, 0] } },
  }
}

function left(deadline: number): number {
  const ms = deadline - Date.now()
  if (ms <= 0) throw new OutOfTime('a count')
  return ms
}

/** A real count: the engine's own number of documents is an estimate, which may be old. */
async function countMatching(
  models: Models,
  query: object,
  deadline: number,
  sum?: string,
): Promise<Counted> {
  const [found] = await models.customers.collection
    .aggregate<Counted>([{ $match: query }, { $group: { _id: null, ...accumulate(sum) } }], {
      maxTimeMS: left(deadline),
    })
    .toArray()
  return { ...NOBODY, ...found }
}

/** True if values that only one customer has are left out of the groups. */
export const hidesSingles = (by: string): boolean => !SHARED_FIELDS.has(by)

/**
 * Values that differ only in case or surrounding blanks are one group, named as the first customer has it.
 */
async function countGroups(
  models: Models,
  query: object,
  { by, sum, deadline }: { readonly by: string; readonly sum: string | undefined; readonly deadline: number },
) {
  const field = `$${by}`
  const folded = {
    $cond: [
      { $eq: [{ $type: field }, 'string'] },
      { $toLower: { $trim: { input: field } } },
      { $ifNull: [field, null] },
    ],
  }
  const groups = await models.customers.collection
    .aggregate<Counted & { value: unknown }>(
      [
        { $match: query },
        { $group: { _id: folded, value: { $first: field }, ...accumulate(sum) } },
        ...(SHARED_FIELDS.has(by) ? [] : [{ $match: { $or: [{ _id: null }, { customers: { $gt: 1 } }] } }]),
        { $sort: { customers: -1, _id: 1 } },
      ],
      { maxTimeMS: left(deadline), allowDiskUse: true },
    )
    .toArray()
  return groups.map(({ value, customers, amount = 0, having = 0 }) => ({
    value: value === null || value === undefined ? null : String(value).trim(),
    customers,
    amount,
    having,
  }))
}
