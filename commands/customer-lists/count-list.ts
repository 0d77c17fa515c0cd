import {
  type CustomerCount,
  type CustomerFilter,
  countMatchingCustomers,
  findKeptCount,
  hidesSingles,
  readFilter,
  writeFilter,
} from '../../src/uploads/filters/index.ts'
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
  [written = '', by = '']: readonly string[],
  viewer: Viewer,
  deps: CommandDeps,
): Promise<Reply> {
  const filter = readFilter(written, deps.catalogue)
  if (!filter || (by !== '' && deps.catalogue.field(by) === null)) return describeGone()
  const meant = await completeFilter({ filter, ...(by !== '' && { by }) }, viewer, deps)
  return isReply(meant) ? meant : await describeCount(meant, viewer, deps)
}

async function describeCount(meant: MeantFilter, viewer: Viewer, deps: CommandDeps): Promise<Reply> {
  const { filter, by, upload, text: answer } = meant
  const request = {
    filter,
    ...(by !== undefined && { by }),
    ...(upload && { upload }),
    startOfDay: (day: string) => startOfDay(day, deps.timeZone),
    now: viewer.now,
  }
  if (!(await findKeptCount(deps.models, request)))
    await viewer.post?.(toAsker({ kind: 'text', text: `Counting ${answer} …` }))
  const counted = await countMatchingCustomers(deps.models, request)
  const again = pageButton('Count again', pageValue('count', writeFilter(filter), by ?? ''))
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
  const { filter, by, text: output } = meant
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
    ...(by === undefined ? [] : showGroups(counted, by, deps)),
    ...(filter.places ? [notePlaces(filter, customers)] : []),
    {
      kind: 'note',
      text: ['Counted ', { time: counted_at, style: 'minute' }, '. A count is kept for ten minutes.'],
    },
    pageButtons(pageValue('count', written, by ?? ''), ...exportButton),
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

function showGroups({ groups = [], others = 0 }: CustomerCount, by: string, deps: CommandDeps): ReplyPart[] {
  const label = labelOf(by, deps)
  const named = groups.map(({ value, customers }) => ({
    name: value === null || value === '' ? `No ${label.toLowerCase()}` : value,
    customers,
  }))
  const bars = named.slice(0, MAX_BARS)
  const rest = others + named.slice(MAX_BARS).reduce((sum, { customers }) => sum + customers, 0)
  const all = rest > 0 ? [...bars, { name: 'All others', customers: rest }] : bars
  const chart: Chart = {
    kind: 'chart',
    chart: 'bar',
    title: brief(`Customers by ${label.toLowerCase()}`, 50),
    labels: all.map(({ name }) => brief(name, MAX_LABEL)),
    series: [{ name: 'Customers', values: all.map(({ customers }) => customers) }],
  }
  const isPartial = hidesSingles(by) && others > 0
  const rows = [...named, ...(others > 0 ? [{ name: 'All others', customers: others }] : [])]
  return [
    chart,
    {
      kind: 'table',
      columns: [label, 'Customers'],
      rows: rows.map(({ name, customers }) => [brief(name, MAX_CELL), [{ count: customers }]]),
    },
    ...(isPartial
      ? [{ kind: 'note', text: 'Values that only one customer has are counted under "All others".' } as const]
      : []),
  ]
}
