import { mongo } from 'mongoose'
import type { Customer } from '../../models/index.ts'
import { formatPhone } from '../../src/customers/phones/index.ts'
import type { FoundPeople, FoundPerson } from '../../src/uploads/queries/index.ts'
import { splitName } from '../../src/uploads/rows/index.ts'
import {
  type CommandDeps,
  describeGone,
  formatCount,
  PICK_PAGE,
  pageButtons,
  pageValue,
  type Reply,
  type ReplyPart,
  type Sentence,
  toAsker,
  traced,
  type Viewer,
} from '../reply/index.ts'
import { explainFormer } from './customer-former.ts'

/** Maximum of listed people: a table and a menu fit into one message. */
export const MAX_LISTED = 12
/** Maximum of people in a shared list: each of several terms finds up to three. */
const MAX_VIEWED = 30

/** How a customer was found, if the card's first line does not show it. */
export type Meaning =
  | { readonly kind: 'ending'; readonly ending: string }
  | { readonly kind: 'beginning'; readonly beginning: string }
  | { readonly kind: 'domain'; readonly domain: string }
  | { readonly kind: 'place'; readonly place: string }
  /** No customer has the text as typed. */
  | { readonly kind: 'similar' | 'near'; readonly text: string }
  /** No customer has a city or state as typed; `place` is a similar one. */
  | { readonly kind: 'similar_place'; readonly text: string; readonly place: string }

/**
 * Shows the found people: a single card, or a list to pick from.
 * @param text the typed text
 * @returns undefined if nobody was found
 */
export async function showPeople(
  found: FoundPeople,
  meaning: Meaning | undefined,
  text: string,
  viewer: Viewer,
  deps: CommandDeps,
  showOne: (phone: string) => Promise<Reply>,
): Promise<Reply | undefined> {
  const [only, ...others] = found.people
  if (!only) return undefined
  if (others.length > 0 || found.hasMore) return describePeople(found, meaning)
  const reply = await showOne(only.phone)
  const why = meaning ? noteMeaning(meaning) : await explainFormer(text, only, viewer, deps)
  return why ? { ...reply, parts: insertNote(reply.parts, why) } : reply
}

/** A note above a card: how it was found. */
function noteMeaning(meaning: Meaning): ReplyPart {
  const note = (text: string) => ({ kind: 'note', text }) as const
  switch (meaning.kind) {
    case 'ending':
      return note(`Found by the last digits of a phone: ${meaning.ending}.`)
    case 'beginning':
      return note(`Found by the first digits of the phone: ${meaning.beginning}.`)
    case 'domain':
      return note(`The only customer with an e-mail address at ${meaning.domain}.`)
    case 'place':
      return note(`Found by city or state: ${meaning.place}.`)
    case 'similar':
      return note(`Nobody is called "${meaning.text}". This is the nearest name.`)
    case 'similar_place':
      return note(`Nobody fits "${meaning.text}" exactly. The nearest place is ${meaning.place}.`)
    case 'near':
      return note(`${meaning.text} is no whole phone number. This phone has one digit more or less.`)
  }
}

/** Completes "2 people found". */
function phraseMeaning(meaning: Meaning | undefined): string {
  switch (meaning?.kind) {
    case undefined:
      return ''
    case 'ending':
      return ` with a phone that ends in ${meaning.ending}`
    case 'beginning':
      return ` with a phone that begins with ${meaning.beginning}`
    case 'domain':
      return ` with an e-mail address at ${meaning.domain}`
    case 'place':
      return ` with the city or state "${meaning.place}"`
    case 'similar':
      return ` with a name like "${meaning.text}". Nobody is called exactly that`
    case 'similar_place':
      return ` in ${meaning.place}. Nobody fits "${meaning.text}" exactly`
    case 'near':
      return ` with one digit more or less than ${meaning.text}, which is no whole phone number`
  }
}

/** Below the headline, because the card does not contain the typed text. */
function insertNote([headline, ...rest]: readonly ReplyPart[], note: ReplyPart): ReplyPart[] {
  return headline ? [headline, note, ...rest] : [note]
}

/** Scripts in which one character can be a name. */
const WHOLE_NAME = /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]/u

/**
 * True if no word has a second letter: it would list people by initials. The start of an address may be
 * short.
 */
export function isTooShort(text: string): boolean {
  const words = splitName(text)
  if (words.length === 0) return false
  return words.every((word) => (word.match(/[\p{L}\p{N}]/gu) ?? []).length < 2 && !WHOLE_NAME.test(word))
}

export function replyTooShort(text: string): Reply {
  return toAsker(
    { kind: 'headline', text: `"${text}" is too short to look anybody up.` },
    { kind: 'text', text: 'Type two letters or more of one word of the name.' },
  )
}

/** The list again, with the people's current data. */
export async function buildPeoplePage(
  about: readonly string[],
  _viewer: Viewer,
  deps: CommandDeps,
): Promise<Reply> {
  const customers = await findCustomersById(about.slice(0, MAX_VIEWED), deps)
  if (customers.length === 0) return describeGone()
  const people = customers.map((customer) => ({
    phone: customer.primary_phone,
    id: customer._id,
    customer,
    isFormer: false,
  }))
  return describePeople({ people, hasMore: false })
}

/** Customers in the order of their ids; invalid ids from the network are ignored. */
export async function findCustomersById(
  about: readonly string[],
  { models }: CommandDeps,
): Promise<Customer[]> {
  const ids = about.filter((id) => /^[0-9a-f]{24}$/.test(id))
  const customers = await models.customers.collection
    .find<Customer>({ _id: { $in: ids.map((id) => new mongo.ObjectId(id)) } })
    .toArray()
  return customers.sort((a, b) => ids.indexOf(String(a._id)) - ids.indexOf(String(b._id)))
}

function describePeople({ people, hasMore }: FoundPeople, meaning?: Meaning): Reply {
  const count = people.length === 1 ? '1 person found' : `${formatCount(people.length)} people found`
  const found = `${count}${phraseMeaning(meaning)}`
  const ids = people.map(({ id }) => String(id))
  const parts: ReplyPart[] = [
    { kind: 'headline', text: hasMore ? `The first ${found}; there are more` : found },
    {
      kind: 'table',
      columns: ['Name', 'Phone', 'City', 'Loan ID', 'Last mentioned'],
      rows: people.map(describePerson),
    },
    {
      kind: 'menu',
      action: PICK_PAGE,
      label: 'Show one of them',
      value: '',
      options: people.map(({ id, phone, customer }) => ({
        label: `${nameOf(customer)} · ${formatPhone(phone)}`,
        value: pageValue('customer', String(id)),
      })),
    },
  ]
  if (hasMore)
    parts.push({ kind: 'note', text: 'To see fewer, type more: a name and a city, or the phone number.' })
  return traced(toAsker(...parts, pageButtons(pageValue('people', ...ids))), 'looked_up', { customers: ids })
}

function describePerson({ customer, phone, isFormer }: FoundPerson): Sentence[] {
  const text = (field: string) => (customer?.[field] === undefined ? '' : String(customer[field]))
  const former = customer ? ' (had that name or number earlier)' : ' (no longer stored)'
  return [
    `${nameOf(customer)}${isFormer ? former : ''}`,
    formatPhone(phone),
    text('city'),
    text('loan_id'),
    customer?.updated_at ? [{ time: customer.updated_at, style: 'day' }] : '',
  ]
}

function nameOf(customer: Customer | undefined): string {
  return typeof customer?.full_name === 'string' ? customer.full_name : 'No name'
}
