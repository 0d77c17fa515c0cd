import { toDatabaseError } from '../../models/index.ts'
import {
  viewCustomer,
  viewHistory,
  viewPastCustomer,
  viewPeople,
  viewRecords,
  viewSources,
} from '../customer/index.ts'
import { viewDigest } from '../digest/index.ts'
import {
  type ActionDefinition,
  type ActionInput,
  type CommandDeps,
  describeGone,
  OPEN_VIEW,
  PICK_VIEW,
  type Reply,
  readViewValue,
  SHARE_VIEW,
  type View,
} from '../reply/index.ts'
import {
  SEND_COMPARISON,
  SEND_FAILED_ROWS,
  sendComparison,
  sendFailedRows,
  viewComparison,
  viewRecent,
  viewUpload,
} from '../uploads/index.ts'

/** Everything a view button can be about. */
const VIEWS: Readonly<Record<string, View>> = {
  customer: viewCustomer,
  records: viewRecords,
  sources: viewSources,
  history: viewHistory,
  day: viewPastCustomer,
  people: viewPeople,
  upload: viewUpload,
  recent: viewRecent,
  compare: viewComparison,
  digest: viewDigest,
}

/** The buttons that page, open and share what commands show. */
export const VIEW_ACTIONS: readonly ActionDefinition[] = [
  { name: OPEN_VIEW, uploadsOf: uploadsOfView, replacesQuestion: true, run: show },
  { name: PICK_VIEW, uploadsOf: uploadsOfView, run: show },
  { name: SHARE_VIEW, run: share },
  {
    name: SEND_COMPARISON,
    uploadsOf: readNumbers,
    replacesQuestion: true,
    run: (input, deps) => translated(sendComparison(input, deps)),
  },
  {
    name: SEND_FAILED_ROWS,
    uploadsOf: readNumbers,
    run: (input, deps) => translated(sendFailedRows(input, deps)),
  },
]

/** Views that show customers: whoever is in a channel with the bot may look anybody up. */
const OF_CUSTOMERS: ReadonlySet<string> = new Set(['customer', 'sources', 'history', 'day', 'people'])

function uploadsOfView(value: string): readonly number[] | undefined {
  const { view, about } = readViewValue(value)
  if (OF_CUSTOMERS.has(view)) return []
  return view === 'upload' || view === 'compare' ? readNumbers(about.join(':')) : undefined
}

/** `42`, `42:41` */
function readNumbers(value: string): readonly number[] | undefined {
  const numbers = value.split(':')
  return numbers.every((number) => /^\d{1,9}$/.test(number)) ? numbers.map(Number) : undefined
}

async function show(input: ActionInput, deps: CommandDeps): Promise<Reply> {
  const { view, about } = readViewValue(input.value)
  const make = Object.hasOwn(VIEWS, view) ? VIEWS[view] : undefined
  if (!make) return describeGone()
  return await translated(make(about, input, deps))
}

/** As it is now, for everybody in the channel, with the name of whoever showed it and without anything to press. */
async function share(input: ActionInput, deps: CommandDeps): Promise<Reply> {
  const reply = await show(input, deps)
  const isShareable = reply.parts.some(
    (part) => part.kind === 'buttons' && part.buttons.some(({ action }) => action === SHARE_VIEW),
  )
  // Something went: that is for whoever pressed the button.
  if (!isShareable) return reply
  const shown = reply.parts.filter(({ kind }) => kind !== 'buttons' && kind !== 'menu')
  return {
    visibility: 'channel',
    parts: [...shown, { kind: 'note', text: ['Shared by ', { user: input.user }, '.'] }],
    trace: { ...reply.trace, did: 'shared' },
  }
}

async function translated(work: Promise<Reply>): Promise<Reply> {
  try {
    return await work
  } catch (error) {
    throw toDatabaseError(error)
  }
}
