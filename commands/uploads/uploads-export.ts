import type { ListFormat } from '../../src/lists/index.ts'
import { exportCustomers } from '../../src/uploads/queries/index.ts'
import {
  type CommandDeps,
  type CommandInput,
  plural,
  type Reply,
  refuseUnlessAdminNow,
  toAsker,
  traced,
} from '../reply/index.ts'
import { type Day, dayOf, formatDay, parseDay, startOfDay } from '../text/index.ts'
import { describeLimits, takeFormat, withLimits } from './list-format.ts'
import { sendWritten } from './private-file.ts'

/**
 * `/uploads export`: all customers; `export since monday`: those that changed since; `as xlsx` a workbook.
 * For the asker alone.
 */
export async function exportList(input: CommandInput, deps: CommandDeps): Promise<Reply> {
  const { user, now } = input
  const { timeZone, dateOrder, catalogue, models } = deps
  const refusal = await refuseUnlessAdminNow(user, 'export the customers', 'exported', deps)
  if (refusal) return refusal
  const { text, format } = takeFormat(input.text)
  const wanted = text.replace(/^(?:all|changed|changes)\b\s*/i, '')
  const written = wanted.replace(/^(?:since|after)\b\s*/i, '')
  const day = written === '' ? undefined : parseDay(written, { now, timeZone, dateOrder })
  if (day === undefined && wanted !== '') return describeUnknownDay(written)
  if (day !== undefined && day > dayOf(now, timeZone))
    return toAsker({ kind: 'headline', text: `${formatDay(day)} is in the future.` })

  await input.tell?.(
    toAsker({
      kind: 'text',
      text: 'The list is being written. You will get it as a direct message, and a note here when it is sent.',
    }),
  )
  let customers = 0
  let limits: string | undefined
  const file = nameFile(day, dayOf(now, timeZone), format)
  const sent = await sendWritten(deps, user, file, async (path) => {
    const written = await exportCustomers(models, path, {
      catalogue,
      format,
      ...(day !== undefined && { since: startOfDay(day, timeZone) }),
    })
    customers = written.customers
    limits = describeLimits(written)
    return customers > 0
  })
  return traced(describeExport(customers, day, withLimits(sent, limits)), 'exported')
}

function nameFile(since: Day | undefined, today: Day, format: ListFormat) {
  const base = since === undefined ? 'customers' : `customers-since-${since}`
  const name = `${base}-${today}.${format}`
  const which = since === undefined ? 'All customers' : `Customers that changed since ${formatDay(since)}`
  return {
    name,
    comment: `${which}, as of now. The file contains personal data. Share it only with people who may see it, and delete it when you are done. To correct customers, edit the file and share it in the channel.`,
  }
}

function describeExport(customers: number, day: Day | undefined, sent: string | undefined): Reply {
  const since = day === undefined ? '' : ` since ${formatDay(day)}`
  if (sent === undefined)
    return toAsker({
      kind: 'headline',
      text: day === undefined ? 'There are no customers yet.' : `No customer changed${since}.`,
    })
  return toAsker(
    {
      kind: 'headline',
      text:
        day === undefined
          ? `${plural(customers, 'customer')} in total.`
          : `${plural(customers, 'customer')} changed${since}.`,
    },
    { kind: 'text', text: sent },
  )
}

function describeUnknownDay(written: string): Reply {
  return toAsker(
    { kind: 'headline', text: written === '' ? 'Since when?' : `The day "${written}" was not understood.` },
    {
      kind: 'text',
      text: [
        'Write it like ',
        { code: '/uploads export since monday' },
        ' or ',
        { code: 'since 15 Jan' },
        '. For all customers, type ',
        { code: '/uploads export' },
        '.',
      ],
    },
  )
}
