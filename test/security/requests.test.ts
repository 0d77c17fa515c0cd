import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ACTIONS } from '../../commands/actions/actions.ts'
import { signRequest } from '../../dev/slack/slack-signature.ts'
import { type PlayedBot, playWorkspace } from '../support/play-workspace.ts'

let bot: PlayedBot
beforeAll(async () => {
  bot = await playWorkspace()
  await bot.workspace.waitForReceipt(await bot.share('asha', 'a.csv', 'phone,name\n07417119014,Kushal\n'))
})
afterAll(() => bot.stop())

const post = (body: string, contentType = 'application/json', secret = bot.workspace.signingSecret) =>
  fetch(`${bot.address}/slack/events`, {
    method: 'POST',
    headers: { 'content-type': contentType, ...signRequest(secret, body) },
    body,
  })

const form = (payload: object) => `payload=${encodeURIComponent(JSON.stringify(payload))}`

describe('a request', () => {
  it.each([
    ['no JSON', '{"type":', 'application/json', 400],
    ['no event', '{}', 'application/json', 404],
    ['a list', '[]', 'application/json', 400],
    ['null', 'null', 'application/json', 400],
    ['a number', '1', 'application/json', 400],
    ['a text', '"x"', 'application/json', 400],
    ['null as a payload', 'payload=null', 'application/x-www-form-urlencoded', 400],
    ['a list as a payload', 'payload=%5B%5D', 'application/x-www-form-urlencoded', 400],
    ['nothing as a form', '', 'application/x-www-form-urlencoded', 404],
    [
      'a polluted prototype',
      '{"__proto__":{"isAdmin":true},"type":"event_callback"}',
      'application/json',
      404,
    ],
    ['a broken payload', 'payload=%7B', 'application/x-www-form-urlencoded', 400],
    [
      'an unknown type',
      form({ type: 'nonsense', user: { id: 'U1' } }),
      'application/x-www-form-urlencoded',
      404,
    ],
    [
      'an unknown window',
      form({
        type: 'view_submission',
        user: { id: 'U1' },
        view: { id: 'V1', type: 'modal', callback_id: 'x' },
      }),
      'application/x-www-form-urlencoded',
      404,
    ],
  ])(
    'that is signed and holds %s changes nothing, and is refused at once',
    async (_, body, contentType, status) => {
      // Bolt itself would wait three seconds for an acknowledgement, each time.
      let quickest = Number.POSITIVE_INFINITY
      for (let tries = 0; tries < 5 && quickest > 2_500; tries += 1) {
        const began = performance.now()
        const response = await post(body, contentType)
        quickest = Math.min(quickest, performance.now() - began)
        expect(response.status).toBe(status)
      }
      expect(quickest).toBeLessThan(2_500)

      expect(Reflect.get({}, 'isAdmin')).toBeUndefined()
      expect(await bot.models.fileUploads.collection.countDocuments()).toBe(1)
      expect((await fetch(`${bot.address}/healthz`)).status).toBe(200)
    },
  )

  it.each([
    ['user_id', { user_id: { $ne: 1 } }],
    ['file_id', { file_id: { $gt: '' } }],
    ['channel_id', { channel_id: ['C1'] }],
    ['event_ts', { event_ts: 1_700_000_000 }],
    ['user_id missing', { user_id: undefined }],
  ])('that is signed and has no string where an id is expected stores nothing: %s', async (_, over) => {
    const event = {
      type: 'file_shared',
      file_id: 'F0123456',
      user_id: bot.workspace.userId('asha'),
      channel_id: bot.workspace.channelId('customers'),
      event_ts: '1700000000.000100',
      ...over,
    }

    const { status } = await post(
      JSON.stringify({ type: 'event_callback', team_id: bot.workspace.teamId, event }),
    )

    expect([200, 400]).toContain(status)
    expect(await bot.models.fileUploads.collection.countDocuments()).toBe(1)
  })

  it.each([
    ['team_id', { team_id: { $ne: 1 }, event: { type: 'app_home_opened', user: 'U1', tab: 'home' } }],
    ['the user of a page', { event: { type: 'app_home_opened', user: { id: { $ne: 1 } }, tab: 'home' } }],
    ['a person who changed', { event: { type: 'user_change', user: { id: { $ne: 1 } } } }],
    ['a list of events', { event: [] }],
    ...[
      'app_mention',
      'message',
      'app_home_opened',
      'member_joined_channel',
      'member_left_channel',
      'file_shared',
    ].flatMap((type) =>
      ['user', 'channel', 'text', 'ts', 'thread_ts'].map((field): [string, object] => [
        `${field} of ${type}`,
        { event: { type, channel_type: 'im', tab: 'home', text: 'hi', [field]: { id: 'U1', $ne: 1 } } },
      ]),
    ),
  ])('of an event with something else in place of a string is refused: %s', async (_, body) => {
    expect((await post(JSON.stringify({ type: 'event_callback', ...body }))).status).toBe(400)
  })

  it.each([
    ['a user', { user: { id: { $ne: 1 } } }],
    ['a team', { team: { id: ['T1'] } }],
    ['a channel', { channel: { id: { $gt: '' } } }],
    ['a value', { actions: [{ action_id: 'undo_confirm', value: { $ne: 1 } }] }],
    ['a name of an action', { actions: [{ action_id: { $ne: 1 }, value: '1' }] }],
    ['a choice', { actions: [{ action_id: 'choose_phone_column', selected_option: { value: ['1'] } }] }],
    ['a window', { view: { id: { $ne: 1 }, type: 'modal' } }],
    [
      'a choice in a window',
      {
        view: {
          id: 'V1',
          type: 'modal',
          state: { values: { choice: { one: { selected_option: { value: ['1'] } } } } },
        },
      },
    ],
  ])('that presses a button with something else in place of a string is refused: %s', async (_, over) => {
    const pressed = {
      type: 'block_actions',
      team: { id: bot.workspace.teamId },
      user: { id: bot.workspace.userId('asha') },
      channel: { id: bot.workspace.channelId('customers') },
      actions: [{ action_id: 'undo_confirm', value: '1' }],
      ...over,
    }

    expect((await post(form(pressed), 'application/x-www-form-urlencoded')).status).toBe(400)
    expect(await bot.upload(1)).toMatchObject({ status: 'done' })
  })

  it('that types a command in whose form an id stands twice is refused', async () => {
    const body = 'command=%2Fcustomer&text=help&team_id=T1&channel_id=C1&user_id=U1&user_id=U2'

    expect((await post(body, 'application/x-www-form-urlencoded')).status).toBe(400)
  })

  it('sent again within the five minutes in which its signature is good does its work once', async () => {
    const { ts: _, ...share } = await bot.workspace.share(
      'asha',
      'customers',
      { name: 'b.csv', bytes: new TextEncoder().encode('phone\n9820098200\n') },
      { announce: false },
    )
    const event = {
      type: 'file_shared',
      file_id: share.fileId,
      user_id: share.user,
      channel_id: share.channel,
      event_ts: (share.sharedAt.getTime() / 1000).toFixed(6),
    }
    const body = JSON.stringify({ type: 'event_callback', team_id: bot.workspace.teamId, event })
    const headers = {
      'content-type': 'application/json',
      ...signRequest(bot.workspace.signingSecret, body),
    }

    for (let times = 0; times < 3; times += 1)
      await fetch(`${bot.address}/slack/events`, { method: 'POST', headers, body })

    expect(await bot.models.fileUploads.collection.countDocuments({ 'source.file_id': share.fileId })).toBe(1)
  })
})

describe('a button', () => {
  const everything = ACTIONS.map(({ name }) => name)
  beforeEach(() => {
    expect(everything.length).toBeGreaterThan(3)
  })

  it.each(everything)('%s pressed in a channel the bot is not in does nothing', async (action) => {
    const { answers } = await bot.workspace.act('ravi', 'gossip', { action, value: '1' })

    expect(answers[0]?.text).toContain('/invite')
    expect(await bot.upload(1)).toMatchObject({ status: 'done' })
  })

  it.each(everything)(
    '%s with a value nobody wrote is answered in words and does nothing',
    async (action) => {
      for (const value of ['', '99999', '{"$gt":0}', '__proto__', '1:1:1:1; drop', 'x'.repeat(2_000)]) {
        const { answers } = await bot.workspace.act('ravi', 'customers', { action, value })

        expect(answers[0]?.text).toMatch(/\w/)
        expect(answers[0]?.text).not.toContain('Reference: ')
        expect(JSON.stringify(answers)).not.toContain('Kushal')
      }
      expect(await bot.upload(1)).toMatchObject({ status: 'done' })
      expect(await bot.models.customers.collection.countDocuments({ full_name: 'Kushal' })).toBe(1)
    },
  )

  it.each(everything)('%s with a value of another team finds nothing', async (action) => {
    const uploads = bot.models.fileUploads.collection
    await uploads.updateOne({ number: 1 }, { $set: { 'source.team': 'TOTHER' } })

    const { answers } = await bot.workspace.act('ravi', 'customers', { action, value: '1' })

    await uploads.updateOne({ number: 1 }, { $set: { 'source.team': bot.workspace.teamId } })
    expect(JSON.stringify(answers)).not.toMatch(/Kushal|74171/)
    expect(await bot.upload(1)).toMatchObject({ status: 'done' })
  })
})

describe('a window', () => {
  const submit = (callbackId: string, privateMetadata: string) =>
    bot.workspace.interact({
      type: 'view_submission',
      team: { id: bot.workspace.teamId, domain: 'sahara-loans' },
      user: { id: bot.workspace.userId('ravi'), name: 'ravi' },
      trigger_id: '1.2',
      view: {
        id: 'V1',
        type: 'modal',
        callback_id: callbackId,
        private_metadata: privateMetadata,
        state: { values: {} },
      },
    })

  it.each([
    ['an upload and somebody else', JSON.stringify({ upload: 1, user: 'UADMIN', channel: 'COTHER' })],
    ['a polluted prototype', '{"__proto__":{"isAdmin":true}}'],
    ['a command of the database', '{"$gt":""}'],
    ['no JSON', '{'],
    ['as much as fits', 'x'.repeat(3_000)],
  ])('sent with private_metadata that hold %s changes nothing', async (_, privateMetadata) => {
    const { customers, fileUploads } = bot.models
    const read = async () =>
      JSON.stringify([
        await customers.collection.find().toArray(),
        await fileUploads.collection.find().sort({ number: 1 }).toArray(),
      ])
    const before = await read()

    for (const callbackId of ['forget_confirm', 'undo_confirm', 'nobody_knows'])
      await submit(callbackId, privateMetadata)

    expect(await read()).toBe(before)
    expect(Reflect.get({}, 'isAdmin')).toBeUndefined()
    expect((await fetch(`${bot.address}/healthz`)).status).toBe(200)
  })

  it('is never told by what it carries who may do what: nothing of ours reads private_metadata', () => {
    const root = new URL('../../', import.meta.url)
    const files = ['src', 'commands'].flatMap((folder) =>
      readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith('.ts'))
        .map((path) => `${folder}/${path}`),
    )

    expect(files.length).toBeGreaterThan(100)
    expect(
      files.filter((file) => readFileSync(new URL(file, root), 'utf8').includes('private_metadata')),
    ).toEqual([])
  })
})

// Last, because it leaves a broken connection.
describe('a request', () => {
  it('that is far too large is refused, also with a good signature, and the bot lives on', async () => {
    const body = JSON.stringify({ type: 'event_callback', padding: 'x'.repeat(2 * 1024 * 1024) })

    // Cut off while it is sent, or answered with an error.
    const status = await post(body).then(
      (response) => response.status,
      () => 'cut',
    )

    expect(['cut', 400, 401, 413, 500]).toContain(status)
    // The broken connection may be reused once for the next request.
    const isAlive = () =>
      fetch(`${bot.address}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      )
    await expect.poll(isAlive).toBe(true)
  })
})
