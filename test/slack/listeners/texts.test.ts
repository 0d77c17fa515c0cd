import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findPastedList } from '../../../commands/text/pasted-list.ts'
import { createCollectingLog } from '../../support/collecting-log.ts'
import { type PlayedBot, playWorkspace } from '../../support/play-workspace.ts'

const log = createCollectingLog()
let bot: PlayedBot
let direct: string
beforeAll(async () => {
  bot = await playWorkspace({}, log)
  direct = await bot.workspace.openDirectMessage('asha')
  await bot.workspace.waitForReceipt(
    await bot.share('asha', 'list.csv', 'Phone,Name,City\n7417119014,Kushal Sharma,Pune\n'),
  )
})
afterAll(() => bot.stop())

const mention = async (text: string, thread?: string) =>
  (await bot.workspace.write('asha', 'customers', text, thread === undefined ? {} : { thread })).answers
const write = async (text: string) => (await bot.workspace.write('asha', direct, text)).answers

const ASKED = [
  ['7417119014', 'Kushal Sharma'],
  ['kushal sharma', 'Kushal Sharma'],
  ['/customer 7417119014', 'Kushal Sharma'],
  ['customer history 7417119014', 'list.csv'],
  ['recent', 'list.csv'],
  ['show 1', 'list.csv'],
  ['#1', 'list.csv'],
  ['help', 'What would you like to know?'],
  ['', 'What would you like to know?'],
  ['compare last', 'no earlier upload'],
] as const

describe('somebody who mentions the bot in a channel', () => {
  it.each(ASKED)('is answered, and nobody else reads it: %s', async (text, words) => {
    const before = await bot.workspace.messages('customers')

    const answers = await mention(`@bot ${text}`)

    expect(answers).toHaveLength(1)
    expect(answers[0]?.text).toContain(words)
    const after = await bot.workspace.messages('customers')
    expect(after.filter(({ user }) => user === bot.workspace.botUserId)).toHaveLength(
      before.filter(({ user }) => user === bot.workspace.botUserId).length,
    )
  })

  it('may name it behind what they ask, and is answered in the thread they ask in', async () => {
    const [receipt] = await bot.workspace.messages('customers')
    if (!receipt) throw new Error('no message')

    const answers = await mention('7417119014 @bot', receipt.ts)

    expect(answers).toMatchObject([{ thread: receipt.ts }])
    expect(answers[0]?.text).toContain('Kushal Sharma')
  })

  it('is answered once where Slack tells of it twice', async () => {
    const payload = {
      type: 'event_callback',
      event_id: 'Ev1',
      team_id: bot.workspace.teamId,
      event: {
        type: 'app_mention',
        user: bot.workspace.userId('ravi'),
        channel: bot.workspace.channelId('customers'),
        text: `<@${bot.workspace.botUserId}> help`,
        ts: '1800000000.000100',
      },
    }
    const asked = () =>
      bot.models.audit.collection.countDocuments({ user: bot.workspace.userId('ravi'), name: 'app_mention' })
    await bot.workspace.deliver(payload)
    await bot.workspace.deliver(payload)

    await expect.poll(asked).toBe(1)
  })
})

it.each([
  ['a mention', async (text: string) => await mention(`@bot ${text}`)],
  ['a direct message', write],
])('asks before an undo by %s, also if Slack refuses to show its progress', async (_, ask) => {
  const setRows = (rows: number) =>
    bot.models.fileUploads.collection.updateOne({ number: 1 }, { $set: { 'counts.rows': rows } })
  let refused = 0
  const restore = bot.workspace.use(async (call, next) => {
    if (!call.body.includes('Counting')) return await next(call)
    refused += 1
    return Response.json({ ok: false, error: 'restricted_action' })
  })
  await setRows(5_000)
  try {
    const answers = await ask('undo 1')

    expect(answers.at(-1)?.text).toContain('Undo')
    expect(refused).toBeGreaterThan(0)
  } finally {
    restore()
    await setRows(1)
  }
})

describe('somebody who writes to the bot', () => {
  it.each(ASKED.filter(([text]) => text !== ''))('is answered there: %s', async (text, words) => {
    const answers = await write(text)

    expect(answers).toHaveLength(1)
    expect(answers[0]?.text).toContain(words)
  })

  it('gets no answer to what the bot itself wrote, nor to an edit, nor beside a file', async () => {
    const about = { channel: direct, channel_type: 'im', ts: '1800000001.000100', text: 'help' }
    const user = bot.workspace.userId('asha')
    const before = (await bot.workspace.messages(direct)).length
    for (const event of [
      { ...about, user: bot.workspace.botUserId, bot_id: 'B1' },
      { ...about, user, subtype: 'message_changed' },
      { ...about, user, files: [{ id: 'F1' }] },
      { ...about, user, channel: bot.workspace.channelId('customers'), channel_type: 'channel' },
    ])
      await bot.workspace.deliver({
        type: 'event_callback',
        event_id: 'Ev2',
        team_id: bot.workspace.teamId,
        event: { type: 'message', ...event },
      })
    // A later message is answered, so these were handled before.
    await write('recent')

    expect(await bot.workspace.messages(direct)).toHaveLength(before + 2)
  })

  it.each([
    ['a link', 'here <https://docs.google.com/spreadsheets/d/1AbC/edit#gid=0|our list>', 'Download'],
    ['rows', 'Kushal\t7417119014\tPune\nMeena\t9000000101\tGoa', 'share them as a file'],
  ])('is told how to share a list that comes as %s', async (_, text, words) => {
    for (const answers of [await write(text), await mention(`@bot ${text}`)])
      expect(answers[0]?.text).toContain(words)
    expect(await bot.models.fileUploads.collection.countDocuments()).toBe(1)
  })

  it('leaves what they wrote neither in the database nor in the log', async () => {
    await write('a secret 9812345670')
    await mention('@bot a secret 9812345670')

    const names = (await bot.models.connection.listCollections()).map(({ name }) => name)
    for (const name of names) {
      const stored = await bot.models.connection.collection(name).find().toArray()
      expect(JSON.stringify(stored), name).not.toMatch(/secret|9812345670/)
    }
    expect(JSON.stringify(log.lines)).not.toMatch(/secret|9812345670/)
  })
})

describe('a guest, and who shares no channel with the bot', () => {
  it('gets no customer by a mention or a message', async () => {
    const own = await bot.workspace.openDirectMessage('ravi')
    await bot.workspace.changeRole('ravi', 'guest')

    for (const channel of ['customers', own]) {
      const { answers } = await bot.workspace.write('ravi', channel, '@bot 7417119014')
      expect(answers[0]?.text).toContain('not guests')
      expect(JSON.stringify(answers)).not.toContain('Kushal')
    }
  })

  it('gets none by a message where they left the last channel', async () => {
    const own = await bot.workspace.openDirectMessage('meera')
    await bot.workspace.leave('meera', 'customers')

    const { answers } = await bot.workspace.write('meera', own, '7417119014')

    expect(answers[0]?.text).toContain('one of my channels')
    expect(JSON.stringify(answers)).not.toContain('Kushal')
  })
})

describe('a list in a message', () => {
  it.each([
    ['https://docs.google.com/spreadsheets/d/1x/edit', 'link'],
    ['<https://acme.sharepoint.com/:x:/s/list|list.xlsx>', 'link'],
    ['https://www.dropbox.com/s/abc/list.csv?dl=0', 'link'],
    ['Kushal,7417119014\nMeena,9000000101', 'rows'],
    ['7417119014\n9000000101\n9000000102', 'rows'],
    ['Name | Phone\nKushal | 7417119014', 'rows'],
    ['7417119014', undefined],
    ['sharma, pune', undefined],
    ['who is\nKushal Sharma', undefined],
    ['https://docs.example.com/page', undefined],
    ['history 7417119014', undefined],
  ])('%j is %s', (text, expected) => {
    expect(findPastedList(text)).toBe(expected)
  })
})
