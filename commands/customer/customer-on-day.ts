import type { Customer } from '../../models/index.ts'
import { formatPhone } from '../../src/customers/phones/index.ts'
import {
  customerBefore,
  findPhone,
  type PastCustomer,
  readHistory,
  readRecordsBefore,
} from '../../src/uploads/history/index.ts'
import { readRecords } from '../../src/uploads/rows/index.ts'
import { findSeenUploads } from '../access/index.ts'
import {
  type CommandDeps,
  describeGone,
  formatCount,
  headingsOf,
  labelOf,
  type NamedDeps,
  pageButton,
  pageButtons,
  pageValue,
  plural,
  type Reply,
  type ReplyPart,
  toAsker,
  traced,
  type Viewer,
} from '../reply/index.ts'
import { type Day, dayOf, endOfDay, formatDay } from '../text/index.ts'
import { describeUpload, historyButton, listFields, nameCustomer } from './customer-card.ts'

/** Maximum of records shown for one phone. */
const MAX_RECORDS = 5

/** A customer at the end of a day. */
export async function buildPastCustomerPage(
  about: readonly string[],
  viewer: Viewer,
  deps: CommandDeps,
): Promise<Reply> {
  const [id = '', day = ''] = about
  const phone = await findPhone(deps.models, id)
  const isDay = /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(Date.parse(day))
  return phone === undefined || !isDay ? describeGone() : await describeOnDay(phone, day, viewer, deps)
}

/** From the history alone, so it also works for a deleted customer. */
export async function describeOnDay(
  phone: string,
  day: Day,
  viewer: Viewer,
  deps: CommandDeps,
): Promise<Reply> {
  const shownDay = formatDay(day)
  const today = dayOf(viewer.now, deps.timeZone)
  const isToday = day === today
  if (day > today) return toAsker({ kind: 'headline', text: `${shownDay} is in the future.` })
  const history = await readHistory(deps.models, phone)
  const [first] = history
  const [past, ...others] = await findPast(phone, history, endOfDay(day, deps.timeZone), deps)
  if (!past) {
    const isYoung = first !== undefined && first.shared_at >= endOfDay(day, deps.timeZone)
    const reply = toAsker(
      {
        kind: 'headline',
        text: `${formatPhone(phone)} ${isToday ? 'is not stored today' : `was not stored at the end of ${shownDay}`}.`,
      },
      ...(isYoung
        ? [
            {
              kind: 'text',
              text: ['The first file with this number: ', { time: first.shared_at, style: 'day' }, '.'],
            } as const,
          ]
        : []),
      ...(first ? [{ kind: 'buttons', buttons: [historyButton(String(first._id))] } as const] : []),
    )
    const customers = [...new Set(history.map(({ customer }) => String(customer)))]
    return traced(reply, 'looked_up', { customers })
  }
  const all = [past, ...others]
  const shown = all.slice(0, MAX_RECORDS)
  const uploads = await findSeenUploads(
    shown.map(({ last }) => last.upload),
    viewer,
    deps,
  )
  const named = { ...deps, headings: headingsOf(uploads.values()) }
  const id = String(past.last._id)
  const rest = all.length - shown.length
  const reply = toAsker(
    nameCustomer(phone, past.values.full_name),
    {
      kind: 'text',
      text: [
        others.length > 0 ? `The ${formatCount(all.length)} records` : `As it ${isToday ? 'is' : 'was'}`,
        isToday ? ' today so far, ' : ' at the end of ',
        { bold: shownDay },
        ':',
      ],
    },
    ...shown.flatMap(({ values, unknown, last }): ReplyPart[] => [
      {
        kind: 'facts',
        facts: listFields(values, deps, named.headings).map(({ label, value }) => ({ label, value })),
      },
      ...nameUnknown(unknown, named),
      {
        kind: 'note',
        text: [
          'Last change until then: ',
          ...describeUpload(last, uploads),
          ', ',
          { time: last.shared_at, style: 'minute' },
          '.',
        ],
      },
    ]),
    ...(rest > 0 ? [{ kind: 'note', text: `… and ${plural(rest, 'earlier record')}.` } as const] : []),
    pageButtons(
      pageValue('day', id, day),
      pageButton('As it is now', pageValue('records', id)),
      historyButton(id),
    ),
  )
  return traced(reply, 'looked_up', { customers: shown.map(({ last }) => String(last.customer)) })
}

function nameUnknown(paths: readonly string[], deps: NamedDeps): ReplyPart[] {
  if (paths.length === 0) return []
  const names = paths.map((path) => labelOf(path, deps)).join(', ')
  return [
    {
      kind: 'text',
      text: `Unknown, because the retention policy deleted the values of old files: ${names}.`,
    },
  ]
}

/** The latest record first; a single one with the default record kind. */
async function findPast(
  phone: string,
  history: Awaited<ReturnType<typeof readHistory>>,
  moment: Date,
  { models }: CommandDeps,
): Promise<PastCustomer[]> {
  const setting = await readRecords(models)
  if (setting.since === undefined) {
    const current = await models.customers.collection.findOne<Customer>({ primary_phone: phone })
    return [customerBefore(phone, history, moment, current ?? undefined) ?? []].flat()
  }
  const records = await readRecordsBefore(models, phone, history, setting, moment)
  return records.reverse()
}
