import { mongo } from 'mongoose'
import type { Customer } from '../../models/index.ts'
import { formatPhone } from '../../src/customers/phones/index.ts'
import { type FoundPeople, type FoundPerson, findPeople } from '../../src/uploads/queries/index.ts'
import { splitName } from '../../src/uploads/rows/index.ts'
import {
  type CommandDeps,
  describeGone,
  formatCount,
  PICK_VIEW,
  type Reply,
  type ReplyPart,
  type Sentence,
  toAsker,
  traced,
  type Viewer,
  viewButtons,
  viewValue,
} from '../reply/index.ts'

/** People listed at once, in a table and a menu that go into one message. */
const MAX_LISTED = 12

/**
 * Finds people by name, e-mail address or loan number; a single one is shown at once.
 * @returns undefined where nobody is found; one letter lists nobody
 */
export async function searchCustomers(
  text: string,
  deps: CommandDeps,
  showOne: (phone: string) => Promise<Reply>,
): Promise<Reply | undefined> {
  if (isTooShort(text)) return sayTooShort(text)
  const found = await findPeople(deps.models, text, MAX_LISTED)
  const [only, ...others] = found.people
  if (!only) return undefined
  if (others.length === 0 && !found.hasMore) return await showOne(only.phone)
  return describePeople(found)
}

/** Scripts in which one sign is a whole name. */
const WHOLE_NAME = /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]/u

/** Whether no word of it has a second letter: that would list the people by initials. An address may begin so. */
function isTooShort(text: string): boolean {
  const words = splitName(text)
  if (words.length === 0) return false
  return words.every((word) => (word.match(/[\p{L}\p{N}]/gu) ?? []).length < 2 && !WHOLE_NAME.test(word))
}

function sayTooShort(text: string): Reply {
  return toAsker(
    { kind: 'headline', text: `"${text}" is too short to look anybody up.` },
    { kind: 'text', text: 'Type two letters or more of one word of the name.' },
  )
}

/** The list again, as those people are now. */
export async function viewPeople(
  about: readonly string[],
  _viewer: Viewer,
  { models }: CommandDeps,
): Promise<Reply> {
  const ids = about.slice(0, MAX_LISTED).filter((id) => /^[0-9a-f]{24}$/.test(id))
  const customers = await models.customers.collection
    .find<Customer>({ _id: { $in: ids.map((id) => new mongo.ObjectId(id)) } })
    .toArray()
  if (customers.length === 0) return describeGone()
  customers.sort((a, b) => ids.indexOf(String(a._id)) - ids.indexOf(String(b._id)))
  const people = customers.map((customer) => ({
    phone: customer.primary_phone,
    id: customer._id,
    customer,
    isFormer: false,
  }))
  return describePeople({ people, hasMore: false })
}

function describePeople({ people, hasMore }: FoundPeople): Reply {
  const found = people.length === 1 ? '1 person found' : `${formatCount(people.length)} people found`
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
      action: PICK_VIEW,
      label: 'Show one of them',
      value: '',
      options: people.map(({ id, phone, customer }) => ({
        label: `${nameOf(customer)} · ${formatPhone(phone)}`,
        value: viewValue('customer', String(id)),
      })),
    },
  ]
  if (hasMore) parts.push({ kind: 'note', text: 'To see fewer, type more of the name, or the phone number.' })
  return traced(toAsker(...parts, viewButtons(viewValue('people', ...ids))), 'looked_up', { customers: ids })
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
