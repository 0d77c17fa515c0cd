import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeElsewhere } from '../../commands/access/reachable-upload.ts'
import { ACTIONS } from '../../commands/actions/actions.ts'
import { REFRESH_HOME, SEARCH_CUSTOMER } from '../../commands/home/home.ts'
import { renderPlain } from '../../commands/plain/render-plain.ts'
import { describeGone } from '../../commands/reply/page.ts'
import { listControls } from '../../dev/demo/demo-controls.ts'
import { showMessage } from '../../dev/slack/show-message.ts'
import type { ActionInput } from '../../dev/workspace/workspace.ts'
import { describeInChannel } from '../../src/slack/access/view-refusals.ts'
import { actionName } from '../../src/slack/listeners/action-handler.ts'
import { type PlayedFixture, playFixture } from './support/play-fixture.ts'

const ADMIN = 'meera'
const headlineOf = (text: string) => text.split('\n')[0] ?? ''
/** Replies to an unknown button, or to one that does nothing. */
const DEAD_ENDS = [
  ...[describeInChannel(), describeElsewhere(), describeGone()].map((reply) =>
    headlineOf(renderPlain(reply, { timeZone: 'Asia/Kolkata' })),
  ),
  'from another version of the bot',
  'no such choice',
  'went wrong',
]
/** A press of these is final, so all others are pressed before, and these in this order. */
const FINAL = [
  'change_column_choice',
  'forget_column_choice',
  'undo_confirm',
  'forget_confirm',
  'choose_phone_column',
  'correct_shared_phones',
  'choose_sheet',
  'approve_upload',
  'leave_upload',
]
/** Controls of the App Home, with tests of their own. */
const OF_THE_HOME = [REFRESH_HOME, SEARCH_CUSTOMER]

let bot: PlayedFixture
beforeAll(async () => {
  bot = await playFixture('used', (workspace) => ({ ADMINS: workspace.userId(ADMIN) }))
}, 120_000)
afterAll(() => bot.stop())

it('every button and menu that the version before posted is answered', async () => {
  const { workspace, fixture } = bot
  const controls = new Map<string, ActionInput & { readonly way: string }>()
  const note = (way: string, control: ActionInput) => {
    const name = actionName(control.action)
    if (!OF_THE_HOME.includes(name)) controls.set(`${name} ${control.value}`, { ...control, way })
  }
  for (const { asked, controls: shown } of fixture.answers)
    for (const { label, action, value } of shown) note(`${asked} > ${label}`, { action, value })
  for (const message of await workspace.messages('customers'))
    if (message.user === workspace.botUserId)
      for (const control of listControls(message)) note(`${message.text} > ${control.label}`, control)
  const rank = ({ action }: ActionInput) => FINAL.indexOf(actionName(action))

  const dead: string[] = []
  for (const { way, ...control } of [...controls.values()].sort((a, b) => rank(a) - rank(b))) {
    const { status, answers } = await workspace.act(ADMIN, 'customers', control)
    const output = answers
      .map((answer) => showMessage(answer, { nameOf: workspace.personName, timeZone: 'Asia/Kolkata' }))
      .join('\n')
    const end =
      output.trim() === '' ? `no answer (${status})` : DEAD_ENDS.find((words) => output.includes(words))
    if (end !== undefined) dead.push(`${way}: ${control.action} ${control.value}: ${end}`)
  }

  expect(controls.size).toBeGreaterThan(50)
  expect(dead).toEqual([])
}, 180_000)

it('every action that the version before knew is still there', () => {
  const names = new Set([...ACTIONS.map(({ name }) => name), ...OF_THE_HOME])
  const before = new Set(
    bot.fixture.answers.flatMap(({ controls }) => controls.map(({ action }) => actionName(action))),
  )
  expect(before.size).toBeGreaterThan(15)
  expect([...before].filter((name) => !names.has(name))).toEqual([])
})
