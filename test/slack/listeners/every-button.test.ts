import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { describeElsewhere } from '../../../commands/access/reachable-upload.ts'
import { ACTIONS } from '../../../commands/actions/actions.ts'
import { REFRESH_HOME, SEARCH_CUSTOMER } from '../../../commands/home/home.ts'
import { PREVIEW_UPLOAD } from '../../../commands/home/private-preview.ts'
import { renderPlain } from '../../../commands/plain/render-plain.ts'
import { IMPORT_ANYWAY } from '../../../commands/receipts/preview-reply.ts'
import { CANCEL_UPLOAD } from '../../../commands/receipts/progress-reply.ts'
import { describeGone } from '../../../commands/reply/page.ts'
import { SHARE_PAGE } from '../../../commands/reply/page-button.ts'
import { IMPORT_PRIVATE } from '../../../commands/uploads/import-private.ts'
import { findControl, listControls, type Pressable, SUBMIT } from '../../../dev/demo/demo-controls.ts'
import { showMessage } from '../../../dev/slack/show-message.ts'
import type { ActionInput, ShownView } from '../../../dev/workspace/workspace.ts'
import type { FileUpload } from '../../../models/index.ts'
import { describeInChannel } from '../../../src/slack/access/view-refusals.ts'
import { actionName } from '../../../src/slack/listeners/action-handler.ts'
import { queueSwitch } from '../../../src/uploads/record-kinds/switch-request.ts'
import { type PlayedBot, playWorkspace } from '../../support/play-workspace.ts'
import { buildWorkbook, inline, row } from '../../xlsx/support/build-workbook.ts'
import { buildZip } from '../../xlsx/support/build-zip.ts'

const ADMIN = 'meera'
const PHONE = '07417119014'
const LONG = { timeout: 45_000 }
/** Maximum depth of presses: a digest links to the previous day without end. */
const MAX_DEEP = 3
/** A press of these is final, so all others are pressed before. The order keeps each one's subject intact. */
const FINAL = [
  'change_column_choice',
  'forget_column_choice',
  'undo_confirm',
  'forget_confirm',
  'choose_phone_column',
  'correct_shared_phones',
  'choose_sheet',
  'choose_encoding',
  'approve_upload',
  'leave_upload',
  'export_filter',
]
/** Questions come as messages, so that their buttons are pressed too. */
const LATE = { isLate: true }
/**
 * Tested elsewhere: controls of the App Home, modal submits and their follow-ups, and stopping a running
 * import.
 */
const ELSEWHERE = [
  REFRESH_HOME,
  SEARCH_CUSTOMER,
  SUBMIT,
  IMPORT_ANYWAY,
  CANCEL_UPLOAD,
  'reread_confirm',
  PREVIEW_UPLOAD,
  IMPORT_PRIVATE,
]

const viewOf = (value: string) => value.split(':')[0]
const headlineOf = (text: string) => text.split('\n')[0] ?? ''
/** Replies of a button that does nothing in its place. */
const DEAD_ENDS = [
  ...[describeInChannel(), describeElsewhere(), describeGone()].map((reply) =>
    headlineOf(renderPlain(reply, { timeZone: 'Asia/Kolkata' })),
  ),
  'from another version of the bot',
  'no longer open here',
  'not waiting here',
  'no examples to show',
  'no such choice',
  'went wrong',
]

interface Shown extends Pressable {
  readonly text: string
}

interface Press {
  readonly control: ActionInput
  readonly depth: number
  /** The path to the control, for failure messages. */
  readonly way: string
}

/** A place that shows replies. */
interface Surface {
  readonly name: string
  press(press: Press): Promise<Shown[]>
  readonly first: () => Promise<Shown[]>
}

let bot: PlayedBot
let direct: string
const questions: string[] = []

beforeAll(async () => {
  bot = await playWorkspace((workspace) => ({ ADMINS: workspace.userId(ADMIN) }))
  const { workspace, models } = bot
  direct = await workspace.openDirectMessage(ADMIN)
  await workspace.inviteBot(ADMIN, 'gossip')
  const share = (name: string, lines: string[]) => bot.share(ADMIN, name, `${lines.join('\n')}\n`)
  const HEADER = 'Phone,Name,City'
  await workspace.waitForReceipt(
    await share('day-1.csv', [
      `${HEADER},Alternate Number`,
      `${PHONE},Kushal Sharma,Pune,9820098200`,
      '9820098200,Ravi Rao,Goa,',
      '9820098200,Asha Sharma,Goa,',
      '12,X,Y,',
    ]),
  )
  await workspace.waitForReceipt(await share('day-2.csv', [HEADER, `${PHONE},Kushal Sharma,Mumbai`]))
  await workspace.waitForReceipt(await share('wrong.csv', [HEADER, '9820098201,Gone,Agra']))
  await workspace.act(ADMIN, 'customers', { action: 'undo_confirm:0', value: '3' })
  await waitForStatus(3, 'undone')
  await workspace.command(ADMIN, 'customers', '/uploads preview')
  const previewed = await share('previewed.csv', [
    HEADER,
    '9820098200,Ravi Rao,Indore',
    '9820098200,Asha Sharma,Indore',
  ])
  await workspace.waitForReply(previewed)

  const asker = { user: 'ops', name: 'switch', now: new Date() }
  const { number } = await queueSwitch(models, 'one_per_upload', asker)
  await waitForStatus(number, 'done')
  await workspace.waitForReceipt(await share('day-3.csv', [HEADER, `${PHONE},Kushal S,Nagpur`]))

  // A choice for each channel in which it is corrected and deleted.
  for (const column of ['Erreichbar', 'Rufen', 'Melden']) {
    const asked = await share(`${column}.csv`, [`Kunde,${column},Ort`, 'Nisha,9820098202,Pune'])
    const control = findControl([await workspace.waitForReply(asked)], column)
    await workspace.act(ADMIN, 'customers', control ?? never())
    await workspace.waitForReceipt(asked)
  }
  const open = await share('open.csv', ['Kunde,Anruf,Ort', 'Nisha,9820098202,Pune'])
  await workspace.waitForReply(open)
  const rows = row(1, inline('A1', 'Phone')) + row(2, inline('A2', PHONE))
  const sheets = ['North', 'South'].map((name) => ({ name, rows }))
  const book = await bot.share(ADMIN, 'branches.xlsx', buildZip(buildWorkbook({ sheets })))
  await workspace.waitForReply(book)
  const known = await share('known.csv', ['Kunde,Mobil', 'Nisha,9820098202'])
  await workspace.waitForReceipt(known)
  await models.fileUploads.collection.updateOne(
    { 'file.name': 'known.csv' },
    { $set: { 'file.mapping.region': 'US' } },
  )
  await workspace.waitForReply(await share('known-again.csv', ['Kunde,Mobil', 'Nisha,9820098202']))
  const letters = Buffer.from(`Name,Phone\n\xd5\xf5,${PHONE}\n`, 'latin1')
  await workspace.waitForReply(await bot.share(ADMIN, 'letters.csv', letters))
  const held = await models.fileUploads.collection.find({ status: 'held' }).toArray()
  expect(held).toHaveLength(5)
  questions.push(...held.map((upload) => String(upload.number)))
}, 120_000)
afterAll(() => bot.stop())

const waitForStatus = (number: number, status: FileUpload['status']) =>
  vi.waitFor(async () => expect(await bot.upload(number)).toMatchObject({ status }), LONG)

const textOf = (message: { readonly text: string; readonly blocks?: readonly unknown[] }) =>
  showMessage(message, { nameOf: bot.workspace.personName, timeZone: 'Asia/Kolkata' })

/** The typed commands, in a channel with its own choice. */
const commandsFor = (choice: number) => [
  `/customer ${PHONE}`,
  '/customer sharma',
  `/customer ${PHONE} today`,
  `/customer history ${PHONE}`,
  '/customer 9820098201',
  '/customer forget 9820098203',
  '/uploads recent',
  '/uploads show 1',
  '/uploads show 2',
  '/uploads show 3',
  '/uploads compare 2 1',
  '/uploads digest',
  `/uploads mapping ${choice}`,
  '/uploads undo 2',
  '/uploads export pune',
  ...questions.map((number) => `/uploads show ${number}`),
  ...questions.map((number) => `/uploads preview ${number}`),
]

function commandSurface(name: string, place: () => string, choice: number): Surface {
  return {
    name,
    async first() {
      const shown: Shown[] = []
      for (const text of commandsFor(choice))
        shown.push(...(await bot.workspace.command(ADMIN, place(), text, LATE)).answers)
      return shown
    },
    async press({ control }) {
      return [...(await bot.workspace.act(ADMIN, place(), control, LATE)).answers]
    },
  }
}

const asShown = (view: ShownView | undefined): Shown[] =>
  view ? [{ text: '', blocks: view.blocks, view }] : []

function viewSurface(name: string, first: () => Promise<(ShownView | undefined)[]>): Surface {
  let views: readonly (ShownView | undefined)[] = []
  return {
    name,
    async first() {
      views = await first()
      return views.flatMap(asShown)
    },
    async press({ control }) {
      const [from] = views
      return asShown(await bot.workspace.actInView(ADMIN, from ?? never(), control))
    },
  }
}

const surfaces: Surface[] = [
  commandSurface('a channel', () => 'customers', 1),
  commandSurface('another channel', () => 'gossip', 2),
  commandSurface('a conversation with the bot', () => direct, 3),
  {
    name: 'the threads of a channel',
    first: async () => await bot.workspace.messages('customers'),
    press: async ({ control }) => [...(await bot.workspace.act(ADMIN, 'customers', control, LATE)).answers],
  },
  viewSurface('the App Home', async () => [await bot.workspace.openHome(ADMIN)]),
  viewSurface('the lookup window', async () => {
    const shown: (ShownView | undefined)[] = []
    for (const typed of [PHONE, 'sharma', `${PHONE} today`, `history ${PHONE}`, '9820098201']) {
      const window = await bot.workspace.openShortcut(ADMIN, 'lookup_customer')
      shown.push(await bot.workspace.submit(ADMIN, window ?? never(), typed))
    }
    return shown
  }),
]

it('every button of every reply is answered wherever it is shown', async () => {
  const dead: string[] = []
  const pressed = new Map<string, Set<string>>()
  const final: { surface: Surface; press: Press }[] = []

  async function answer(surface: Surface, press: Press): Promise<Shown[]> {
    const { control } = press
    const name = actionName(control.action)
    const names = pressed.get(surface.name) ?? new Set()
    pressed.set(surface.name, names.add(name).add(`${name} ${viewOf(control.value)}`))
    const shown = await surface.press(press)
    const output = shown.map(textOf).join('\n')
    const end = output.trim() === '' ? 'no answer' : DEAD_ENDS.find((words) => output.includes(words))
    if (end !== undefined) dead.push(`${surface.name}: ${press.way}: ${end}`)
    return shown
  }

  for (const surface of surfaces) {
    const known = new Set<string>()
    const open: Press[] = []
    const note = (shown: readonly Shown[], depth: number, way: string) => {
      for (const control of shown.flatMap(listControls)) {
        const name = actionName(control.action)
        // Sharing shows the same page, so one of each page is enough.
        const key = `${name} ${name === SHARE_PAGE ? viewOf(control.value) : control.value}`
        if (depth > MAX_DEEP || known.has(key) || ELSEWHERE.includes(name)) continue
        known.add(key)
        const press = { control, depth, way: `${way} > ${control.label}` }
        if (FINAL.includes(name)) final.push({ surface, press })
        else open.push(press)
      }
    }
    note(await surface.first(), 1, '')
    for (let press = open.shift(); press; press = open.shift())
      note(await answer(surface, press), press.depth + 1, press.way)
  }
  const rank = ({ press }: { press: Press }) => FINAL.indexOf(actionName(press.control.action))
  for (const { surface, press } of final.toSorted((a, b) => rank(a) - rank(b))) await answer(surface, press)

  expect(dead).toEqual([])
  const all = [...pressed.values()].flatMap((names) => [...names])
  expect(
    ACTIONS.map(({ name }) => name).filter((name) => !all.includes(name) && !ELSEWHERE.includes(name)),
  ).toEqual([])
  const views = (surface: string) =>
    [...(pressed.get(surface) ?? [])].flatMap((name) => /^(?:open|pick)_view (\w+)/.exec(name)?.[1] ?? [])
  expect(new Set(views('a channel'))).toEqual(
    new Set([
      'customer',
      'records',
      'sources',
      'history',
      'upload',
      'columns',
      'compare',
      'recent',
      'digest',
    ]),
  )
  expect(new Set(views('the lookup window'))).toEqual(new Set(['customer', 'records', 'sources', 'history']))
  expect(new Set(views('the App Home'))).toEqual(
    new Set(['upload', 'columns', 'compare', 'digest', 'settings']),
  )
}, 300_000)

function never(): never {
  throw new Error('nothing was shown')
}
