import type { Customer } from '../../models/index.ts'
import { formatPhone } from '../../src/customers/phones/index.ts'
import { readHistory } from '../../src/uploads/history/index.ts'
import { findBySecondPhone } from '../../src/uploads/queries/index.ts'
import {
  type CommandDeps,
  formatCount,
  type Inline,
  PICK_PAGE,
  pageButtons,
  pageValue,
  type Reply,
  type ReplyPart,
  toAsker,
  traced,
} from '../reply/index.ts'

/** Maximum of listed people: a menu fits into one message. */
const MAX_LISTED = 12

/**
 * Shows a phone's customers, with the phone as primary or as second one.
 * @param show creates the reply for a primary phone
 */
export async function describeEveryPhone(
  phone: string,
  deps: CommandDeps,
  show: (phone: string) => Promise<Reply>,
): Promise<Reply> {
  const found = await findBySecondPhone(deps.models, phone, MAX_LISTED + 1)
  const [only, ...more] = found
  if (!only) return await show(phone)
  if (await isOwn(phone, deps)) {
    const own = await show(phone)
    const [headline, ...rest] = own.parts
    const parts = [...(headline ? [headline] : []), ...describeOthers(phone, found), ...rest]
    const customers = [...(own.trace?.customers ?? []), ...idsOf(found)]
    return traced({ ...own, parts }, 'looked_up', { ...own.trace, customers })
  }
  if (more.length > 0) return describeSeveral(phone, found)
  const reply = await show(only.primary_phone)
  const [headline, ...rest] = reply.parts
  const note: ReplyPart = {
    kind: 'note',
    text: `Found by ${formatPhone(phone)}, as second phone of ${nameOf(only)}.`,
  }
  return { ...reply, parts: headline ? [headline, note, ...rest] : [note] }
}

/** True if a customer has or had it as the primary phone. */
export async function isOwn(phone: string, { models }: CommandDeps): Promise<boolean> {
  const stored = await models.customers.collection.findOne(
    { primary_phone: phone },
    { projection: { _id: 1 } },
  )
  return stored !== null || (await readHistory(models, phone)).length > 0
}

function describeSeveral(phone: string, found: readonly Customer[]): Reply {
  const count = found.length > MAX_LISTED ? `more than ${MAX_LISTED}` : formatCount(found.length)
  const reply = toAsker(
    {
      kind: 'headline',
      text: [{ bold: formatPhone(phone) }, `: nobody's own phone, and second phone of ${count} people`],
    },
    describeMenu(found),
    pageButtons(pageValue('people', ...idsOf(found))),
  )
  return traced(reply, 'looked_up', { customers: idsOf(found) })
}

/** A note below a card: other customers with this phone. */
function describeOthers(phone: string, found: readonly Customer[]): ReplyPart[] {
  const names = found
    .slice(0, MAX_LISTED)
    .map((customer) => `${nameOf(customer)} (${formatPhone(customer.primary_phone)})`)
  const more: Inline[] = found.length > MAX_LISTED ? [' and others'] : []
  return [
    {
      kind: 'note',
      text: [`${formatPhone(phone)} is also second phone of ${names.join(', ')}`, ...more, '.'],
    },
    describeMenu(found),
  ]
}

function describeMenu(found: readonly Customer[]): ReplyPart {
  return {
    kind: 'menu',
    action: PICK_PAGE,
    label: 'Show one of them',
    value: '',
    options: found.slice(0, MAX_LISTED).map((customer) => ({
      label: `${nameOf(customer)} · ${formatPhone(customer.primary_phone)}`,
      value: pageValue('customer', String(customer._id)),
    })),
  }
}

function idsOf(found: readonly Customer[]): string[] {
  return found.slice(0, MAX_LISTED).map(({ _id }) => String(_id))
}

function nameOf({ full_name }: Customer): string {
  return typeof full_name === 'string' ? full_name : 'No name'
}
