import { formatAmount, formatNumber } from '../../src/locale.ts'
import {
  type CustomerCount,
  type CustomerFilter,
  countMatchingCustomers,
  findKeptCount,
  hidesSingles,
  readFilter,
  writeFilter,
} from '../../src/uploads/filters/index.ts'
import { isAmountField } from '../filter/index.ts'
import { aboutCount } from '../forms/index.ts'
import { isReply } from '../receipts/index.ts'
import {
  brief,
  type Chart,
  type CommandDeps,
  type CommandInput,
  describeGone,
  formatCount,
  isAdmin,
  labelOf,
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
import { startOfDay } from '../text/index.ts'
import { completeFilter, type MeantFilter, readMeantFilter } from './asked-filter.ts'
import { EXPORT_FILTER } from './export-list.ts'

/** Maximum of bars in a chart, including one for all others. */
const MAX_BARS = 12
const MAX_LABEL = 20
const MAX_CELL = 60

/** `/uploads count …`: the number of matching customers, optionally grouped. */
export async function countList(input: CommandInput, deps: CommandDeps): Promise<Reply> {
  const meant = await readMeantFilter(input.text, 'count', input, deps)
  return isReply(meant) ? meant : await describeCount(meant, input, deps)
}

/** The same for a button's value: the filter, and the field. */
export async function buildCountPage(
  [written = '', by = '', sum = '']: readonly string[],
  viewer: Viewer,
  deps: CommandDeps,
): Promise<Reply> {
  const filter = readFilter(written, deps.catalogue)
  const isKnown =
    (by === '' || deps.catalogue.field(by) !== null) && (sum === '' || isAmountField(sum, deps.catalogue))
  if (!filter || !isKnown) return describeGone()
  const asked = { filter, ...(by !== '' && { by }), ...(sum !== '' && { sum }) }
  const meant = await completeFilter(asked, viewer, deps)
  return isReply(meant) ? meant : await describeCount(meant, viewer, deps)
}

async function describeCount(meant: MeantFilter, viewer: Viewer, deps: CommandDeps): Promise<Reply> {
  const { filter, by, sum, upload, text: answer } = meant
  const request = {
    filter,
    ...(by !== undefined && { by }),
    ...(sum !== undefined && { sum }),
    ...(upload && { upload }),
    startOfDay: (day: string) => startOfDay(day, deps.timeZone),
    now: viewer.now,
  }
  if (!(await findKeptCount(deps.models, request)))
    await viewer.post?.(toAsker({ kind: 'text', text: `Counting ${answer} …` }))
  const counted = await countMatchingCustomers(deps.models, request)
  const again = pageButton('Count again', pageValue('count', ...aboutCount(meant)))
  if (counted === 'busy')
    return toAsker(
      { kind: 'headline', text: 'Another count is running. Only one can run at a time.' },
      { kind: 'buttons', buttons: [again] },
    )
  if (counted === 'too_long')
    return toAsker(
      { kind: 'headline', text: `The count of ${answer} took longer than 15 seconds and was stopped.` },
      { kind: 'buttons', buttons: [again] },
    )
  return traced(showCount(counted, meant, viewer, deps), 'asked', upload ? { uploads: [upload.number] } : {})
}

function showCount(counted: CustomerCount, meant: MeantFilter, viewer: Viewer, deps: CommandDeps): Reply {
  const { filter, by, sum, text: output } = meant
  const { customers, all, counted_at } = counted
  const isWhole = output === 'all customers'
  const headline = isWhole
    ? `${plural(customers, 'customer')} in total`
    : `${formatCount(customers)} of ${plural(all, 'customer')}: ${output.replace(/^customers /, '')}`
  const written = writeFilter(filter)
  const exportButton =
    isAdmin(viewer.user, deps) && customers > 0
      ? [{ label: 'Export these', action: EXPORT_FILTER, value: `ask:${written}` }]
      : []
  return toAsker(
    { kind: 'headline', text: headline },
    ...(sum === undefined || customers === 0 ? [] : [showSum(counted, sum, deps)]),
    ...(by === undefined ? [] : showGroups(counted, { by, sum }, deps)),
    ...(filter.places ? [notePlaces(filter, customers)] : []),
    {
      kind: 'note',
      text: ['Counted ', { time: counted_at, style: 'minute' }, '. A count is kept for ten minutes.'],
    },
    pageButtons(pageValue('count', ...aboutCount(meant)), ...exportButton),
  )
}

const isOnlyPlaces = ({ places, ...others }: CustomerFilter): boolean =>
  places !== undefined && Object.keys(others).length === 0

function notePlaces(filter: CustomerFilter, customers: number): ReplyPart {
  const text =
    customers === 0 && isOnlyPlaces(filter)
      ? `No customer has the city or the state "${brief((filter.places ?? []).join('" or "'), MAX_CELL)}".`
      : 'A place is a city or a state.'
  return { kind: 'note', text }
}

/** `Amount due: 12,34,500.00 in total, 3,950.00 on average. 5 customers have none.` */
function showSum({ customers, sum }: CustomerCount, field: string, deps: CommandDeps): ReplyPart {
  const having = sum?.customers ?? 0
  const none = customers - having
  const label = labelOf(field, deps)
  if (having === 0) return { kind: 'text', text: `${label}: no customer here has one.` }
  if (sum?.amount === undefined)
    return { kind: 'text', text: `${label}: one customer here has one. To see it, look the customer up.` }
  const { amount } = sum
  const without =
    none > 0
      ? ` ${plural(none, 'customer')} ${none === 1 ? 'has none and is' : 'have none and are'} left out of the average.`
      : ''
  return {
    kind: 'text',
    text: `${label}: ${formatSum(amount, field, deps)} in total, ${formatSum(amount / having, field, deps)} on average.${without}`,
  }
}

function formatSum(amount: number, field: string, { catalogue }: CommandDeps): string {
  return catalogue.field(field)?.type === 'money' ? formatAmount(amount) : formatNumber(amount)
}

function showGroups(
  counted: CustomerCount,
  { by, sum }: { readonly by: string; readonly sum: string | undefined },
  deps: CommandDeps,
): ReplyPart[] {
  const { groups = [], others = 0, sum: total } = counted
  const label = labelOf(by, deps)
  const named = groups.map(({ value, customers, sum: amount }) => ({
    name: value === null || value === '' ? `No ${label.toLowerCase()}` : value,
    customers,
    amount,
  }))
  const bars = named.slice(0, MAX_BARS)
  const rest = others + named.slice(MAX_BARS).reduce((added, { customers }) => added + customers, 0)
  const all = rest > 0 ? [...bars, { name: 'All others', customers: rest }] : bars
  const chart: Chart = {
    kind: 'chart',
    chart: 'bar',
    title: brief(`Customers by ${label.toLowerCase()}`, 50),
    labels: all.map(({ name }) => brief(name, MAX_LABEL)),
    series: [{ name: 'Customers', values: all.map(({ customers }) => customers) }],
  }
  const isPartial = hidesSingles(by) && others > 0
  const rows = [
    ...named,
    ...(others > 0 ? [{ name: 'All others', customers: others, amount: total?.others }] : []),
  ]
  return [
    chart,
    {
      kind: 'table',
      columns: [label, 'Customers', ...(sum === undefined ? [] : [labelOf(sum, deps)])],
      rows: rows.map(({ name, customers, amount }) => [
        brief(name, MAX_CELL),
        [{ count: customers }],
        ...(sum === undefined ? [] : [amount === undefined ? 'not shown' : formatSum(amount, sum, deps)]),
      ]),
    },
    ...(sum !== undefined && rows.some(({ amount }) => amount === undefined)
      ? [
          {
            kind: 'note',
            text: 'An amount is not shown if one customer alone has it, or if it would give away such an amount.',
          } as const,
        ]
      : []),
    ...(isPartial
      ? [{ kind: 'note', text: 'Values that only one customer has are counted under "All others".' } as const]
      : []),
  ]
}
