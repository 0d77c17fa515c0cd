import { mongo } from 'mongoose'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { type PlayedBot, playWorkspace } from '../../support/play-workspace.ts'

let bot: PlayedBot

beforeAll(async () => {
  bot = await playWorkspace()
})
afterAll(() => bot.stop())

const textsUnder = async (share: Awaited<ReturnType<PlayedBot['share']>>) =>
  (await bot.workspace.thread(share)).map(({ text }) => text)

/** Downloads wait until the returned function is called. */
function holdDownloads(): () => void {
  let letGo = () => {}
  const held = new Promise<void>((resolve) => {
    letGo = resolve
  })
  // A failure must not leave the bot at a held file for the next tests.
  onTestFinished(() => letGo())
  bot.workspace.use(async (call, next) => {
    if (!call.path.startsWith('/api/') && call.method === 'GET') await held
    return await next(call)
  })
  return () => letGo()
}

it('is said in the thread of whoever waits, which ends as the receipt; a picture waits unheard', async () => {
  const letGo = holdDownloads()
  const first = await bot.share('asha', 'first.csv', 'Phone\n07417119014\n')
  await expect.poll(async () => (await bot.upload(1).catch(() => undefined))?.status).toBe('running')

  const second = await bot.share('ravi', 'second.csv', 'Phone\n9820098200\n')
  const picture = await bot.share('ravi', 'team.png', Uint8Array.of(137, 80, 78, 71))
  // Events of two shares may arrive in either order: the place is counted from what is stored.
  await expect.poll(() => bot.models.fileUploads.countDocuments()).toBe(3)
  const third = await bot.share('meera', 'third.csv', 'Phone\n9820098201\n')

  await expect.poll(() => textsUnder(second)).toEqual([expect.stringMatching(/\b1\b/)])
  await expect.poll(async () => (await textsUnder(third))[0]).toMatch(/\b\d+\b/)
  expect(await textsUnder(picture)).toEqual([])
  // Each file is shown by its name, which no event contained, also while it waits. Events of shares can overtake each other.
  const named = async () =>
    (await bot.models.fileUploads.find().sort({ shared_at: 1 }).lean()).map(({ file }) => file.name)
  await expect.poll(named).toEqual(['first.csv', 'second.csv', expect.stringMatching(/^F/), 'third.csv'])

  letGo()
  for (const share of [first, second, third]) await bot.workspace.waitForReceipt(share)
  expect(await textsUnder(third)).toHaveLength(1)
  expect(await textsUnder(picture)).toEqual([])
})

/** Uploads that wait in a channel before everything that is shared now, and are never run. */
async function fillQueue(channel: string, count: number): Promise<() => Promise<unknown>> {
  const { collection } = bot.models.fileUploads
  const documents = Array.from({ length: count }, (_, at) => ({
    _id: new mongo.ObjectId(),
    kind: 'import',
    number: 100_000 + at,
    status: 'queued',
    source: { kind: 'slack', team: 'T1', channel, user: 'U1', file_id: `F${channel}${at}` },
    file: { name: 'many.csv' },
    attempts: 0,
    shared_at: new Date(at),
    receipt: { due: false },
  }))
  await collection.insertMany(documents)
  return () => collection.deleteMany({ _id: { $in: documents.map(({ _id }) => _id) } })
}

it('is said to a person whose channel has few files, however many wait in another one', async () => {
  const letGo = holdDownloads()
  const running = await bot.share('asha', 'long.csv', 'Phone\n9820098300\n')
  await expect.poll(() => bot.models.fileUploads.countDocuments({ status: 'running' })).toBe(1)
  const empty = await fillQueue('COTHER', 30)
  const alone = await bot.share('ravi', 'alone.csv', 'Phone\n9820098301\n')
  await expect.poll(async () => (await textsUnder(alone))[0]).toMatch(/\b31\b/)
  await empty()

  letGo()
  for (const share of [running, alone]) await bot.workspace.waitForReceipt(share)
})

it('stores no earlier message of a file whose new one Slack does not show yet', async () => {
  let letGo = () => {}
  const held = new Promise<void>((resolve) => {
    letGo = resolve
  })
  onTestFinished(() => letGo())
  let isLate = false
  const restore = bot.workspace.use(async (call, next) => {
    if (!call.path.startsWith('/api/') && call.method === 'GET') await held
    const answer = await next(call)
    if (!call.path.startsWith('/api/files.info') || !isLate) return answer
    // The only share is one of long ago.
    const text = await answer.text()
    if (!text.includes('late.csv')) return Response.json(JSON.parse(text))
    return Response.json(JSON.parse(text.replaceAll(/"ts":"\d+/g, '"ts":"1600000000')))
  })
  onTestFinished(() => restore())
  const running = await bot.share('asha', 'long.csv', 'Phone\n9820098310\n')
  await expect.poll(() => bot.models.fileUploads.countDocuments({ status: 'running' })).toBe(1)
  isLate = true
  const late = await bot.share('ravi', 'late.csv', 'Phone\n9820098311\n')
  const waiting = async () => await bot.models.fileUploads.findOne({ 'file.name': 'late.csv' }).lean()
  // Slack is asked again for some seconds before the file counts as it is.
  await expect.poll(waiting, { timeout: 60_000 }).not.toBeNull()
  expect(await waiting()).not.toHaveProperty('message')

  isLate = false
  letGo()
  for (const share of [running, late]) await bot.workspace.waitForReceipt(share)
  expect((await waiting())?.message).toBe(`${late.channel} ${late.fileId} ${late.ts}`)
}, 120_000)

it.each([
  ['scan.csv', '%PDF-1.4 a scan'],
  ['empty-list.csv', 'Phone,Name\n'],
])('a file that is turned away keeps its name in every list: %s', async (name, text) => {
  await bot.workspace.waitForReceipt(await bot.share('asha', name, text))
  const { answers } = await bot.workspace.command('asha', 'customers', '/uploads recent failed')

  expect(answers[0]?.text).toMatch(new RegExp(`File: ${name} `))
})
