import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ACTIONS } from '../../commands/actions/actions.ts'
import { SEARCH_CUSTOMER } from '../../commands/home/home.ts'
import { GLOBAL_SHORTCUTS, SHORTCUTS } from '../../commands/home/shortcuts.ts'
import { COMMANDS } from '../../commands/index.ts'
import type { Answer } from '../../dev/workspace/response-urls.ts'
import type { ShownView } from '../../dev/workspace/workspace.ts'
import { describeNotForGuests } from '../../src/slack/access/authorize.ts'
import { headlineOf } from '../support/headline.ts'
import { type PlayedBot, playWorkspace } from '../support/play-workspace.ts'
import { readView } from '../support/view-controls.ts'

let bot: PlayedBot
/** An admin, who has no additional entry. */
async function open(): Promise<void> {
  bot = await playWorkspace((workspace) => ({ ADMINS: workspace.userId('ravi') }))
  await bot.workspace.waitForReceipt(await bot.share('asha', 'a.csv', 'phone,name\n07417119014,Kushal\n'))
  await vi.waitFor(async () => expect((await bot.upload(1)).receipt.due).toBe(false), { timeout: 45_000 })
}

/** A request through one entry. @returns the ephemeral replies */
type Enter = (person: string, channel: string) => Promise<readonly Answer[]>

const typed =
  (text: string): Enter =>
  async (person, channel) =>
    (await bot.workspace.command(person, channel, text)).answers

const pressed =
  (action: string, value: string): Enter =>
  async (person, channel) =>
    (await bot.workspace.act(person, channel, { action, value })).answers

const picked =
  (callbackId: string): Enter =>
  async (person, channel) =>
    (
      await bot.workspace.pickFromMenu(person, channel, callbackId, {
        ts: '1700000000.000100',
        files: [{ id: 'FNOBODYS', name: 'x.csv' }],
      })
    ).answers

/** All registered entries, including later ones. */
const ENTRIES: readonly (readonly [string, Enter])[] = [
  ...COMMANDS.flatMap(({ name }) => [
    [name, typed(name)] as const,
    [`${name} with a number`, typed(`${name} 07417119014`)] as const,
  ]),
  ...ACTIONS.map(({ name }) => [`the button ${name}`, pressed(name, '1')] as const),
  ['a button nobody registered', pressed('open_the_safe', '1')],
  ...SHORTCUTS.map(({ callbackId }) => [`the shortcut ${callbackId}`, picked(callbackId)] as const),
]

/** Text entries: Slack does not deliver mentions in a channel without the bot. */
const TEXT_ENTRIES: readonly (readonly [string, Enter])[] = [
  [
    'a mention',
    async (person, channel) => (await bot.workspace.write(person, channel, '@bot 07417119014')).answers,
  ],
  [
    'a direct message',
    async (person) => {
      const own = await bot.workspace.openDirectMessage(person)
      return (await bot.workspace.write(person, own, '07417119014')).answers
    },
  ],
]

/** A reply in a modal, as text. */
async function shown(view: Promise<ShownView | undefined>): Promise<readonly Answer[]> {
  return [{ visibility: 'asker', text: readView(await view, bot.workspace) }]
}

const HOME: ShownView = { id: 'VHOME', type: 'home', callbackId: '', blocks: [] }

/** The entries outside channels. */
const VIEW_ENTRIES: readonly (readonly [string, Enter])[] = [
  ['the App Home', (person) => shown(bot.workspace.openHome(person))],
  ...[...ACTIONS.map(({ name }) => name), SEARCH_CUSTOMER, 'open_the_safe'].map(
    (action) =>
      [
        `${action} in the App Home`,
        (person: string) =>
          shown(bot.workspace.actInView(person, HOME, { action, value: '1' }, { typed: 'x' })),
      ] as const,
  ),
  [
    'a question in a window that nobody asked',
    async (person) => {
      const window = await bot.workspace.openShortcut(person, 'lookup_customer')
      const asked = { ...(window ?? HOME), callbackId: `question:${'0'.repeat(32)}` }
      return await shown(bot.workspace.submit(person, asked, ''))
    },
  ],
  ...GLOBAL_SHORTCUTS.map(
    ({ callbackId }) =>
      [
        `the shortcut ${callbackId}`,
        async (person: string) => {
          const window = await bot.workspace.openShortcut(person, callbackId)
          // Some refuse when opened, so there is nothing to submit.
          if (window?.submit === undefined) {
            const refused = () => bot.workspace.shownWindow(window?.id ?? '')
            await vi.waitFor(
              () => expect(readView(refused(), bot.workspace)).not.toContain('One moment'),
              45_000,
            )
            return await shown(Promise.resolve(refused()))
          }
          return await shown(bot.workspace.submit(person, window, '07417119014'))
        },
      ] as const,
  ),
]

/** Everything the bot stores, except the audit and Slack's answers about people, as one number to compare. */
async function readEverything(): Promise<string> {
  const collections = await bot.models.connection.listCollections()
  const names = collections
    .map(({ name }) => name)
    .filter((name) => name !== 'audit' && name !== 'colleagues')
  const documents = await Promise.all(
    names.sort().map((name) => bot.models.connection.collection(name).find().sort({ _id: 1 }).toArray()),
  )
  return createHash('sha256').update(JSON.stringify(documents)).digest('hex')
}

const lastAudit = async () =>
  (await bot.models.audit.collection.find().sort({ _id: -1 }).limit(1).toArray())[0]

const STRANGERS = [
  ['a guest of several channels', 'guest'],
  ['a guest of one channel', 'single_channel_guest'],
  ['a stranger', 'stranger'],
  ['somebody of another organisation', 'of_another_organisation'],
  ['somebody whose account was closed', 'deactivated'],
] as const

describe.each(STRANGERS)('%s', (_, role) => {
  let before: string
  beforeAll(async () => {
    await open()
    await bot.workspace.changeRole('ravi', role)
    before = await readEverything()
  })
  afterAll(() => bot.stop())

  it.each([...ENTRIES, ...TEXT_ENTRIES, ...VIEW_ENTRIES])(
    'gets nothing by %s, admin or not, and it is in the audit',
    async (_name, enter) => {
      const answers = await enter('ravi', 'customers')

      expect(answers).toMatchObject([{ visibility: 'asker' }])
      expect(answers[0]?.text).toContain(headlineOf(describeNotForGuests()))
      expect(await lastAudit()).toMatchObject({ outcome: 'refused', why: 'guest' })
    },
  )

  it('has changed nothing by any of them', async () => {
    expect(await readEverything()).toBe(before)
  })
})

describe('a channel the bot is not in', () => {
  let before: string
  beforeAll(async () => {
    await open()
    before = await readEverything()
  })
  afterAll(() => bot.stop())

  it.each(ENTRIES)('lets nobody in by %s', async (_name, enter) => {
    const answers = await enter('ravi', 'gossip')

    expect(answers).toMatchObject([{ visibility: 'asker' }])
    expect(answers[0]?.text).toContain('/invite')
    expect(await lastAudit()).toMatchObject({ outcome: 'refused', why: 'not_in_channel' })
  })

  it('is changed by none of them', async () => {
    expect(await readEverything()).toBe(before)
  })
})

describe('the doors', () => {
  const folder = new URL('../../src/slack/', import.meta.url)
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  )
  const registered = sources.flatMap((file) =>
    [
      ...readFileSync(new URL(file, folder), 'utf8').matchAll(
        /\bapp\.(action|command|event|function|message|options|shortcut|step|view)\b/g,
      ),
    ].map(([, kind]) => kind),
  )

  it('are those these tables go through, and events that show nothing or whose sharer is looked at first', () => {
    expect(registered.sort()).toEqual([
      'action',
      'command',
      // file_shared, app_home_opened, member_joined_channel, member_left_channel, user_change; app_mention
      // and message, which get replies
      'event',
      'event',
      'event',
      'event',
      'event',
      'event',
      'event',
      // The message shortcuts and the global one.
      'shortcut',
      'shortcut',
      // The modals for search, questions, columns and a file to preview.
      'view',
      'view',
      'view',
      'view',
    ])
  })

  it('all lead through the one that asks who comes in', () => {
    const handlers = sources.filter((file) => file.endsWith('-handler.ts'))
    const without = handlers.filter(
      (file) => !/\bauthorize\(/.test(readFileSync(new URL(file, folder), 'utf8')),
    )

    expect(handlers.length).toBeGreaterThan(2)
    expect(without).toEqual([])
  })
})
