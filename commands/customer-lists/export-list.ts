import type { ListFormat } from '../../src/lists/index.ts'
import { exportCustomers, readFilter, writeFilter } from '../../src/uploads/filters/index.ts'
import { aboutCount } from '../forms/index.ts'
import { isReply } from '../receipts/index.ts'
import {
  type ActionDefinition,
  type ActionInput,
  type Button,
  type CommandDeps,
  type CommandInput,
  createProgressReport,
  describeGone,
  everywhereForCustomers,
  labelOf,
  pageButton,
  pageValue,
  plural,
  type Reply,
  refuseUnlessAdminNow,
  toAsker,
  traced,
  type Viewer,
} from '../reply/index.ts'
import { dayOf, formatDay, startOfDay } from '../text/index.ts'
import { completeFilter, type MeantFilter, readMeantFilter } from './asked-filter.ts'
import { describeLimits, takeFormat, withLimits } from './list-format.ts'
import { sendWritten } from './private-file.ts'

/** Exports the customers of a filter to the person, after confirmation. */
export const EXPORT_FILTER = 'export_filter'
/** Prefix of a button that asks for confirmation to export all customers. */
export const EXPORT_ALL = 'ask:'
const MAY = 'export the customers'
const PERSONAL =
  'The file contains personal data. Share it only with people who may see it, and delete it when you are done. To correct customers, edit the file and share it in the channel.'

/**
 * `/uploads export`: all customers; `export since monday`: those changed since; any other filter is confirmed
 * first. `as xlsx` writes a workbook. Only the person gets it.
 */
export async function exportList(input: CommandInput, deps: CommandDeps): Promise<Reply> {
  const refusal = await refuseUnlessAdminNow(input.user, MAY, 'exported', deps)
  if (refusal) return refusal
  const { text, format } = takeFormat(input.text)
  const meant = await readMeantFilter(text, 'export', input, deps)
  if (isReply(meant)) return meant
  const { by, sum } = meant
  if (by !== undefined)
    return describeNotExported('An export has no groups', `by ${labelOf(by, deps)}`, meant)
  if (sum !== undefined)
    return describeNotExported('An export adds no amounts', `total ${labelOf(sum, deps)}`, meant)
  const { changedSince, ...others } = meant.filter
  if (changedSince !== undefined && changedSince > dayOf(input.now, deps.timeZone))
    return toAsker({ kind: 'headline', text: `${formatDay(changedSince)} is in the future.` })
  return Object.keys(others).length > 0
    ? askExport(meant, format)
    : await writeExport(meant, format, input, deps)
}

/** Words that only a count understands: the count with them is a button. */
function describeNotExported(reason: string, words: string, meant: MeantFilter): Reply {
  const command = `/uploads count ${words.toLowerCase()}`
  return toAsker(
    {
      kind: 'headline',
      text: [
        `${reason}, so "${words.toLowerCase()}" was not understood. Did you mean `,
        { code: command },
        '?',
      ],
    },
    {
      kind: 'buttons',
      buttons: [pageButton(command, pageValue('count', ...aboutCount({ ...meant, filter: {} })))],
    },
  )
}

/** Shows the filter in words, before anything is written. */
function askExport({ filter, text: answer, upload }: MeantFilter, format: ListFormat): Reply {
  const button = (label: string, as: ListFormat): Button => ({
    label,
    action: EXPORT_FILTER,
    value: `${as}:${writeFilter(filter)}`,
  })
  const others: ListFormat = format === 'csv' ? 'xlsx' : 'csv'
  const reply = toAsker(
    { kind: 'headline', text: `Export ${answer}?` },
    {
      kind: 'text',
      text: 'You get the list as a direct message. It contains personal data, and the audit log records the export.',
    },
    {
      kind: 'buttons',
      buttons: [
        { ...button(format === 'csv' ? 'Export as CSV' : 'Export as Excel', format), style: 'primary' },
        button(others === 'csv' ? 'As CSV' : 'As Excel', others),
      ],
    },
  )
  return traced(reply, 'asked', upload ? { uploads: [upload.number] } : {})
}

export const EXPORT_ACTIONS: readonly ActionDefinition[] = [
  { name: EXPORT_FILTER, scopeOf: everywhereForCustomers, replacesQuestion: true, run: pressExport },
]

async function pressExport(input: ActionInput, deps: CommandDeps): Promise<Reply> {
  const refusal = await refuseUnlessAdminNow(input.user, MAY, 'exported', deps)
  if (refusal) return refusal
  const [, how = '', written = ''] = /^(ask|csv|xlsx):(.*)$/.exec(input.value) ?? []
  const filter = how === '' ? undefined : readFilter(written, deps.catalogue)
  if (!filter) return describeGone()
  const meant = await completeFilter({ filter }, input, deps)
  if (isReply(meant)) return meant
  return how === 'ask' ? askExport(meant, 'csv') : await writeExport(meant, how as ListFormat, input, deps)
}

async function writeExport(
  meant: MeantFilter,
  format: ListFormat,
  viewer: Viewer,
  deps: CommandDeps,
): Promise<Reply> {
  const { timeZone, catalogue, models } = deps
  const { user, now } = viewer
  const { filter, upload } = meant
  await viewer.post?.(
    toAsker({
      kind: 'text',
      text: `The list of ${meant.text} is being written. You will get it as a direct message, and a note here when it is sent.`,
    }),
  )
  let customers = 0
  let limits: string | undefined
  const isAll = Object.keys(filter).length === 0
  const onRead = createProgressReport(viewer, {
    work: `Writing the list of ${meant.text}`,
    unit: 'customers',
    total: isAll ? await models.customers.estimatedDocumentCount() : undefined,
  })
  const file = nameFile(meant, dayOf(now, timeZone), format)
  const sent = await sendWritten(deps, user, file, async (path) => {
    const written = await exportCustomers(models, path, {
      catalogue,
      format,
      onRead,
      only: {
        filter,
        ...(upload && { upload }),
        startOfDay: (day) => startOfDay(day, timeZone),
      },
    })
    customers = written.customers
    limits = describeLimits(written)
    return customers > 0
  })
  const about = upload ? { uploads: [upload.number] } : {}
  return traced(describeExport(customers, meant, withLimits(sent, limits)), 'exported', about)
}

const isSince = ({ changedSince, ...others }: MeantFilter['filter']): boolean =>
  changedSince !== undefined && Object.keys(others).length === 0

function nameFile({ filter, text: output }: MeantFilter, today: string, format: ListFormat) {
  const { changedSince = '', upload } = filter
  const isAll = Object.keys(filter).length === 0
  const base = isAll
    ? 'customers'
    : isSince(filter)
      ? `customers-since-${changedSince}`
      : upload === undefined
        ? 'customers-chosen'
        : `customers-of-${upload}`
  const which = isAll
    ? 'All customers'
    : isSince(filter)
      ? `Customers that changed since ${formatDay(changedSince)}`
      : output.charAt(0).toUpperCase() + output.slice(1)
  return { name: `${base}-${today}.${format}`, comment: `${which}, as of now. ${PERSONAL}` }
}

function describeExport(
  customers: number,
  { filter, text: printed }: MeantFilter,
  sent: string | undefined,
): Reply {
  const since = isSince(filter) ? ` since ${formatDay(filter.changedSince ?? '')}` : undefined
  const isAll = Object.keys(filter).length === 0
  if (sent === undefined) {
    const none = isAll
      ? 'There are no customers yet.'
      : since === undefined
        ? `There are no ${printed}.`
        : `No customer changed${since}.`
    return toAsker({ kind: 'headline', text: none })
  }
  const count = plural(customers, 'customer')
  const headline = isAll
    ? `${count} in total.`
    : since === undefined
      ? `${count} exported: ${printed}.`
      : `${count} changed${since}.`
  return toAsker({ kind: 'headline', text: headline }, { kind: 'text', text: sent })
}
