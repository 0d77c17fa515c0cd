import type { Customer, Models } from '../../../models/index.ts'
import { findSimilarWords } from '../names/index.ts'
import {
  customerPhoneOf,
  endingWord,
  foldIdentifier,
  foldWord,
  formerEndingWord,
  placeWord,
  splitName,
} from '../rows/index.ts'
import { escapePattern, type FoundPeople, type FoundPerson } from './find-people.ts'

/** What is known about a customer; all parts must match the current customer. */
export interface PersonParts {
  /** Words of the name, or their beginnings. */
  readonly names: readonly string[]
  /** The city or the state, or its beginning. */
  readonly place?: string
  /** The last four to nine digits of one of their phones. */
  readonly ending?: string
  /** The first digits of their primary phone, in E.164. */
  readonly beginning?: string
  /** The domain of their e-mail address with the `@`, or its beginning. */
  readonly domain?: string
}

type Condition = Readonly<Record<string, unknown>>

/** Maximum of rows, and so of customers, read per search. */
const MAX_ROWS = 1_000
/** Maximum of rows read where the first `MAX_ROWS` are all outdated. */
const MAX_ROWS_IF_NONE = 20_000
/** Customers fetched at once. */
const PAGE = 250
/** Number of ending digits in the search words that earlier versions wrote. */
const FORMER_DIGITS = 5
/** Maximum of spellings tried for one text. */
const MAX_SPELLINGS = 12
const SIMILAR_OF_A_WORD = 3

const SHOWN = {
  primary_phone: 1,
  other_phones: 1,
  full_name: 1,
  city: 1,
  state: 1,
  email: 1,
  loan_id: 1,
  updated_at: 1,
} as const

/**
 * Finds customers who match all parts now, through the rows that brought the values (ADR 5). The search is
 * bounded: for a frequent name some customers may be missed; `hasMore` is true then.
 */
export async function findByParts(models: Models, parts: PersonParts, limit: number): Promise<FoundPeople> {
  const found = new Map<string, FoundPerson>()
  let hasMore = false
  if (parts.place !== undefined && !(await isPlace(models, parts.place))) return { people: [], hasMore }
  for (const search of searchesOf(parts)) {
    const wasCut = await collect(models, search, parts, limit, found)
    if (found.size > limit) break
    hasMore ||= wasCut
  }
  const people = [...found.values()].sort(
    (a, b) => nameOf(a).localeCompare(nameOf(b)) || (a.phone < b.phone ? -1 : 1),
  )
  return { people: people.slice(0, limit), hasMore: hasMore || found.size > limit }
}

const nameOf = ({ customer }: FoundPerson): string => String(customer?.full_name ?? '')

/**
 * True if any row brought such a city or state. Most words are neither, and the other searches for them would
 * find nothing.
 */
async function isPlace({ uploadRows }: Models, place: string): Promise<boolean> {
  const word = placeWord(place)
  for (const search of [word, startsWith(word)])
    if (await uploadRows.collection.findOne({ search }, { projection: { _id: 1 } })) return true
  return false
}

interface Search {
  readonly from: 'customers' | 'rows'
  readonly condition: Condition
}

/** The conditions, the most selective first. */
function searchesOf({ names, place, ending, beginning, domain }: PersonParts): Search[] {
  if (beginning !== undefined)
    return [{ from: 'customers', condition: { primary_phone: startsWith(beginning) } }]
  if (ending !== undefined) return searchesOfEnding(ending)
  const starts = names.map(startsWith)
  const common = domain === undefined ? place && placeWord(place) : foldWord(domain)
  if (common === undefined) {
    const last = names.at(-1)
    const halves = last === undefined ? [] : [...names.slice(0, -1), startsWith(last)]
    return [rowsWith(...names), rowsWith(...halves), rowsWith(...starts)]
  }
  if (names.length === 0) return [rowsWith(common), rowsWith(startsWith(common))]
  return [
    rowsWith(...names, common),
    rowsWith(...starts, startsWith(common)),
    // Another row may have the place or the address.
    rowsWith(...names),
    rowsWith(...starts),
  ]
}

const rowsWith = (...words: (string | RegExp)[]): Search => ({
  from: 'rows',
  condition: { $and: words.map((word) => ({ search: word })) },
})

/** By the digits in the word, and the further ones by the phones of the row; then as earlier versions wrote them. */
function searchesOfEnding(ending: string): Search[] {
  const isEnd = new RegExp(`${ending}$`)
  const holders = [{ phone: isEnd }, { customer_phone: isEnd }, { search: new RegExp(`^\\+\\d*${ending}$`) }]
  const former = formerEndingWord(ending)
  return [
    { from: 'rows', condition: { search: endingWord(ending), $or: holders } },
    rowsWith(ending.length >= FORMER_DIGITS ? former : startsWith(former)),
  ]
}

/** @returns true if more rows were not read */
async function collect(
  models: Models,
  search: Search,
  parts: PersonParts,
  limit: number,
  found: Map<string, FoundPerson>,
): Promise<boolean> {
  if (search.from === 'customers') {
    const customers = await fetchCustomers(models, search.condition, limit + 1)
    keepFitting(customers, parts, found)
    return false
  }
  const seen = new Set<string>()
  // A few rows first: they usually give enough people.
  for (const max of [4 * limit, MAX_ROWS, MAX_ROWS_IF_NONE]) {
    // Many customers of a place may have moved; nobody found must not mean that nobody is there.
    if (max > MAX_ROWS && found.size > 0) break
    const rows = await models.uploadRows.collection
      .find<{ phone?: string; customer_phone?: string }>(search.condition, {
        projection: { _id: 0, phone: 1, customer_phone: 1 },
      })
      .limit(max)
      .toArray()
    const fresh = [...new Set(rows.map((row) => customerPhoneOf(row) ?? ''))].filter(
      (phone) => !seen.has(phone),
    )
    for (let at = 0; at < fresh.length && found.size <= limit; at += PAGE) {
      const page = fresh.slice(at, at + PAGE)
      for (const phone of page) seen.add(phone)
      keepFitting(await fetchCustomers(models, { primary_phone: { $in: page } }), parts, found)
    }
    if (found.size > limit) return false
    if (rows.length < max) return false
  }
  return true
}

async function fetchCustomers({ customers }: Models, condition: Condition, limit = 0): Promise<Customer[]> {
  return await customers.collection
    .find<Customer>(condition, { projection: SHOWN, batchSize: PAGE + 1 })
    .limit(limit)
    .toArray()
}

/** Several records of one phone are one person. */
function keepFitting(
  customers: readonly Customer[],
  parts: PersonParts,
  found: Map<string, FoundPerson>,
): void {
  for (const customer of customers) {
    const phone = customer.primary_phone
    if (!found.has(phone) && hasParts(customer, parts))
      found.set(phone, { phone, id: customer._id, customer, isFormer: false })
  }
}

/** True if all parts match the current customer. */
function hasParts(customer: Customer, parts: PersonParts): boolean {
  const { names, place, ending, beginning, domain } = parts
  const { primary_phone: phone, other_phones: others, full_name, email } = customer
  const phones = [phone, ...(Array.isArray(others) ? others.map(String) : [])]
  const words = typeof full_name === 'string' ? splitName(full_name) : []
  return (
    names.every((name) => words.some((word) => word.startsWith(name))) &&
    (place === undefined || placeOf(customer, place) !== undefined) &&
    (ending === undefined || phones.some((one) => one.endsWith(ending))) &&
    (beginning === undefined || phone.startsWith(beginning)) &&
    (domain === undefined || (typeof email === 'string' && foldWord(email).includes(foldWord(domain))))
  )
}

/** The customer's city or state with this name or beginning, as they have it. */
function placeOf({ city, state }: Customer, place: string): string | undefined {
  const wanted = foldIdentifier(place)
  return [city, state].find(
    (one): one is string => typeof one === 'string' && foldIdentifier(one).startsWith(wanted),
  )
}

/** Finds customers by their primary phone, for several candidates. */
export async function findByPhones(
  models: Models,
  phones: readonly string[],
  limit: number,
): Promise<FoundPeople> {
  const customers = await fetchCustomers(models, { primary_phone: { $in: [...phones] } }, limit + 1)
  const found = new Map<string, FoundPerson>()
  keepFitting(customers, { names: [] }, found)
  const people = [...found.values()]
  return { people: people.slice(0, limit), hasMore: people.length > limit }
}

/** People with a similar name or place. */
interface SimilarPeople extends FoundPeople {
  /** Their city or state, if another one was typed. */
  readonly place?: string
}

/**
 * Finds customers with a similar name, city or state: one wrong letter in a short word, two in a longer one.
 * @returns undefined if there are none
 */
export async function findSimilarNames(
  models: Models,
  parts: PersonParts,
  limit: number,
): Promise<SimilarPeople | undefined> {
  const choices = await Promise.all(
    parts.names.map(async (word) => [word, ...(await findSimilarWords(models, word, SIMILAR_OF_A_WORD))]),
  )
  const { place } = parts
  const places = place === undefined ? [] : [[place, ...(await findSimilarPlaces(models, place))]]
  for (const words of spellings([...choices, ...places])) {
    const spelling = place === undefined ? undefined : words.at(-1)
    const names = words.slice(0, parts.names.length)
    const spelt = { ...parts, names, ...(spelling !== undefined && { place: spelling }) }
    const found = await findByParts(models, spelt, limit)
    if (found.people.length === 0) continue
    const customer = found.people[0]?.customer
    const meant =
      customer && spelling !== undefined && spelling !== place ? placeOf(customer, spelling) : undefined
    return { ...found, ...(meant !== undefined && { place: meant }) }
  }
  return undefined
}

/** Cities and states like a mistyped one, the nearest first. None for one that customers have. */
export async function findSimilarPlaces(models: Models, place: string): Promise<string[]> {
  if (await isPlace(models, place)) return []
  const words = await findSimilarWords(models, placeWord(place), SIMILAR_OF_A_WORD)
  return words.map((word) => word.slice(placeWord('').length))
}

/** All combinations of one spelling per word except the typed one, those with the fewest changes first. */
function spellings(choices: readonly (readonly string[])[]): string[][] {
  let all: { readonly words: string[]; readonly rank: number }[] = [{ words: [], rank: 0 }]
  for (const words of choices)
    all = all
      .flatMap((before) =>
        words.map((word, at) => ({ words: [...before.words, word], rank: before.rank + at })),
      )
      .sort((a, b) => a.rank - b.rank)
      .slice(0, MAX_SPELLINGS + 1)
  return all.filter(({ rank }) => rank > 0).map(({ words }) => words)
}

function startsWith(text: string): RegExp {
  return new RegExp(`^${escapePattern(text)}`)
}
