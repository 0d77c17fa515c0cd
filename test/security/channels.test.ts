import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeElsewhere } from '../../commands/access/reachable-upload.ts'
import { ACTIONS } from '../../commands/actions/actions.ts'
import { SEARCH_CUSTOMER } from '../../commands/home/home.ts'
import { onlyInChannels } from '../../commands/reply/action.ts'
import type { ShownView } from '../../dev/workspace/workspace.ts'
import type { FileUpload } from '../../models/index.ts'
import { describeInChannel, describeNoSharedChannel } from '../../src/slack/access/view-refusals.ts'
import { headlineOf } from '../support/headline.ts'
import { type PlayedBot, playWorkspace } from '../support/play-workspace.ts'
import { readView } from '../support/view-controls.ts'

let bot: PlayedBot
/** #1 was shared in #customers, with everybody except ravi and meera; #2 in #branch, with ravi. */
beforeAll(async () => {
  bot = await playWorkspace((workspace) => ({
    ADMINS: ['ravi', 'meera'].map((person) => workspace.userId(person)).join(),
  }))
  const { workspace } = bot
  await workspace.waitForReceipt(
    await bot.share('asha', 'secret.csv', 'phone,name\n07417119014,Kushal\n12,X\n'),
  )
  await workspace.inviteBot('asha', 'gossip')
  const bytes = new TextEncoder().encode('phone,name\n09000000101,Meena\n')
  await workspace.waitForReceipt(await workspace.share('ravi', 'gossip', { name: 'branch.csv', bytes }))
  await workspace.leave('ravi', 'customers')
  await workspace.leave('meera', 'customers')
  await workspace.leave('meera', 'gossip')
}, 120_000)
afterAll(() => bot.stop())

const HOME: ShownView = { id: 'VHOME', type: 'home', callbackId: '', blocks: [] }

async function press(person: string, action: string, value: string): Promise<string> {
  return readView(await bot.workspace.actInView(person, HOME, { action, value }), bot.workspace)
}

describe('the App Home of somebody', () => {
  it('shows files of channels that both are in, and nothing of others, also to an admin', async () => {
    const ravi = readView(await bot.workspace.openHome('ravi'), bot.workspace)
    const asha = readView(await bot.workspace.openHome('asha'), bot.workspace)

    expect(ravi).toContain('branch.csv')
    expect(ravi).toMatch(/Today: 1 .*, 1 /)
    expect(ravi).not.toContain('secret.csv')
    expect(asha).toContain('secret.csv')
    expect(asha).toContain('branch.csv')
  })

  it('who is in none of the channels with the bot says so, and holds nothing', async () => {
    const meera = readView(await bot.workspace.openHome('meera'), bot.workspace)

    expect(meera).toContain('/invite')
    expect(meera).not.toMatch(/\.csv by|Today|TIME_ZONE|\[/)
  })
})

describe('a button pressed outside of a channel', () => {
  it.each([
    ['open_view', 'upload:1'],
    ['pick_view', 'upload:1'],
    ['open_view', 'compare:2:1'],
    ['undo_ask', '1'],
    ['undo_confirm', '1'],
    ['send_failed_rows', '1'],
    ['send_comparison', '2:1'],
  ])('%s %s about a file of a channel the person is not in does nothing', async (action, value) => {
    const answer = await press('ravi', action, value)

    expect(answer).toContain(headlineOf(describeElsewhere()))
    expect(answer).not.toMatch(/secret|Kushal/)
    expect(await bot.upload(1)).toMatchObject({ status: 'done' })
  })

  it('does nothing about a file from a command line, which no channel was told of', async () => {
    const { _id, message, ...upload } = await bot.upload(1)
    await bot.models.fileUploads.collection.insertOne({
      ...upload,
      number: 99,
      source: { kind: 'cli', host: 'h', path: '/tmp/x.csv', user: 'root' },
    } as object)

    expect(await press('asha', 'open_view', 'upload:99')).toContain(headlineOf(describeElsewhere()))
    await bot.models.fileUploads.collection.deleteOne({ number: 99 })
  })

  const inChannels = ACTIONS.filter(({ scopeOf }) => scopeOf === onlyInChannels).map(({ name }) => name)
  it.each(inChannels)('%s is only done in a channel', async (action) => {
    expect(await press('asha', action, '1')).toContain(headlineOf(describeInChannel()))
  })

  const others = ACTIONS.filter(({ scopeOf }) => scopeOf !== onlyInChannels).map(({ name }) => name)
  it.each(others)('%s with a value nobody wrote is answered in words and does nothing', async (action) => {
    for (const value of ['', '99999', '{"$gt":0}', '__proto__', 'upload:', 'recent:', '1:1:1; drop']) {
      const answer = await press('ravi', action, value)

      expect(answer).toMatch(/\w/)
      expect(answer).not.toMatch(/Kushal|secret|unexpected/)
    }
    expect(await bot.upload(1)).toMatchObject({ status: 'done' })
  })

  it('shares nothing with a channel, whatever its value says', async () => {
    const customer = await bot.models.customers.collection.findOne({ full_name: 'Kushal' })

    expect(await press('asha', 'share_view', `customer:${customer?._id}`)).toContain(
      headlineOf(describeInChannel()),
    )
    for (const channel of ['customers', 'gossip'])
      expect(JSON.stringify(await bot.workspace.messages(channel))).not.toContain('Kushal')
  })
})

describe('a conversation with the bot alone', () => {
  const direct = (person: string) => bot.workspace.openDirectMessage(person)
  const SEARCH = '/customer 07417119014'

  it('is answered to people who are in a channel with the bot', async () => {
    const { answers } = await bot.workspace.command('ravi', await direct('ravi'), SEARCH)

    expect(answers).toMatchObject([{ visibility: 'asker', text: expect.stringContaining('Kushal') }])
  })

  it.each([SEARCH, '/customer forget 07417119014', '/uploads', '/uploads show 1', '/uploads export'])(
    'does not answer %s to somebody who is in none, an admin too, and it is in the audit',
    async (text) => {
      const { answers } = await bot.workspace.command('meera', await direct('meera'), text)

      expect(answers).toMatchObject([{ visibility: 'asker' }])
      expect(answers[0]?.text).toContain(headlineOf(describeNoSharedChannel()))
      expect(await bot.models.audit.collection.findOne({}, { sort: { _id: -1 } })).toMatchObject({
        user: bot.workspace.userId('meera'),
        outcome: 'refused',
        why: 'not_in_channel',
      })
    },
  )

  it.each(ACTIONS.map(({ name }) => name))('has no button %s for somebody who is in none', async (action) => {
    const { answers } = await bot.workspace.act('meera', await direct('meera'), { action, value: '1' })

    expect(answers[0]?.text).toContain(headlineOf(describeNoSharedChannel()))
    expect(await bot.upload(1)).toMatchObject({ status: 'done' })
  })

  it.each([
    ['does not import a file of somebody who is in none', 'meera', 'failed', 0],
    ['imports a file of somebody who is in one', 'ravi', 'done', 1],
  ] as const)('%s', async (_, person, status, customers) => {
    const name = `from-${person}.csv`
    const phone = person === 'ravi' ? '9820098201' : '9820098202'
    const bytes = new TextEncoder().encode(`phone,name\n${phone},Direct\n`)
    const channel = await direct(person)
    const share = await bot.workspace.share('asha', 'gossip', { name, bytes }, { announce: false })
    // The emulator has no files in such a conversation.
    const forget = bot.workspace.use(async (call, next) => {
      const answer = await next(call)
      if (call.path !== '/api/files.info') return answer
      const { file, ...rest }: { file: object } = JSON.parse(await answer.text())
      return Response.json({
        ...rest,
        file: { ...file, shares: { private: { [channel]: [{ ts: share.ts }] } } },
      })
    })
    await bot.workspace.announce({ ...share, user: bot.workspace.userId(person), channel })
    const find = () =>
      bot.models.fileUploads.collection.findOne<FileUpload>({ 'source.file_id': share.fileId })
    await expect.poll(async () => (await find())?.finished_at, { timeout: 45_000 }).toBeDefined()
    const upload = await find()
    expect(upload?.status).toBe(status)
    if (status === 'failed')
      expect(upload?.problem).toMatchObject({
        code: 'shared_without_room',
      })
    expect(await bot.models.customers.collection.countDocuments({ primary_phone: `+91${phone}` })).toBe(
      customers,
    )
    forget()
  })
})

describe('a search outside of a channel', () => {
  it('is answered to people who are in a channel with the bot, and to nobody else', async () => {
    const search = async (person: string) => {
      const view = await bot.workspace.actInView(
        person,
        { ...HOME, blocks: [{ type: 'input', block_id: 'search', element: { action_id: 'x' } }] },
        { action: SEARCH_CUSTOMER, value: '-' },
        { typed: '07417119014' },
      )
      return readView(view, bot.workspace)
    }

    expect(await search('ravi')).toContain('Kushal')
    expect(await search('meera')).toContain(headlineOf(describeNoSharedChannel()))
  })

  it('carries nothing that could be tampered with: what a view says about itself is not believed', async () => {
    const payload = {
      type: 'view_submission',
      team: { id: bot.workspace.teamId },
      user: { id: bot.workspace.userId('meera'), team_id: bot.workspace.teamId },
      view: {
        id: 'VMADEUP',
        type: 'modal',
        callback_id: 'lookup_customer',
        private_metadata: JSON.stringify({ user: bot.workspace.userId('asha'), channel: 'C1', admin: true }),
        state: {
          values: { search: { x: { type: 'plain_text_input', value: '07417119014' } }, __proto__: {} },
        },
      },
    }

    const { status, body } = await bot.workspace.interact(payload)

    expect(status).toBe(200)
    expect(body).not.toContain('Kushal')
    expect(await bot.models.audit.collection.findOne({}, { sort: { _id: -1 } })).toMatchObject({
      user: bot.workspace.userId('meera'),
    })
  })
})
