import type { Customer, Models } from '../../../models/index.ts'
import { findSimilarWords } from '../names/index.ts'
import { foldIdentifier, foldWord, placeWord, splitName } from '../rows/index.ts'
import type { FoundPeople, FoundPerson } from './find-people.ts'
import {
  findPhones,
  findSources,
  MAX_ROWS,
  planShared,
  type Search,
  type Sources,
  type Step,
  searchesOfEnding,
  searchesOfNames,
  searchOfBeginning,
  tryOften,
} from './person-searches.ts'

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

/** Customers fetched at once. */
const PAGE = 250
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
  const word = sharedWordOf(parts)
  const sources = word === undefined ? undefined : await findSources(models, word)
  if (parts.place !== undefined && parts.domain === undefined && !isKnown(sources))
    return { people: [], hasMore: false }
  const found: Found = { people: new Map(), compared: new Set(), limit }
  const hasMore = await runSteps(models, planSteps(parts, word, sources, 4 * limit), parts, found)
  const people = [...found.people.values()].sort(
    (a, b) => nameOf(a).localeCompare(nameOf(b)) || (a.phone < b.phone ? -1 : 1),
  )
  return { people: people.slice(0, limit), hasMore: hasMore || found.people.size > limit }
}

const nameOf = ({ customer }: FoundPerson): string => String(customer?.full_name ?? '')

/** Most words are no place, and the other searches for them would find nothing. */
const isKnown = (sources: Sources | undefined): boolean =>
  sources !== undefined && (sources.inBlocks || sources.inRows)

/** The word of the place or the domain, which rows share. */
function sharedWordOf({ place, domain }: PersonParts): string | undefined {
  if (domain !== undefined) return foldWord(domain)
  return place === undefined ? undefined : placeWord(place)
}

function planSteps(
  { names, ending, beginning }: PersonParts,
  word: string | undefined,
  sources: Sources | undefined,
  few: number,
): Step[] {
  const all = (searches: readonly Search[]) => searches.flatMap((search) => tryOften(search, few))
  if (beginning !== undefined) return [{ search: searchOfBeginning(beginning), max: few }]
  if (ending !== undefined) return all(searchesOfEnding(ending))
  return word === undefined || sources === undefined
    ? all(searchesOfNames(names))
    : planShared(names, word, sources, few)
}

/** What is found so far. */
interface Found {
  readonly people: Map<string, FoundPerson>
  /** The phones whose customers were compared. */
  readonly compared: Set<string>
  readonly limit: number
}

/** @returns true if some rows were not read */
async function runSteps(
  models: Models,
  steps: readonly Step[],
  parts: PersonParts,
  found: Found,
): Promise<boolean> {
  const cut = new Set<Search>()
  const readTo = new Map<Search, number>()
  const isDue = ({ search, max, isOnlyIfCut }: Step): boolean =>
    (readTo.get(search) ?? 0) < max &&
    (!isOnlyIfCut || cut.size > 0) &&
    // Many customers of a place may have moved; nobody found must not mean that nobody is there.
    (max <= MAX_ROWS || found.people.size === 0)
  for (const step of steps) {
    if (!isDue(step)) continue
    const { search, max, isFinal } = step
    const { isWhole, hasEverybody } = await collect(models, search, max, parts, found)
    if (found.people.size > found.limit) return true
    if (hasEverybody && isFinal) return false
    readTo.set(search, isWhole ? Number.POSITIVE_INFINITY : max)
    if (isWhole) cut.delete(search)
    else cut.add(search)
  }
  return cut.size > 0
}

/** Compares the customers of a search until there are enough. */
async function collect(
  models: Models,
  search: Search,
  max: number,
  parts: PersonParts,
  { people, compared, limit }: Found,
): Promise<{ readonly isWhole: boolean; readonly hasEverybody: boolean }> {
  if (search.from === 'customers') {
    keepFitting(await fetchCustomers(models, search.condition, limit + 1), parts, people)
    return { isWhole: true, hasEverybody: true }
  }
  const { pages, ...read } = await findPhones(models, search, max)
  for await (const phones of pages) {
    const fresh = [...new Set(phones)].filter((phone) => !compared.has(phone))
    for (let at = 0; at < fresh.length && people.size <= limit; at += PAGE) {
      const page = fresh.slice(at, at + PAGE)
      for (const phone of page) compared.add(phone)
      keepFitting(await fetchCustomers(models, { primary_phone: { $in: page } }), parts, people)
    }
    if (people.size > limit) break
  }
  return read
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
  if (isKnown(await findSources(models, placeWord(place)))) return []
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
