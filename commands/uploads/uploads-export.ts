import type { ListFormat } from '../../src/lists/index.ts'
import { exportCustomers } from '../../src/uploads/queries/index.ts'
import {
  type CommandDeps,
  type CommandInput,
  isAdmin,
  plural,
  type Reply,
  refuseNonAdmin,
  toAsker,
  traced,
} from '../reply/index.ts'
import { type Day, dayOf, formatDay, parseDay, startOfDay } from '../text/index.ts'
import { describeCut, takeFormat } from './list-format.ts'
import { sendWritten } from './private-file.ts'

/**
 * `/uploads export`: all customers; `export since monday`: those that changed since; `as xlsx` a workbook.
 * For the asker alone.
 */
export async function exportList(input: CommandInput, deps: CommandDeps): Promise<Reply> {
  const { user, now } = input
  const { timeZone, dateOrder, catalogue, models } = deps
  if (!isAdmin(user, deps)) return refuseNonAdmin('export the customers', 'exported', deps)
  const { text, format } = takeFormat(input.text)
  const wanted = text.replace(/^(?:all|changed|changes)\b\s*/i, '')
  const written = wanted.replace(/^(?:since|after)\b\s*/i, '')
  const day = written === '' ? undefined : parseDay(written, { now, timeZone, dateOrder })
  if (day === undefined && wanted !== '') return describeUnknownDay(written)
  if (day !== undefined && day > dayOf(now, timeZone))
    return toAsker({ kind: 'headline', text: `${formatDay(day)} has not come yet.` })

  await input.tell?.(
    toAsker({
      kind: 'text',
      text: 'I am writing the list. It comes as a direct message to you alone; I say so here when it is there.',
    }),
  )
  let customers = 0
  let cutCells = 0
  const file = nameFile(day, dayOf(now, timeZone), format)
  const sent = await sendWritten(deps, user, file, async (path) => {
    const written = await exportCustomers(models, path, {
      catalogue,
      format,
      ...(day !== undefined && { since: startOfDay(day, timeZone) }),
    })
    customers = written.customers
    cutCells = written.cutCells
    return customers > 0
  })
  return traced(describeExport(customers, day, describeCut(sent, cutCells)), 'exported')
}

function nameFile(since: Day | undefined, today: Day, format: ListFormat) {
  const base = since === undefined ? 'customers' : `customers-since-${since}`
  const name = `${base}-${today}.${format}`
  const which = since === undefined ? 'All customers' : `Customers that changed since ${formatDay(since)}`
  return {
    name,
    comment: `${which}, as of now. It holds personal data: share it with nobody who may not see it, and delete it when you are done. Corrected, it can be shared in the channel as it is.`,
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
          ? `${plural(customers, 'customer')} in all.`
          : `${plural(customers, 'customer')} changed${since}.`,
    },
    { kind: 'text', text: sent },
  )
}

function describeUnknownDay(written: string): Reply {
  return toAsker(
    { kind: 'headline', text: written === '' ? 'Since when?' : `I do not know which day "${written}" is.` },
    {
      kind: 'text',
      text: [
        'Write it like ',
        { code: '/uploads export since monday' },
        ' or ',
        { code: 'since 15 Jan' },
        '; ',
        { code: '/uploads export' },
        ' is everybody.',
      ],
    },
  )
}
