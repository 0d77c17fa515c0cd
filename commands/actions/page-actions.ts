import { buildColumnsPage } from '../columns/index.ts'
import {
  buildCustomerPage,
  buildHistoryPage,
  buildPastCustomerPage,
  buildPeoplePage,
  buildRecordsPage,
  buildSourcesPage,
  explainCustomer,
} from '../customer/index.ts'
import { buildCountPage } from '../customer-lists/index.ts'
import { buildDigestPage } from '../digest/index.ts'
import { buildSettingsPage } from '../home/index.ts'
import {
  type ActionDefinition,
  type ActionInput,
  type ActionScope,
  type CommandDeps,
  describeGone,
  everywhereForCustomers,
  everywhereForUploads,
  OPEN_PAGE,
  onlyInChannels,
  type Page,
  PICK_PAGE,
  type Reply,
  readPageValue,
  SHARE_PAGE,
  toAsker,
} from '../reply/index.ts'
import {
  buildComparisonPage,
  buildRecentPage,
  buildUploadPage,
  buildWhoPage,
  explainUploads,
  SEND_COMPARISON,
  SEND_FAILED_ROWS,
  SEND_SECOND_PHONES,
  SEND_SHARED_PHONES,
  sendComparison,
  sendFailedRows,
  sendSecondPhones,
  sendSharedPhones,
} from '../uploads/index.ts'

interface PageDefinition {
  readonly show: Page
  /** @param about the button's value after the page's name */
  readonly scopeOf: (about: string) => ActionScope
}

/** Every page a button can open. Lists of uploads contain those of all channels, so they need a channel. */
const PAGES: Readonly<Record<string, PageDefinition>> = {
  customer: { show: buildCustomerPage, scopeOf: everywhereForCustomers },
  records: { show: buildRecordsPage, scopeOf: everywhereForCustomers },
  sources: { show: buildSourcesPage, scopeOf: everywhereForCustomers },
  history: { show: buildHistoryPage, scopeOf: everywhereForCustomers },
  day: { show: buildPastCustomerPage, scopeOf: everywhereForCustomers },
  people: { show: buildPeoplePage, scopeOf: everywhereForCustomers },
  upload: { show: buildUploadPage, scopeOf: everywhereForUploads },
  columns: { show: buildColumnsPage, scopeOf: (about) => everywhereForUploads(about.split(':')[0] ?? '') },
  recent: { show: buildRecentPage, scopeOf: onlyInChannels },
  compare: { show: buildComparisonPage, scopeOf: everywhereForUploads },
  // Limited to the channels that both are in, as everywhere.
  digest: { show: buildDigestPage, scopeOf: everywhereForCustomers },
  settings: { show: buildSettingsPage, scopeOf: everywhereForCustomers },
  who: { show: buildWhoPage, scopeOf: everywhereForCustomers },
  count: { show: buildCountPage, scopeOf: onlyInChannels },
  help: { show: buildHelpPage, scopeOf: everywhereForCustomers },
}

/** The names of all pages. */
export const PAGE_NAMES: readonly string[] = Object.keys(PAGES)

/** The buttons that turn, open and share pages. */
export const PAGE_ACTIONS: readonly ActionDefinition[] = [
  { name: OPEN_PAGE, scopeOf: scopeOfPage, replacesQuestion: true, run: show },
  { name: PICK_PAGE, scopeOf: scopeOfPage, run: show },
  { name: SHARE_PAGE, scopeOf: onlyInChannels, run: share },
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
async function buildHelpPage([about = '']: readonly string[]): Promise<Reply> {
  return about === 'uploads' ? explainUploads() : explainCustomer()
}

function findPage(name: string): PageDefinition | undefined {
  return Object.hasOwn(PAGES, name) ? PAGES[name] : undefined
}

function scopeOfPage(value: string): ActionScope {
  const { page, about } = readPageValue(value)
  return (findPage(page)?.scopeOf ?? onlyInChannels)(about.join(':'))
}

async function show(input: ActionInput, deps: CommandDeps): Promise<Reply> {
  const { page, about } = readPageValue(input.value)
  const definition = findPage(page)
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
    (part) => part.kind === 'buttons' && part.buttons.some(({ action }) => action === SHARE_PAGE),
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
