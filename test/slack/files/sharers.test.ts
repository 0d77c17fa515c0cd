import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { FileUpload } from '../../../models/index.ts'
import { createShareLister } from '../../../src/slack/files/share-lister.ts'
import { createWebClient } from '../../../src/slack/transport/slack-call.ts'
import { type PlayedBot, playWorkspace } from '../../support/play-workspace.ts'
import { collectWritten, stringsIn, type Written } from '../../support/written-messages.ts'

const LIST = 'Phone,Name\n7417119014,Kushal Sharma\n'
const WITH_A_BAD_ROW = `${LIST}12,Nobody\n`
const LONG = { timeout: 45_000 }

/** Nothing is queued or in progress. */
async function finish(bot: PlayedBot): Promise<FileUpload[]> {
  await expect
    .poll(
      () => bot.models.fileUploads.collection.countDocuments({ status: { $in: ['queued', 'running'] } }),
      LONG,
    )
    .toBe(0)
  return await bot.models.fileUploads.collection.find<FileUpload>({}).sort({ number: 1 }).toArray()
}

describe('who shares a file', () => {
  let bot: PlayedBot
  beforeAll(async () => {
    bot = await playWorkspace()
  })
  beforeEach(async () => {
    await bot.models.fileUploads.collection.deleteMany({})
  })
  afterAll(() => bot.stop())

  it('is the person who forwards it, not the one it belongs to', async () => {
    const file = { name: 'list.csv', bytes: new TextEncoder().encode(LIST) }
    const sharedAt = new Date(Date.now() - 60_000)
    const share = await bot.workspace.share('asha', 'customers', file, { sharedAt })
    await bot.workspace.waitForReceipt(share)

    const forwarded = await bot.workspace.forward('ravi', 'customers', share.fileId)
    await bot.workspace.waitForReceipt(forwarded)

    const uploads = await finish(bot)
    expect(uploads.map(({ source }) => source.user)).toEqual([
      bot.workspace.userId('asha'),
      bot.workspace.userId('ravi'),
    ])
    expect(uploads.map(({ status }) => status)).toEqual(['done', 'done'])
  })

  it('imports a file the bot made once a person shares it, and never the bot’s own post of it', async () => {
    const share = await bot.share('asha', 'rows.csv', WITH_A_BAD_ROW)
    const { id } = await bot.workspace.waitForFile(share)
    await bot.workspace.announce({ ...share, fileId: id, user: bot.workspace.botUserId })
    // As Slack reports a link to the file in another person's message: the only share is the bot's.
    await bot.workspace.announce({ ...share, fileId: id, sharedAt: new Date(Date.now() - 60_000) })
    expect(await finish(bot)).toHaveLength(1)

    const forwarded = await bot.workspace.forward('ravi', 'customers', id)
    await bot.workspace.waitForReceipt(forwarded)

    const uploads = await finish(bot)
    expect(uploads).toHaveLength(2)
    expect(uploads[1]).toMatchObject({ source: { user: bot.workspace.userId('ravi'), file_id: id } })
    expect(uploads[1]?.message).toBe(`${share.channel} ${id} ${forwarded.ts}`)
  })

  it('is not the bot, where the address of a file in a post of it shares that file', async () => {
    const { workspace } = bot
    const bytes = new TextEncoder().encode(LIST)
    const fileId = await workspace.upload('asha', { name: 'private.csv', bytes })
    const channel = workspace.channelId('customers')
    const call = async (method: string, args: Record<string, string>): Promise<string> => {
      const headers = { authorization: `Bearer ${workspace.token}` }
      const body = new URLSearchParams(args)
      return await (await fetch(workspace.apiUrl + method, { method: 'POST', headers, body })).text()
    }
    const post = { channel, text: `https://sahara.slack.com/files/U1ASHA/${fileId}/private.csv` }
    expect(await call('chat.postMessage', { ...post, unfurl_links: 'false' })).toContain('"ok":true')
    const readInfo = () => call('files.info', { file: fileId })
    await expect.poll(readInfo, LONG).not.toMatch(new RegExp(`file_not_found|${workspace.botUserId}`))

    await call('chat.postMessage', post)

    await expect.poll(readInfo, LONG).toContain(`"share_user_id":"${workspace.botUserId}"`)
    const share = { fileId, channel, ts: '1', sharedAt: new Date() }
    await workspace.announce({ ...share, user: workspace.botUserId })
    await workspace.announce({ ...share, user: workspace.userId('asha') })
    expect(await finish(bot)).toEqual([])
    const { listShares } = createShareLister({
      client: createWebClient(workspace.token, workspace.apiUrl, undefined),
      botUserId: () => workspace.botUserId,
    })
    const missed = await listShares(new Set([channel]), new Date(Date.now() - 60_000))
    expect(missed.filter((one) => one.fileId === fileId)).toEqual([])
  })

  it.each(['preview_file', 'import_file'])('is not the bot’s post picked by %s', async (callbackId) => {
    const share = await bot.share('asha', 'rows.csv', WITH_A_BAD_ROW)
    const { id, name } = await bot.workspace.waitForFile(share)
    const own = { ts: share.ts, user: bot.workspace.botUserId, files: [{ id, name, mode: 'hosted' }] }

    const { answers } = await bot.workspace.pickFromMenu('ravi', 'customers', callbackId, own)

    expect(answers).toHaveLength(1)
    expect(await finish(bot)).toHaveLength(1)
  })

  it('is of no interest in a channel the bot is not in', async () => {
    const share = await bot.workspace.share('asha', 'gossip', {
      name: 'list.csv',
      bytes: new TextEncoder().encode(LIST),
    })
    await bot.workspace.announce(share)

    expect(await finish(bot)).toEqual([])
    expect(await bot.workspace.thread(share)).toEqual([])
  })

  it('is refused where it is another app', async () => {
    await bot.workspace.changeRole('meera', 'bot')
    try {
      const share = await bot.share('meera', 'report.csv', LIST)
      await bot.workspace.waitForReceipt(share)

      const [upload] = await finish(bot)
      expect(upload).toMatchObject({ status: 'failed', problem: { code: 'shared_by_bot' } })
    } finally {
      await bot.workspace.changeRole('meera', 'member')
    }
  })
})

describe('a small file that nothing waits before', () => {
  it('costs at most two questions about the file, one post and no edit', async () => {
    const bot = await playWorkspace()
    const calls: string[] = []
    bot.workspace.use(async (call, next) => {
      if (call.headers.get('authorization') === `Bearer ${bot.workspace.token}`) calls.push(call.path)
      return await next(call)
    })
    try {
      await bot.workspace.waitForReceipt(await bot.share('asha', 'list.csv', LIST))
      await expect.poll(async () => (await bot.upload(1)).receipt.due, LONG).toBe(false)
      const count = (path: string) => calls.filter((one) => one.startsWith(path)).length

      expect(count('/api/files.info')).toBeLessThanOrEqual(2)
      expect(count('/api/chat.postMessage')).toBe(1)
      expect(count('/api/chat.update')).toBe(0)
    } finally {
      await bot.stop()
    }
  })
})

describe('an app named in BOT_SHARERS', () => {
  it.each([
    ['the user id', (bot: PlayedBot['workspace']) => bot.userId('meera')],
    ['the bot id', () => 'BOTHER001'],
  ])('has its files imported, named by %s', async (_, idOf) => {
    const bot = await playWorkspace((workspace) => ({ BOT_SHARERS: idOf(workspace) }))
    try {
      await bot.workspace.changeRole('meera', 'bot')
      await bot.workspace.waitForReceipt(await bot.share('meera', 'report.csv', LIST))

      expect((await finish(bot))[0]).toMatchObject({ status: 'done' })
    } finally {
      await bot.stop()
    }
  })
})

describe('a workspace whose payloads name another team', () => {
  let bot: PlayedBot
  let written: readonly Written[]
  beforeAll(async () => {
    bot = await playWorkspace({}, undefined, { payloadTeamId: 'TCONNECT1' })
    written = collectWritten(bot.workspace)
  })
  afterAll(() => bot.stop())

  it('previews the file a person asked to have previewed, and imports nothing', async () => {
    await bot.workspace.command('asha', 'customers', '/uploads preview')

    await bot.workspace.waitForReply(await bot.share('asha', 'list.csv', LIST))

    expect((await finish(bot))[0]).toMatchObject({ status: 'held', source: { team: bot.workspace.teamId } })
    expect(await bot.models.customers.collection.countDocuments()).toBe(0)
  })

  it('imports it when the button is pressed, also where its team was stored as the payload named it', async () => {
    const [held] = await finish(bot)
    if (!held) throw new Error('nothing is held')
    await bot.models.fileUploads.collection.updateOne(
      { _id: held._id },
      { $set: { 'source.team': 'TCONNECT1' } },
    )

    await bot.workspace.act('asha', 'customers', { action: 'approve_upload', value: String(held.number) })

    await expect.poll(async () => (await bot.upload(held.number)).status, LONG).toBe('done')
  })

  it('never posts the address of a file', async () => {
    await bot.workspace.command('asha', 'customers', '/uploads show 1')
    await bot.workspace.command('asha', 'customers', '/uploads digest')
    await bot.workspace.command('asha', 'customers', '/customer 7417119014')
    await bot.workspace.openHome('asha')

    const upload = await bot.upload(1)
    expect(upload.source).toMatchObject({ message_link: expect.stringMatching(/\/archives\/C\w+\/p\d+$/) })
    expect(written.length).toBeGreaterThan(4)
    for (const text of stringsIn(written)) expect(text).not.toMatch(/\/files\/|files\.slack\.com|slack-files/)
    const posts = written.filter(
      ({ by, rest }) => by === 'chat.postMessage' || rest.response_type !== undefined,
    )
    for (const { rest } of posts) {
      expect(String(rest.unfurl_links)).toBe('false')
      expect(String(rest.unfurl_media)).toBe('false')
    }
  })
})
