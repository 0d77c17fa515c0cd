import { formatPhone } from '../src/customers/format-phone.ts'
import { customerBefore, findPhone, findUploads, readHistory } from '../src/uploads/customer-history.ts'
import type { CommandDeps } from './command.ts'
import { historyButton, listFields, nameCustomer, tellUpload } from './customer-card.ts'
import { type Day, dayOf, endOfDay, formatDay } from './dates.ts'
import type { Reply } from './reply.ts'
import { traced } from './trace.ts'
import { sayGone, toAsker, type Viewer } from './view.ts'
import { viewButton, viewButtons, viewValue } from './view-button.ts'

/** A customer at the end of a day. */
export async function viewPastCustomer(
  about: readonly string[],
  viewer: Viewer,
  deps: CommandDeps,
): Promise<Reply> {
  const [id = '', day = ''] = about
  const phone = await findPhone(deps.models, id)
  const isDay = /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(Date.parse(day))
  return phone === undefined || !isDay ? sayGone() : await describeOnDay(phone, day, viewer, deps)
}

/** From the history alone, so also of a customer that is gone by now. */
export async function describeOnDay(
  phone: string,
  day: Day,
  { now }: Viewer,
  deps: CommandDeps,
): Promise<Reply> {
  const shownDay = formatDay(day)
  if (day > dayOf(now, deps.timeZone))
    return toAsker({ kind: 'headline', text: `${shownDay} has not come yet.` })
  const history = await readHistory(deps.models, phone)
  const [first] = history
  const past = customerBefore(phone, history, endOfDay(day, deps.timeZone))
  if (!past) {
    const isYoung = first !== undefined && first.shared_at >= endOfDay(day, deps.timeZone)
    return toAsker(
      { kind: 'headline', text: `${formatPhone(phone)} was not stored at the end of ${shownDay}.` },
      ...(isYoung
        ? [
            {
              kind: 'text',
              text: ['The first file with this number: ', { time: first.shared_at, style: 'day' }, '.'],
            } as const,
          ]
        : []),
      ...(first ? [{ kind: 'buttons', buttons: [historyButton(String(first.customer))] } as const] : []),
    )
  }
  const uploads = await findUploads(deps.models, [past.last.upload])
  const id = String(past.last.customer)
  const reply = toAsker(
    nameCustomer(phone, past.values.full_name),
    { kind: 'text', text: ['As it was at the end of ', { bold: shownDay }, ':'] },
    { kind: 'facts', facts: listFields(past.values, deps).map(({ label, value }) => ({ label, value })) },
    {
      kind: 'note',
      text: [
        'The last word until then: ',
        ...tellUpload(past.last, uploads),
        ', ',
        { time: past.last.shared_at, style: 'minute' },
        '.',
      ],
    },
    viewButtons(
      viewValue('day', id, day),
      viewButton('As it is now', viewValue('customer', id)),
      historyButton(id),
    ),
  )
  return traced(reply, 'looked_up', { customers: [id] })
}
