import type { Customer } from '../../models/index.ts'
import { formatPhone } from '../../src/customers/phones/index.ts'
import {
  brief,
  type CommandDeps,
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
import { findCustomersById } from './customer-search.ts'
import { tryLookUp } from './look-up.ts'

/** Maximum of customers shown per term; the rest is counted. */
const MAX_PER_TERM = 3
const MAX_LETTERS = 40

interface Answered {
  readonly term: string
  readonly customers: readonly Customer[]
  /** Customers found by this term, shown or not. */
  readonly count: number
}

/** Several customers in one table: a row per found customer, and one per term without a result. */
export async function describeSeveralTerms(
  terms: readonly string[],
  viewer: Viewer,
  deps: CommandDeps,
): Promise<Reply> {
  const answered: Answered[] = []
  for (const term of terms) answered.push(await answerTerm(term, viewer, deps))
  const shown = answered.flatMap(({ customers }) => customers)
  const missing = answered.filter(({ count }) => count === 0).length
  const ids = [...new Set(shown.map(({ _id }) => String(_id)))]
  const parts: ReplyPart[] = [
    {
      kind: 'headline',
      text: `${terms.length - missing} of ${terms.length} found`,
    },
    {
      kind: 'table',
      columns: ['Asked for', 'Name', 'Phone', 'City', 'Loan ID'],
      rows: answered.flatMap(describeAnswered),
    },
  ]
  if (ids.length > 0)
    parts.push({
      kind: 'menu',
      action: PICK_PAGE,
      label: 'Show one of them',
      value: '',
      options: ids.flatMap((id) => {
        const customer = shown.find(({ _id }) => String(_id) === id)
        return customer
          ? [
              {
                label: `${nameOf(customer)} · ${formatPhone(customer.primary_phone)}`,
                value: pageValue('customer', id),
              },
            ]
          : []
      }),
    })
  if (ids.length > 0) parts.push(pageButtons(pageValue('people', ...ids)))
  return traced(toAsker(...parts), 'looked_up', { customers: ids })
}

async function answerTerm(term: string, viewer: Viewer, deps: CommandDeps): Promise<Answered> {
  const phones: string[] = []
  const reply = await tryLookUp(
    term,
    viewer,
    deps,
    async (phone) => {
      phones.push(phone)
      return toAsker()
    },
    { isExact: true },
  )
  const found = reply?.trace?.customers ?? []
  const customers =
    phones.length > 0
      ? await deps.models.customers.collection
          .find<Customer>({ primary_phone: { $in: phones } })
          .limit(MAX_PER_TERM + 1)
          .toArray()
      : await findCustomersById(found.slice(0, MAX_PER_TERM + 1), deps)
  return {
    term,
    customers: customers.slice(0, MAX_PER_TERM),
    count: Math.max(customers.length, found.length),
  }
}

function describeAnswered({ term, customers, count }: Answered): Sentence[][] {
  const asked = brief(term, MAX_LETTERS)
  if (customers.length === 0) return [[asked, 'not found', '', '', '']]
  const rest = count - customers.length
  const rows = customers.map((customer): Sentence[] => [
    asked,
    nameOf(customer),
    formatPhone(customer.primary_phone),
    textOf(customer, 'city'),
    textOf(customer, 'loan_id'),
  ])
  return rest > 0 ? [...rows, [asked, `and ${rest} more`, '', '', '']] : rows
}

const textOf = (customer: Customer, field: string): string =>
  customer[field] === undefined ? '' : String(customer[field])

const nameOf = ({ full_name }: Customer): string => (typeof full_name === 'string' ? full_name : 'No name')
