import type { WebClient } from '@slack/web-api'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { ACTIONS } from '../../commands/actions/actions.ts'
import { SHORTCUTS } from '../../commands/home/shortcuts.ts'
import { COMMANDS } from '../../commands/index.ts'
import type { Answer } from '../../dev/workspace/response-urls.ts'
import { createChannels } from '../../src/slack/access/channels.ts'
import { describeNoSharedChannel } from '../../src/slack/access/view-refusals.ts'
import { headlineOf } from '../support/headline.ts'
import { type PlayedBot, playWorkspace } from '../support/play-workspace.ts'

let bot: PlayedBot

type Enter = (person: string, channel: string) => Promise<{ readonly answers: readonly Answer[] }>

/** All channel requests, including later ones. */
const ENTRIES: readonly (readonly [string, Enter])[] = [
  ...COMMANDS.map(
    ({ name }) =>
      [
        name,
        (person: string, channel: string) => bot.workspace.command(person, channel, `${name} 07417119014`),
      ] as const,
  ),
  ...ACTIONS.map(
    ({ name }) =>
      [
        `the button ${name}`,
        (person: string, channel: string) => bot.workspace.act(person, channel, { action: name, value: '1' }),
      ] as const,
  ),
  ...SHORTCUTS.map(
    ({ callbackId }) =>
      [
        `the shortcut ${callbackId}`,
        (person: string, channel: string) =>
          bot.workspace.pickFromMenu(person, channel, callbackId, {
            ts: '1700000000.000100',
            files: [{ id: 'FNOBODYS', name: 'x.csv' }],
          }),
      ] as const,
  ),
]

const shareIn = (channel: string, name: string) =>
  bot.workspace.share('asha', channel, {
    name,
    bytes: new TextEncoder().encode('phone,name\n07417119014,Kushal\n'),
  })

const lastAudit = () => bot.models.audit.collection.findOne({}, { sort: { _id: -1 } })

describe('a channel with the bot that the person is not in', () => {
  beforeAll(async () => {
    bot = await playWorkspace((workspace) => ({ ADMINS: workspace.userId('ravi') }))
    await bot.workspace.waitForReceipt(await shareIn('customers', 'a.csv'))
    await bot.workspace.inviteBot('asha', 'gossip')
    await bot.workspace.leave('ravi', 'customers')
  }, 120_000)
  afterAll(() => bot.stop())

  it.each(ENTRIES)('has no answer to %s, an admin neither, and it is in the audit', async (_, enter) => {
    const { answers } = await enter('ravi', 'customers')

    expect(answers).toMatchObject([{ visibility: 'asker' }])
    expect(answers[0]?.text).toContain('I only answer members of this channel.')
    expect(answers[0]?.text).not.toContain('Kushal')
    expect(await bot.upload(1)).toMatchObject({ status: 'done' })
    expect(await lastAudit()).toMatchObject({ outcome: 'refused', why: 'not_in_channel' })
  })

  it('answers its members', async () => {
    const { answers } = await bot.workspace.command('asha', 'customers', '/customer 07417119014')

    expect(answers[0]?.text).toContain('Kushal')
  })
})

describe('somebody who leaves a channel', () => {
  let other: string
  beforeAll(async () => {
    bot = await playWorkspace()
    await bot.workspace.waitForReceipt(await shareIn('customers', 'a.csv'))
    other = await bot.addWorker()
  }, 120_000)
  afterAll(() => bot.stop())

  const connect = (address: string) => bot.workspace.connect(`${address}/slack/events`)
  const show = async () => (await bot.workspace.command('ravi', 'customers', '/uploads show 1')).answers

  it('gets nothing more from any process at once, when Slack tells one of them', async () => {
    for (const address of [other, bot.address]) {
      connect(address)
      expect((await show())[0]?.text).toContain('a.csv')
    }

    expect(await bot.workspace.leave('ravi', 'customers')).toMatchObject({ status: 200 })

    for (const address of [other, bot.address]) {
      connect(address)
      expect((await show())[0]?.text).toContain('I only answer members of this channel.')
    }
  })

  it('is not remembered where they never came to the bot', async () => {
    await bot.workspace.leave('meera', 'customers')

    expect(await bot.models.members.collection.findOne({ _id: bot.workspace.userId('meera') })).toBeNull()
  })
})

describe('where the channels of the bot are chosen', () => {
  beforeAll(async () => {
    bot = await playWorkspace((workspace) => ({ CHANNELS: workspace.channelId('customers') }))
    await bot.workspace.waitForReceipt(await shareIn('customers', 'a.csv'))
    await bot.workspace.inviteBot('asha', 'gossip')
  }, 120_000)
  afterAll(() => bot.stop())

  it.each(ENTRIES)(
    'another channel it was invited to has no answer to %s but a sentence',
    async (_, enter) => {
      const { answers } = await enter('asha', 'gossip')

      expect(answers).toMatchObject([{ visibility: 'asker' }])
      expect(answers[0]?.text).toContain('I do not work in this channel')
      expect(answers[0]?.text).toContain('CHANNELS')
      expect(await lastAudit()).toMatchObject({ outcome: 'refused', why: 'not_in_channel' })
    },
  )

  it('another channel is told so once, in place of what the bot does', async () => {
    const answer = async () =>
      (await bot.workspace.messages('gossip')).filter(({ user }) => user === bot.workspace.botUserId)
    await expect.poll(async () => (await answer()).length).toBe(1)
    await bot.workspace.inviteBot('asha', 'gossip').catch(() => undefined)

    expect((await answer()).map(({ text }) => text)).toEqual([
      expect.stringContaining('I do not work in this channel: I import nothing here and answer nothing.'),
    ])
  })

  it('a file of another channel is not imported, and its thread says so', async () => {
    const receipt = await bot.workspace.waitForReceipt(await shareIn('gossip', 'elsewhere.csv'))

    expect(receipt.text).toContain('the bot does not work in this channel')
    expect(await bot.models.fileUploads.collection.findOne({ 'file.name': 'elsewhere.csv' })).toMatchObject({
      status: 'failed',
      problem: { code: 'shared_elsewhere' },
    })
    expect(await bot.models.uploadRows.collection.countDocuments()).toBe(1)
  })

  it('a chosen channel works as ever, and so does a conversation with the bot for its members', async () => {
    for (const channel of ['customers', await bot.workspace.openDirectMessage('ravi')]) {
      const { answers } = await bot.workspace.command('ravi', channel, '/customer 07417119014')
      expect(answers[0]?.text).toContain('Kushal')
    }
  })

  it('a conversation with the bot is closed to who is in none of the chosen ones', async () => {
    await bot.workspace.leave('meera', 'customers')

    const channel = await bot.workspace.openDirectMessage('meera')
    const { answers } = await bot.workspace.command('meera', channel, '/customer 07417119014')

    expect(answers[0]?.text).toContain(headlineOf(describeNoSharedChannel()))
  })
})

describe('which channels a person shares with the bot', () => {
  let asked: string[]
  let channels: { bot: string[]; person: string[] }
  const client = {
    users: {
      async conversations({ user }: { user?: string }) {
        asked.push(user ?? 'bot')
        const ids = user === undefined ? channels.bot : channels.person
        return { ok: true, channels: ids.map((id) => ({ id })) }
      },
    },
  } as unknown as WebClient

  beforeEach(() => {
    asked = []
    channels = { bot: ['C1', 'C2'], person: ['C1', 'C3'] }
    vi.useFakeTimers()
  })
  afterEach(() => vi.useRealTimers())

  it('is asked of Slack once for many requests, and again after a minute', async () => {
    const memberChannels = createChannels(client)
    await Promise.all(Array.from({ length: 50 }, () => memberChannels.sharedWith('U1', 'C1')))
    expect(asked.sort()).toEqual(['U1', 'bot'])

    channels.person = []
    vi.advanceTimersByTime(59_000)
    expect([...(await memberChannels.sharedWith('U1', 'C1'))]).toEqual(['C1'])
    vi.advanceTimersByTime(2_000)
    expect([...(await memberChannels.sharedWith('U1', 'C1'))]).toEqual([])
  })

  it.each([
    ['joined a channel', () => channels.person.push('C2')],
    ['invited the bot to one', () => channels.bot.push('C3')],
  ])('is asked of Slack again soon where somebody %s and acts there', async (_, change) => {
    const botChannels = createChannels(client)
    const [expected = ''] = ['joined a channel'].includes(_) ? ['C2'] : ['C3']
    expect([...(await botChannels.sharedWith('U1', expected))]).toEqual(['C1'])
    change()

    vi.advanceTimersByTime(2_100)

    expect(await botChannels.sharedWith('U1', expected)).toContain(expected)
  })

  it('are those that were chosen, where some were', async () => {
    expect([...(await createChannels(client, new Set(['C2'])).sharedWith('U1'))]).toEqual([])
    expect([...(await createChannels(client, new Set(['C1'])).sharedWith('U1'))]).toEqual(['C1'])
  })
})
