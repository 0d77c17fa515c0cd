import type { mongo } from 'mongoose'
import type { Customer, Models, UploadRow } from '../../../models/index.ts'
import { customerPhoneOf } from '../rows/index.ts'

/** The customers who have a phone as a second one. */
interface Holders {
  readonly customers: readonly Customer[]
  /** There may be more: a switchboard's number. */
  readonly isMore: boolean
}

/** Maximum of rows read. */
interface HolderLimits {
  /** For all phones together; if there are more, each phone is looked up alone. */
  readonly rows: number
  /** For one phone that is looked up alone. */
  readonly rowsOfPhone: number
}

const LIMITS: HolderLimits = { rows: 20_000, rowsOfPhone: 1_000 }
/** Customers fetched at once. */
const FETCHED = 2_000

type Named = Pick<UploadRow, 'phone' | 'customer_phone' | 'search'>

/**
 * Finds the customers with some second phones, through the rows that brought them, like names. Former holders
 * and customers whose primary phone it is are left out. The work is bounded, however many customers share a
 * phone.
 *
 * @param phones E.164
 */
export async function findHolders(
  models: Models,
  phones: readonly string[],
  limits: HolderLimits = LIMITS,
): Promise<ReadonlyMap<string, Holders>> {
  const wanted = new Set(phones)
  if (wanted.size === 0) return new Map()
  const keys = new Map<string, Set<string>>()
  const crowded = new Set<string>()
  const learn = (rows: readonly Named[]) => {
    for (const row of rows)
      for (const word of row.search ?? []) {
        const key = customerPhoneOf(row)
        if (!wanted.has(word) || key === undefined || key === word) continue
        keys.set(word, (keys.get(word) ?? new Set()).add(key))
      }
  }
  // With the condition of the partial index, as in `customerRowFilters`.
  const rows = await findNamed(models, { $in: [...wanted], $exists: true }, limits.rows)
  if (rows.length < limits.rows) learn(rows)
  else
    for (const phone of wanted) {
      const some = await findNamed(models, phone, limits.rowsOfPhone)
      if (some.length === limits.rowsOfPhone) crowded.add(phone)
      learn(some)
    }
  const customers = await findStored(models, keys)
  return new Map(
    [...keys].flatMap(([phone, of]): [string, Holders][] => {
      const holders = [...of].flatMap((key) =>
        (customers.get(key) ?? []).filter((customer) => hasSecondPhone(customer, phone)),
      )
      const isMore = crowded.has(phone)
      return holders.length > 0 || isMore ? [[phone, { customers: holders, isMore }]] : []
    }),
  )
}

/** True if a customer has the phone as a second one. */
function hasSecondPhone({ other_phones }: Customer, phone: string): boolean {
  return Array.isArray(other_phones) && other_phones.includes(phone)
}

async function findNamed(
  { uploadRows }: Models,
  search: string | { readonly $in: string[]; readonly $exists: true },
  limit: number,
): Promise<Named[]> {
  return await uploadRows.collection
    .find<Named>(
      { search },
      { projection: { _id: 0, phone: 1, customer_phone: 1, search: 1 }, batchSize: limit + 1 },
    )
    .limit(limit)
    .toArray()
}

async function findStored(
  { customers }: Models,
  keys: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<ReadonlyMap<string, Customer[]>> {
  const stored = new Map<string, Customer[]>()
  const wanted = [...new Set([...keys.values()].flatMap((of) => [...of]))]
  for (let at = 0; at < wanted.length; at += FETCHED) {
    const filter: mongo.Filter<mongo.Document> = { primary_phone: { $in: wanted.slice(at, at + FETCHED) } }
    for await (const customer of customers.collection.find<Customer>(filter, { batchSize: FETCHED + 1 })) {
      const known = stored.get(customer.primary_phone)
      if (known) known.push(customer)
      else stored.set(customer.primary_phone, [customer])
    }
  }
  return stored
}
