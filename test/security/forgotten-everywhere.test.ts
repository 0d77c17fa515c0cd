import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findControl } from '../../dev/demo/demo-controls.ts'
import type { ShownView } from '../../dev/workspace/workspace.ts'
import { type PlayedBot, playWorkspace } from '../support/play-workspace.ts'
import { controlIn } from '../support/view-controls.ts'

const LONG = { timeout: 60_000 }
/** Values that identify the person: phones, parts of the name, loan ID, address, city. */
const TRACES = /98123\s?45678|54321|98765|tushar|waghmare|TW-7001|tw7001|solapur/i
const HEADER = 'phone,name,city,loan id,email,other phone'
const ROW = '9812345678,Tushar Waghmare,Solapur,TW-7001,tushar.w@example.com,9876554321'
const OTHER = '9820098201,Lata Nair,Goa,LN-7002,lata@example.com,'

let bot: PlayedBot
let direct: string

const command = async (text: string, person = 'asha') =>
  (await bot.workspace.command(person, 'customers', text, { isLate: true })).answers
const write = async (text: string) => (await bot.workspace.write('asha', direct, text)).answers
const done = (number: number) =>
  expect.poll(async () => (await bot.upload(number)).finished_at, LONG).toBeDefined()

/** All collections, by name. */
async function dump(): Promise<Record<string, string>> {
  const collections = await bot.models.connection.listCollections()
  const documents = await Promise.all(
    collections.map(
      async ({ name }): Promise<[string, string]> => [
        name,
        JSON.stringify(await bot.models.connection.collection(name).find().toArray()),
      ],
    ),
  )
  return Object.fromEntries(documents)
}

async function previewForOneself(): Promise<void> {
  const opened = await bot.workspace.openShortcut('asha', 'preview_upload')
  const window = () => bot.workspace.shownWindow(opened?.id ?? '') as ShownView
  await expect.poll(() => window().callbackId, LONG).toMatch(/^file:/)
  const bytes = new TextEncoder().encode(`${HEADER}\n${ROW.replace('Solapur', 'Sangli')}\n${OTHER}\n`)
  const file = await bot.workspace.upload('asha', { name: 'Tushar 98123 45678.csv', bytes })
  await bot.workspace.submit('asha', window(), '', { files: [file] })
}

/** Does everything the bot offers with a person, before the person is forgotten. */
async function playEverything(): Promise<void> {
  const first = await bot.share('asha', 'a.csv', `${HEADER}\n${ROW}\n${OTHER}\n`)
  await bot.workspace.waitForReceipt(first)
  const second = await bot.share(
    'ravi',
    'b.csv',
    `${HEADER}\n${ROW.replace('Solapur', 'Satara')}\n12,Tushar Waghmare,Solapur,TW-7001,,\n${OTHER}\n`,
  )
  await bot.workspace.waitForReceipt(second)
  await bot.workspace.waitForFile(second)
  for (const text of [
    '/customer tushr waghmare',
    '/customer 981234567',
    '/customer tushar ka number batao',
    '/customer waghmare zzqx',
    '/customer 9812345678, TW-7001, tushar.w@example.com',
    '/customer history 9812345678',
    '/customer 9812345678 on today',
    '/customer merge 9812345678 and 9820098201',
    '/uploads tushar waghmare',
    '/uploads count solapur',
    '/uploads count tushar waghmare',
    '/uploads count by city',
    '/uploads compare 2 1',
    '/uploads show 2',
    '/uploads show a',
  ])
    expect((await command(text)).length).toBeGreaterThan(0)
  const exported = await command('/uploads export solapur', 'meera')
  const button = findControl(exported, 'Export as CSV')
  if (button) await bot.workspace.act('meera', 'customers', button)
  await bot.workspace.command('ravi', 'customers', '/uploads undo 2')
  const shown = await command('/uploads show 2')
  const columns = findControl(shown, 'All columns')
  if (columns) await bot.workspace.act('asha', 'customers', columns)
  const home = await bot.workspace.openHome('asha')
  if (home) await bot.workspace.actInView('asha', home, controlIn(home, 'Digest'))
  for (const text of ['tushar waghmare', 'show 2', 'compare 2 1', '45678', 'lata', 'today'])
    expect((await write(text)).length).toBeGreaterThan(0)
  await previewForOneself()
  await expect.poll(async () => (await bot.upload(3)).status, LONG).toBe('held')
}

beforeAll(async () => {
  bot = await playWorkspace((workspace) => ({ ADMINS: workspace.userId('meera') }))
  direct = await bot.workspace.openDirectMessage('asha')
}, 120_000)
afterAll(() => bot.stop())

describe('a forgotten person about whom everything was asked', () => {
  it('stands in no document of any collection, and in no answer of the bot in a conversation', async () => {
    await playEverything()
    const before = await dump()
    expect(before.sent_answers).toContain('customers')
    expect(before.name_words).toMatch(TRACES)
    const question = await command('/customer forget 9812345678', 'meera')
    const button = findControl(question, 'Forget for good')
    if (!button) throw new Error(`no button: ${JSON.stringify(question)}`)
    const { answers } = await bot.workspace.act('meera', 'customers', button)
    const number = Number(/#(\d+)/.exec(answers[0]?.text ?? '')?.[1])

    await done(number)
    // Receipts and the preview are edited without the person.
    await expect
      .poll(
        () => bot.models.fileUploads.collection.countDocuments({ 'receipt.due': true, number: { $lt: 4 } }),
        LONG,
      )
      .toBe(0)

    const after = await dump()
    const left = Object.entries(after).flatMap(([name, text]) => {
      const trace = TRACES.exec(text)
      return trace ? [`${name}: … ${text.slice(Math.max(0, trace.index - 80), trace.index + 60)}`] : []
    })
    expect(left).toEqual([])
    const readOurs = async () =>
      (await bot.workspace.messages(direct)).filter(({ user }) => user === bot.workspace.botUserId)
    // A reply posted after the forget upload is deleted a moment later.
    await expect
      .poll(async () => (await readOurs()).filter((message) => TRACES.test(JSON.stringify(message))), LONG)
      .toEqual([])
    const ours = await readOurs()
    // Data of other people stays.
    expect(JSON.stringify(ours)).toContain('Lata Nair')
    expect(after.customers).toContain('Lata Nair')
  }, 120_000)
})
