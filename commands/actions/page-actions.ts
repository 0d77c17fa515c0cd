import { viewColumns } from '../columns/index.ts'
import {
  explainCustomer,
  viewCustomer,
  viewHistory,
  viewPastCustomer,
  viewPeople,
  viewRecords,
  viewSources,
} from '../customer/index.ts'
import { viewCount } from '../customer-lists/index.ts'
import { viewDigest } from '../digest/index.ts'
import { viewSettings } from '../home/index.ts'
import {
  type ActionDefinition,
  type ActionInput,
  type ActionScope,
  type CommandDeps,
  describeGone,
  everywhereForCustomers,
  everywhereForUploads,
  OPEN_VIEW,
  onlyInChannels,
  PICK_VIEW,
  type Reply,
  readViewValue,
  SHARE_VIEW,
  toAsker,
  type View,
} from '../reply/index.ts'
import {
  explainUploads,
  SEND_COMPARISON,
  SEND_FAILED_ROWS,
  SEND_SECOND_PHONES,
  SEND_SHARED_PHONES,
  sendComparison,
  sendFailedRows,
  sendSecondPhones,
  sendSharedPhones,
  viewComparison,
  viewRecent,
  viewUpload,
  viewWho,
} from '../uploads/index.ts'

interface ViewDefinition {
  readonly show: View
  /** @param about the button's value after the view's name */
  readonly scopeOf: (about: string) => ActionScope
}

/** Every page a button can open. Lists of uploads contain those of all channels, so they need a channel. */
const VIEWS: Readonly<Record<string, ViewDefinition>> = {
  customer: { show: viewCustomer, scopeOf: everywhereForCustomers },
  records: { show: viewRecords, scopeOf: everywhereForCustomers },
  sources: { show: viewSources, scopeOf: everywhereForCustomers },
  history: { show: viewHistory, scopeOf: everywhereForCustomers },
  day: { show: viewPastCustomer, scopeOf: everywhereForCustomers },
  people: { show: viewPeople, scopeOf: everywhereForCustomers },
  upload: { show: viewUpload, scopeOf: everywhereForUploads },
  columns: { show: viewColumns, scopeOf: (about) => everywhereForUploads(about.split(':')[0] ?? '') },
  recent: { show: viewRecent, scopeOf: onlyInChannels },
  compare: { show: viewComparison, scopeOf: everywhereForUploads },
  // Limited to the channels that both are in, as everywhere.
  digest: { show: viewDigest, scopeOf: everywhereForCustomers },
  settings: { show: viewSettings, scopeOf: everywhereForCustomers },
  who: { show: viewWho, scopeOf: everywhereForCustomers },
  count: { show: viewCount, scopeOf: onlyInChannels },
  help: { show: viewHelp, scopeOf: everywhereForCustomers },
}

/** The names of all pages. */
export const VIEW_NAMES: readonly string[] = Object.keys(VIEWS)

/** The buttons that turn, open and share pages. */
export const VIEW_ACTIONS: readonly ActionDefinition[] = [
  { name: OPEN_VIEW, scopeOf: scopeOfView, replacesQuestion: true, run: show },
  { name: PICK_VIEW, scopeOf: scopeOfView, run: show },
  { name: SHARE_VIEW, scopeOf: onlyInChannels, run: share },
  {
    name: SEND_COMPARISON,
    scopeOf: everywhereForUploads,
    replacesQuestion: true,
    run: sendComparison,
  },
  {
    name: SEND_FAILED_ROWS,
    scopeOf: everywhereForUploads,
    run: sendFailedRows,
  },
  {
    name: SEND_SECOND_PHONES,
    scopeOf: everywhereForUploads,
    run: sendSecondPhones,
  },
  {
    name: SEND_SHARED_PHONES,
    scopeOf: everywhereForUploads,
    run: sendSharedPhones,
  },
]

/** The help of a command. */
async function viewHelp([about = '']: readonly string[]): Promise<Reply> {
  return about === 'uploads' ? explainUploads() : explainCustomer()
}

function findView(name: string): ViewDefinition | undefined {
  return Object.hasOwn(VIEWS, name) ? VIEWS[name] : undefined
}

function scopeOfView(value: string): ActionScope {
  const { view, about } = readViewValue(value)
  return (findView(view)?.scopeOf ?? onlyInChannels)(about.join(':'))
}

async function show(input: ActionInput, deps: CommandDeps): Promise<Reply> {
  const { view, about } = readViewValue(input.value)
  const definition = findView(view)
  if (!definition) return describeGone()
  return await definition.show(about, input, deps)
}

/**
 * Posts the page to the channel as everybody may see it, with the sharer's name and without buttons. Sharing
 * does not reveal files of other channels.
 */
async function share(input: ActionInput, deps: CommandDeps): Promise<Reply> {
  const reply = await show({ ...input, channels: new Set([input.channel]) }, { ...deps, admins: new Set() })
  if (reply.trace?.isRefused) return describeNotForAll(reply)
  const isShareable = reply.parts.some(
    (part) => part.kind === 'buttons' && part.buttons.some(({ action }) => action === SHARE_VIEW),
  )
  // Something is gone: only the person who pressed the button is informed.
  if (!isShareable) return reply
  const shown = reply.parts.filter(({ kind }) => kind !== 'buttons' && kind !== 'menu')
  return {
    visibility: 'channel',
    parts: [...shown, { kind: 'note', text: ['Shared by ', { user: input.user }, '.'] }],
    trace: { ...reply.trace, did: 'shared' },
  }
}

function describeNotForAll({ trace }: Reply): Reply {
  const reply = toAsker(
    {
      kind: 'headline',
      text: 'That file was shared in another channel, so I do not show it to everybody here.',
    },
    { kind: 'text', text: 'Ask its channel, or share it there.' },
  )
  return { ...reply, ...(trace && { trace: { ...trace, did: 'shared' as const } }) }
}
