import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { showMessage } from '../../../dev/slack/show-message.ts'
import { createShareLister } from '../../../src/slack/files/share-lister.ts'
import { createGreeter } from '../../../src/slack/messages/greeter.ts'
import { createWebClient } from '../../../src/slack/transport/slack-call.ts'
import { createGreetingStore } from '../../../src/stores/greeting-store.ts'
import { type PlayedBot, playWorkspace } from '../../support/play-workspace.ts'

let bot: PlayedBot
beforeEach(async () => {
  bot = await playWorkspace()
})
afterEach(() => bot.stop())

/** The bot's messages in #gossip. */
async function answer() {
  const messages = await bot.workspace.messages('gossip')
  return messages.filter(({ user }) => user === bot.workspace.botUserId)
}

async function waitUntilGreeted() {
  await expect
    .poll(async () => (await bot.models.greetings.findById(gossip()).lean())?.sent_at, { timeout: 45_000 })
    .toBeInstanceOf(Date)
}

const gossip = () => bot.workspace.channelId('gossip')

/** Another process with the same database. */
function anotherGreeter() {
  const client = createWebClient(bot.workspace.token, bot.workspace.apiUrl, undefined)
  const store = createGreetingStore({ models: bot.models })
  return createGreeter({ client, apiUrl: bot.workspace.apiUrl, store, pauseMs: 500 })
}

describe('the example file', () => {
  it.each([
    { DEFAULT_REGION: 'IN' },
    { DEFAULT_REGION: 'US', DATE_ORDER: 'month_first', LOCALE: 'en-US' },
    { DEFAULT_REGION: 'DE', LOCALE: 'de-DE', FALLBACK_ENCODING: 'utf-16le' },
  ] as Record<string, string>[])(
    'can be downloaded and shared as it is, and every row of it is good, where %j',
    async (settings) => {
      const abroad = await playWorkspace(settings)
      try {
        const { workspace } = abroad
        await workspace.inviteBot('asha', 'gossip')
        const findFile = async () =>
          (await workspace.messages('gossip')).flatMap(({ files = [] }) => files)[0]?.id
        await expect.poll(findFile, { timeout: 45_000 }).toBeDefined()
        const file = await workspace.readBytes((await findFile()) ?? '')
        const share = await abroad.share('asha', 'example-customers.csv', file ?? '')

        expect((await workspace.waitForReceipt(share)).text.split('\n')).toEqual([
          expect.stringMatching(/: 2 of 2 rows imported in .* s: 2 new customers\.$/),
          expect.stringMatching(/^Read as: phone Phone; name Name; /),
          'Rows 2, Created 2, Updated 0, Unchanged 0, Duplicates 0, Invalid 0, Blank 0',
        ])
      } finally {
        await abroad.stop()
      }
    },
  )
})

describe('the first time the bot is invited to a channel', () => {
  it('it says in three lines what it does, with an example file, and does not import that', async () => {
    await bot.workspace.inviteBot('asha', 'gossip')
    await waitUntilGreeted()

    const [greeting, ...others] = await answer()
    expect(others).toEqual([])
    expect(
      showMessage(greeting ?? { text: '' }, { nameOf: (id) => id, timeZone: 'UTC' }).split('\n'),
    ).toHaveLength(3)
    expect(JSON.stringify(greeting?.blocks)).toContain('CSV file or an Excel workbook')
    expect(greeting?.files).toMatchObject([{ name: 'example-customers.csv' }])
    expect(await bot.models.fileUploads.collection.countDocuments()).toBe(0)
  })

  it('its example is no missed share, however often shares are looked for', async () => {
    await bot.workspace.inviteBot('asha', 'gossip')
    await waitUntilGreeted()
    const client = createWebClient(bot.workspace.token, bot.workspace.apiUrl, undefined)
    const look = async (botUserId: string | undefined) =>
      await createShareLister({ client, botUserId: () => botUserId }).listShares(
        new Set([gossip()]),
        new Date(0),
      )

    expect(await look(bot.workspace.botUserId)).toEqual([])
    // Only the bot's own files are left out.
    expect(await look(undefined)).toHaveLength(1)
  })

  it('is once, however often and to however many processes Slack says so', async () => {
    await bot.workspace.inviteBot('asha', 'gossip')
    const others = [anotherGreeter(), anotherGreeter()]
    await Promise.all([
      bot.workspace.announceJoined('gossip'),
      ...others.map((greeter) => greeter.greet(gossip())),
      bot.workspace.announceJoined('gossip'),
    ])
    await waitUntilGreeted()
    await bot.workspace.announceJoined('gossip')
    await others[0]?.greetRest()

    expect(await answer()).toHaveLength(1)
  })

  it('is not when somebody else comes', async () => {
    await bot.workspace.announceJoined('gossip', bot.workspace.userId('ravi'))
    await bot.workspace.announceJoined('customers', bot.workspace.userId('ravi'))
    await bot
      .share('asha', 'a.csv', 'phone\n07417119014\n')
      .then((share) => bot.workspace.waitForReceipt(share))

    expect(await bot.models.greetings.countDocuments()).toBe(0)
  })

  it.each([
    ['before it sent anything', false],
    ['after it was sent, and before that was written down', true],
  ])('is said by another process where the first died %s, and still once', async (_, isSent) => {
    let isDead = false
    // Dies at its last call, before or after it was executed; later calls fail.
    const revive = bot.workspace.use(async (call, next) => {
      if (isDead) throw new Error('dead')
      if (!call.path.startsWith('/api/files.completeUploadExternal')) return await next(call)
      if (isSent) await next(call)
      isDead = true
      throw new Error('dead')
    })
    await bot.workspace.inviteBot('asha', 'gossip')
    await expect.poll(() => isDead).toBe(true)
    revive()
    await bot.models.greetings.updateOne({ _id: gossip() }, { $set: { claimed_until: new Date(0) } })

    await expect
      .poll(async () => {
        await anotherGreeter().greetRest()
        return (await answer()).length
      })
      .toBe(1)
    await waitUntilGreeted()
    expect(await answer()).toHaveLength(1)
  })

  it('is said without the file where Slack takes none from the bot', async () => {
    bot.workspace.use(async (call, next) =>
      call.path.startsWith('/api/files.getUploadURLExternal')
        ? Response.json({ ok: false, error: 'missing_scope' })
        : await next(call),
    )

    await bot.workspace.inviteBot('asha', 'gossip')

    await expect.poll(async () => (await answer()).length).toBe(1)
    expect((await answer())[0]?.files ?? []).toEqual([])
    await bot.workspace.announceJoined('gossip')
    expect(await answer()).toHaveLength(1)
  })
})
