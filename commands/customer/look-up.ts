import { formatPhone, phonesNear } from '../../src/customers/phones/index.ts'
import {
  type FoundPeople,
  findByLoanId,
  findByParts,
  findByPhones,
  findPeople,
  findSimilarNames,
  type PersonParts,
} from '../../src/uploads/queries/index.ts'
import { splitName } from '../../src/uploads/rows/index.ts'
import { refuseManyQuestions } from '../access/index.ts'
import { isFiller, type Lookup, MAX_TERMS, parseCustomerRequest, parseLookup } from '../forms/index.ts'
import type { CommandDeps, Reply, Viewer } from '../reply/index.ts'
import { describePhone } from './customer-card.ts'
import { isTooShort, MAX_LISTED, type Meaning, replyTooShort, showPeople } from './customer-search.ts'
import { describeEveryPhone, isOwn } from './customer-second-phone.ts'
import { describeNothingFound } from './nothing-found.ts'

/** Minimum of digits in a phone ending: fewer match too many customers, and more are a phone. */
const MIN_ENDING = 4
const MAX_ENDING = 9
/** Maximum of words in a city: `navi mumbai`, `new delhi city`. */
const MAX_CITY_WORDS = 3
/** Minimum of digits for the beginning of a phone. */
const MIN_BEGINNING = 4

/** Creates the reply for a customer's primary phone. */
type ShowOne = (phone: string) => Promise<Reply>

interface Search {
  readonly lookup: Lookup
  readonly viewer: Viewer
  readonly deps: CommandDeps
  readonly showOne: ShowOne
}

/** One interpretation of the typed text. Undefined if it finds nobody. */
type Way = (search: Search) => Promise<Reply | undefined>

/** In order of precedence: the first one with a result is used. */
const WAYS: readonly Way[] = [
  byOwnPhone,
  byLoanId,
  byEmail,
  byOtherPhone,
  byBeginning,
  byEnding,
  byName,
  byPlace,
]
/** No customer has the typed value, but one has a similar value. The reply states this. */
const SIMILAR: readonly Way[] = [bySimilarName, byNearPhone]

/** Finds one customer, or several candidates, by any typed text. */
export async function lookUp(
  text: string,
  viewer: Viewer,
  deps: CommandDeps,
  showOne: ShowOne,
): Promise<Reply> {
  return (
    (await tryLookUp(text, viewer, deps, showOne)) ?? (await describeNothing(text, viewer, deps, showOne))
  )
}

/**
 * @param isExact excludes similar matches
 * @returns undefined if nobody is found
 */
export async function tryLookUp(
  text: string,
  viewer: Viewer,
  deps: CommandDeps,
  showOne: ShowOne,
  { isExact = false }: { readonly isExact?: boolean } = {},
): Promise<Reply | undefined> {
  const lookup = parseLookup(text, deps.defaultRegion)
  if (lookup.digits === undefined && isTooShort(lookup.text)) return replyTooShort(lookup.text)
  const asTyped = { lookup, viewer, deps, showOne }
  const exact = await tryWays(WAYS, asTyped)
  if (exact || (lookup.core === undefined && isExact)) return exact
  // In a whole sentence, the subject is searched without the words around it.
  const search = lookup.core === undefined ? asTyped : { ...asTyped, lookup: coreOf(lookup, deps) }
  if (search !== asTyped && isTooShort(search.lookup.text)) return undefined
  const reply =
    (search === asTyped ? undefined : await tryWays(WAYS, search)) ??
    (isExact ? undefined : await tryWays(SIMILAR, search))
  return reply && search !== asTyped ? noteCore(reply, search.lookup.text) : reply
}

async function tryWays(ways: readonly Way[], search: Search): Promise<Reply | undefined> {
  for (const way of ways) {
    const reply = await way(search)
    if (reply) return reply
  }
  return undefined
}

const coreOf = ({ core = '' }: Lookup, { defaultRegion }: CommandDeps): Lookup =>
  parseLookup(core, defaultRegion)

/** The reply names the searched words if the rest of the question was no name. */
function noteCore(reply: Reply, text: string): Reply {
  return addNote(reply, `Searched for "${text}".`)
}

/** A note below the headline. */
function addNote(reply: Reply, text: string): Reply {
  const [headline, ...rest] = reply.parts
  const note = { kind: 'note', text } as const
  return { ...reply, parts: headline ? [headline, note, ...rest] : [note] }
}

async function describeNothing(
  text: string,
  viewer: Viewer,
  deps: CommandDeps,
  showOne: ShowOne,
): Promise<Reply> {
  const { phone, names } = parseLookup(text, deps.defaultRegion)
  // The card of a phone also shows that it was deleted, and when.
  if (phone !== undefined && names.length === 0) return await showOne(phone)
  return await describeNothingFound(text, viewer, deps, (one) => findCustomersBy(one, viewer, deps))
}

/** A current or former primary phone. If a typed name does not match, the reply states this. */
async function byOwnPhone({ lookup, deps, showOne }: Search): Promise<Reply | undefined> {
  const { phone, names } = lookup
  if (phone === undefined || !(await isOwn(phone, deps))) return undefined
  const reply = await describeEveryPhone(phone, deps, showOne)
  const isAlone = names.length === 0 && lookup.place === undefined
  return isAlone ? reply : await noteOtherName(reply, phone, lookup, deps)
}

async function noteOtherName(reply: Reply, phone: string, lookup: Lookup, deps: CommandDeps): Promise<Reply> {
  const names = [...lookup.names, ...(lookup.place === undefined ? [] : splitName(lookup.place))]
  const { people } = await findByPhones(deps.models, [phone], 1)
  const customer = people[0]?.customer
  const words = [customer?.full_name, customer?.city, customer?.state].flatMap((one) =>
    splitName(String(one ?? '')),
  )
  const missing = names.filter((name) => !isFiller(name) && !words.some((word) => word.startsWith(name)))
  if (missing.length === 0) return reply
  return addNote(
    reply,
    `This is ${formatPhone(phone)}. "${missing.join(' ')}" is not in its name, city or state.`,
  )
}

async function byLoanId(search: Search): Promise<Reply | undefined> {
  const { lookup, deps } = search
  const isOther = lookup.star !== undefined || lookup.email !== undefined || lookup.domain !== undefined
  if (isOther || !/\p{N}/u.test(lookup.text)) return undefined
  const found = await findByLoanId(deps.models, lookup.text, MAX_LISTED)
  return await show(found, undefined, search)
}

async function byEmail(search: Search): Promise<Reply | undefined> {
  const { lookup, deps } = search
  const { email, domain, names } = lookup
  if (domain !== undefined && domain.length > 2) {
    const found = await findByParts(deps.models, { names, domain }, MAX_LISTED)
    return await show(found, { kind: 'domain', domain }, search)
  }
  if (email === undefined) return undefined
  const reply = await show(await findPeople(deps.models, email, MAX_LISTED), undefined, search)
  const asked = names.filter((name) => !isFiller(name))
  if (!reply || asked.length === 0) return reply
  return addNote(reply, `Found by the address alone. "${asked.join(' ')}" was not used.`)
}

async function byOtherPhone({ lookup, deps, showOne }: Search): Promise<Reply | undefined> {
  const { phone, names } = lookup
  if (phone === undefined || names.length > 0) return undefined
  const reply = await describeEveryPhone(phone, deps, showOne)
  return reply.parts.some(({ kind }) => kind === 'buttons') ? reply : undefined
}

/** `74171*` */
async function byBeginning(search: Search): Promise<Reply | undefined> {
  const { lookup, deps } = search
  const { digits = '', names, star } = lookup
  if (star !== 'behind' || digits.length < MIN_BEGINNING) return undefined
  const beginning = beginningOf(lookup.text, digits, deps.defaultRegion)
  if (beginning === undefined) return undefined
  const found = await findByParts(deps.models, { names, beginning }, MAX_LISTED)
  return await show(found, { kind: 'beginning', beginning }, search)
}

/** The stored beginning: E.164, with the region's own code if none was typed. */
function beginningOf(text: string, digits: string, region: string): string | undefined {
  if (text.startsWith('+')) return `+${digits}`
  // Takes the country code from a complete number of the region.
  const national = digits.replace(/^0+/, '')
  for (let length = 7; length <= 12; length += 1)
    for (const fill of ['0', '5', '9', '1']) {
      const near = phonesOf(national.padEnd(length, fill), region)
      const at = near?.indexOf(national, 1) ?? -1
      if (near !== undefined && at > 0 && at < 5) return near.slice(0, at + national.length)
    }
  return undefined
}

function phonesOf(digits: string, region: string): string | undefined {
  return parseLookup(digits, region).phone
}

/** The last digits of a phone, with or without a name or a city. */
async function byEnding(search: Search): Promise<Reply | undefined> {
  const { lookup, deps } = search
  const { digits = '', names, place, phone } = lookup
  if (digits.length < MIN_ENDING || (phone !== undefined && names.length === 0)) return undefined
  const ending = phone === undefined ? digits : phone.slice(-MAX_ENDING)
  if (ending.length > MAX_ENDING) return undefined
  const meaning: Meaning = { kind: 'ending', ending }
  for (const parts of partings(names, place)) {
    const found = await findByParts(deps.models, { ...parts, ending }, MAX_LISTED)
    if (found.people.length > 0) return await show(found, meaning, search)
  }
  return undefined
}

/** First all words as the name, then the last or first words as the city, then all as the city. */
function partings(names: readonly string[], place: string | undefined): PersonParts[] {
  if (place !== undefined) return [{ names, place }]
  const parts: PersonParts[] = [{ names }]
  for (let count = 1; count <= Math.min(MAX_CITY_WORDS, names.length); count += 1) {
    parts.push({ names: names.slice(0, -count), place: names.slice(-count).join(' ') })
    if (count < names.length)
      parts.push({ names: names.slice(count), place: names.slice(0, count).join(' ') })
  }
  return parts
}

/** Also by an earlier name; the reply states this. */
async function byName(search: Search): Promise<Reply | undefined> {
  const { lookup, deps } = search
  const { text, names, place, digits = '', email, domain } = lookup
  if (email ?? domain ?? place) return undefined
  // A few digits may be the start of a loan ID.
  if (names.length === 0 && digits.length < MIN_ENDING) return undefined
  return await show(await findPeople(deps.models, text, MAX_LISTED), undefined, search)
}

/** A name with a city or a state, or a place alone. */
async function byPlace(search: Search): Promise<Reply | undefined> {
  const { lookup, deps } = search
  const { names, place, email, domain, digits } = lookup
  if (email ?? domain ?? digits) return undefined
  for (const parts of partings(names, place)) {
    if (parts.place === undefined || parts.place.length < 2) continue
    const found = await findByParts(deps.models, parts, MAX_LISTED)
    if (found.people.length > 0) return await show(found, { kind: 'place', place: parts.place }, search)
  }
  return undefined
}

/** A name, a city or a state with one or two wrong letters. */
async function bySimilarName(search: Search): Promise<Reply | undefined> {
  const { lookup, deps } = search
  const { text, names, place, email, domain, digits } = lookup
  if (names.length + (place?.length ?? 0) === 0 || (email ?? domain ?? digits)) return undefined
  for (const parts of partings(names, place)) {
    const found = await findSimilarNames(deps.models, parts, MAX_LISTED)
    if (!found) continue
    const { place: meant } = found
    return await show(
      found,
      meant === undefined ? { kind: 'similar', text } : { kind: 'similar_place', text, place: meant },
      search,
    )
  }
  return undefined
}

/** A phone with one digit too many or too few. */
async function byNearPhone(search: Search): Promise<Reply | undefined> {
  const { lookup, deps } = search
  const { digits = '', names, text } = lookup
  if (names.length > 0) return undefined
  const near = phonesNear(digits, deps.defaultRegion)
  if (near.length === 0) return undefined
  const found = await findByPhones(deps.models, near, MAX_LISTED)
  return await show(found, { kind: 'near', text }, search)
}

async function show(
  found: FoundPeople,
  meaning: Meaning | undefined,
  { lookup, viewer, deps, showOne }: Search,
): Promise<Reply | undefined> {
  return await showPeople(found, meaning, lookup.text, viewer, deps, showOne)
}

/**
 * Ids of the customers a text finds, without similar matches. Several terms are looked up one by one, each as
 * a question; terms over the rate limit are skipped.
 */
export async function findCustomersBy(
  text: string,
  viewer: Viewer,
  deps: CommandDeps,
): Promise<readonly string[]> {
  const request = parseCustomerRequest(text, { ...deps, now: viewer.now })
  const terms = request.kind === 'several' ? request.terms.slice(0, MAX_TERMS) : [text]
  const ids = new Set<string>()
  for (const [at, term] of terms.entries()) {
    if (at > 0 && (await refuseManyQuestions(viewer, deps))) break
    const shown = (phone: string) => describePhone(phone, viewer, deps)
    const reply = await tryLookUp(term, viewer, deps, shown, { isExact: true })
    for (const id of reply?.trace?.customers ?? []) ids.add(id)
  }
  return [...ids]
}
