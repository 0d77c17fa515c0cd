import type { mongo } from 'mongoose'
import type { Customer, Models } from '../../../models/index.ts'
import { groupBy } from '../../group-by.ts'
import { customerPhoneOf, foldIdentifier, foldWord, searchWordsOfValues, splitName } from '../rows/index.ts'

/** A search result. */
export interface FoundPerson {
  readonly phone: string
  /** As in `findPhone`. */
  readonly id: mongo.ObjectId
  /** Undefined if the customer was deleted. */
  readonly customer: Customer | undefined
  /** Found by an earlier value, such as a former name or address. */
  readonly isFormer: boolean
}

export interface FoundPeople {
  readonly people: readonly FoundPerson[]
  /** More people match than `people` holds. */
  readonly hasMore: boolean
}

/** Maximum of rows read per search: a name that changes daily finds one person many times. */
const MAX_ROWS = 1_000
/** A phone that more customers have or had as a second one is a switchboard's. */
const MAX_FOLLOWED = 1_000

/**
 * Finds people by the beginning of each word of their name, by the beginning of their e-mail address, or by
 * loan number. Current matches come first.
 */
export async function findPeople(models: Models, text: string, limit: number): Promise<FoundPeople> {
  const phones = new Map<string, mongo.ObjectId>()
  let hasMore = false
  for (const patterns of meaningsOf(text)) {
    for (const pattern of patterns) hasMore ||= await collectPhones(models, pattern, limit, phones)
    // If a loan number matches, name search is skipped: "SL" of "SL-17" may match a million names.
    if (phones.size > 0) break
  }
  return { people: await describe(models, text, phones), hasMore }
}

/**
 * A few rows first: they usually give enough people, and the embedded engine finds all requested rows before
 * it returns one.
 *
 * @returns true if there are more than fit
 */
async function collectPhones(
  models: Models,
  pattern: Record<string, unknown>,
  limit: number,
  phones: Map<string, mongo.ObjectId>,
): Promise<boolean> {
  for (const max of [2 * limit, MAX_ROWS]) {
    const rows = await models.uploadRows.collection
      .find<{ phone: string; customer_phone?: string; customer: mongo.ObjectId }>(pattern, {
        projection: { phone: 1, customer_phone: 1, customer: 1 },
      })
      .limit(max)
      .toArray()
    for (const { customer, ...row } of rows) {
      const phone = customerPhoneOf(row)
      if (phone === undefined || phones.has(phone)) continue
      if (phones.size === limit) return true
      phones.set(phone, customer)
    }
    if (rows.length < max) return false
  }
  return true
}

/**
 * One or two interpretations of the typed text; for each, conditions on the indexed words, the most selective
 * first.
 */
function meaningsOf(text: string): Record<string, unknown>[][] {
  if (text.includes('@')) return [[{ search: startsWith(foldWord(text)) }]]
  const words = splitName(text)
  const identifier = foldIdentifier(text)
  const isNumber = /\d/.test(identifier) && words.length > 1
  return [
    ...(isNumber ? [[{ search: startsWith(identifier) }]] : []),
    ...(words.length > 0 ? [namePatterns(words)] : []),
  ]
}

/**
 * People type whole words, the last one perhaps in part. Whole words are read in index order, which is enough
 * for frequent names; prefixes alone make the database collect all matches first.
 */
function namePatterns(words: readonly string[]): Record<string, unknown>[] {
  const [last = '', ...before] = words.toReversed()
  return [
    allOf(words),
    ...(before.length > 0 ? [allOf([...before, startsWith(last)])] : []),
    allOf(words.map(startsWith)),
  ]
}

function allOf(words: readonly (string | RegExp)[]): Record<string, unknown> {
  return { $and: words.map((word) => ({ search: word })) }
}

function startsWith(word: string): RegExp {
  return new RegExp(`^${escapePattern(word)}`)
}

export function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}

async function describe(
  models: Models,
  text: string,
  phones: ReadonlyMap<string, mongo.ObjectId>,
): Promise<FoundPerson[]> {
  const customers = await models.customers.collection
    .find<Customer>({ primary_phone: { $in: [...phones.keys()] } })
    .toArray()
  const records = groupBy(customers, ({ primary_phone }) => primary_phone)
  const stored = [...records].flatMap(([phone, all]) => {
    const customer = chooseRecord(all, text)
    return customer ? [{ phone, id: customer._id, customer, isFormer: !isFoundBy(customer, text) }] : []
  })
  const gone = [...phones]
    .filter(([phone]) => !customers.some(({ primary_phone }) => primary_phone === phone))
    .map(([phone, id]) => ({ phone, id, customer: undefined, isFormer: true }))
  const nameOf = ({ customer }: FoundPerson) => String(customer?.full_name ?? '')
  return [...stored, ...gone].sort(
    (a, b) =>
      Number(a.isFormer) - Number(b.isFormer) ||
      nameOf(a).localeCompare(nameOf(b)) ||
      (a.phone < b.phone ? -1 : 1),
  )
}

/** Several records of one phone are one person: the latest record that matches, else the latest. */
function chooseRecord(records: readonly Customer[], text: string): Customer | undefined {
  const latest = records.toSorted((a, b) => (b.updated_at?.getTime() ?? 0) - (a.updated_at?.getTime() ?? 0))
  return latest.find((record) => isFoundBy(record, text)) ?? latest[0]
}

/** True if the typed text finds a customer with these values. */
export function isFoundBy(customer: Readonly<Record<string, unknown>>, text: string): boolean {
  const { full_name, email, loan_id } = customer
  const words = searchWordsOfValues({ full_name, email, loan_id })
  const has = (wanted: string) => words.some((word) => word.startsWith(wanted))
  if (text.includes('@')) return has(foldWord(text))
  return splitName(text).every(has) || has(foldIdentifier(text))
}

/** Finds customers with this loan number, and not with longer ones that start the same. */
export async function findByLoanId(models: Models, text: string, limit: number): Promise<FoundPeople> {
  const word = foldIdentifier(text)
  const phones = new Map<string, mongo.ObjectId>()
  const hasMore = word !== '' && (await collectPhones(models, { search: word }, limit, phones))
  const people = await describe(models, text, phones)
  return {
    people: people.filter(({ customer }) => foldIdentifier(String(customer?.loan_id ?? '')) === word),
    hasMore,
  }
}

/**
 * Finds customers with this second phone, through the rows that brought it, like names. Former holders are
 * left out.
 *
 * @param phone E.164
 * @param limit maximum of customers
 */
export async function findBySecondPhone(models: Models, phone: string, limit: number): Promise<Customer[]> {
  const keys = new Set<string>()
  const rows = models.uploadRows.collection.find<{ phone?: string; customer_phone?: string }>(
    { search: phone },
    { projection: { _id: 0, phone: 1, customer_phone: 1 } },
  )
  for await (const row of rows) {
    const key = customerPhoneOf(row)
    if (key !== undefined && key !== phone) keys.add(key)
    if (keys.size > MAX_FOLLOWED) break
  }
  if (keys.size === 0) return []
  return await models.customers.collection
    .find<Customer>({ primary_phone: { $in: [...keys] }, other_phones: phone })
    .sort({ primary_phone: 1 })
    .limit(limit)
    .toArray()
}
