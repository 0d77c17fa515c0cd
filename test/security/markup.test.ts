import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeDueDigest } from '../../commands/digest/digest.ts'
import { findControl } from '../../dev/demo/demo-controls.ts'
import { startPage } from '../../dev/page/index.ts'
import { withBody } from '../../dev/slack/slack-front.ts'
import type { Answer } from '../../dev/workspace/response-urls.ts'
import { createDigestPoster } from '../../src/slack/messages/digest-poster.ts'
import { createReplySender } from '../../src/slack/messages/reply-sender.ts'
import { createWebClient } from '../../src/slack/transport/slack-call.ts'
import { type PlayedBot, playWorkspace } from '../support/play-workspace.ts'
import {
  collectWritten,
  listLooseAmpersands,
  listMarkup,
  stringsIn,
  type Written,
} from '../support/written-messages.ts'

/** What Slack would turn into a mention, name or link, and texts that read differently than written. */
const MENTIONS =
  '<!channel> <@UEVIL0001> <#CEVIL0001|c> <!subteam^SEVIL01> <http://evil.example|bank.example>'
const ESCAPED = '&lt;!here&gt; @here'
const HIDDEN = '\u202Efdp.lived\u202C ze\u200Bro\u2066x\u2069'
const EVIL = `evil ${MENTIONS} ${ESCAPED} ${HIDDEN}`
const quote = (cells: readonly string[]) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join()

const FILE = `${EVIL}.csv`
const HEADER = ['phone', 'name', 'city', 'email', 'loan id', `${EVIL} column`]
const row = (phone: string, at: number, more = '') => [
  phone,
  `${EVIL} Kushal${at}${more}`,
  `${EVIL} city${more}`,
  at === 3 ? `${EVIL}@x` : `k${at}@example.com`,
  `${EVIL} SL-${at}`,
  `${EVIL} value${more}`,
]
const PHONES = ['07417119014', '9820098201', '9820098202', '9820098203', '9820098204', '9820098205']
const sheet = (more = '', phones: readonly string[] = PHONES) =>
  [HEADER, ...phones.map((phone, at) => row(phone, at, more)), row(`${EVIL} 12`, 9)].map(quote).join('\n')
const unnamed = () =>
  [
    [`${EVIL} a`, `${EVIL} b`],
    [`${EVIL} x`, '07417119014'],
    [`${EVIL} y`, '9820098201'],
  ]
    .map(quote)
    .join('\n')

let bot: PlayedBot
let written: readonly Written[]
const PERSON = 'asha'

async function type(text: string): Promise<readonly Answer[]> {
  return (await bot.workspace.command(PERSON, 'customers', text)).answers
}
async function press(action: string, value: string): Promise<readonly Answer[]> {
  return (await bot.workspace.act(PERSON, 'customers', { action, value })).answers
}
/** Presses what the bot offered, also if Slack refused to show it. */
async function pressLabel(label: string): Promise<void> {
  const control = findControl(written, label)
  if (!control) throw new Error(`nobody was offered ${label}`)
  await bot.workspace.act(PERSON, 'customers', control)
}
async function share(text: string): Promise<void> {
  const shared = await bot.share(PERSON, 'list.csv', text)
  const { text: output } = await bot.workspace.waitForReply(shared)
  if (output.includes('rows to correct')) await bot.workspace.waitForFile(shared)
}
const LONG = { timeout: 45_000 }
const idle = async (number: number) =>
  await expect.poll(async () => (await bot.upload(number)).finished_at, LONG).toBeDefined()
const countBy = (by: string) => written.filter((one) => one.by === by).length
async function idOf(phone = ''): Promise<string> {
  const national = phone.replace(/^0/, '')
  const found = await bot.models.customers.collection.findOne({ primary_phone: `+91${national}` })
  return String(found?._id)
}

async function undo(number: number): Promise<void> {
  const answers = await press('undo_confirm', String(number))
  await idle(Number(/#(\d+)/.exec(answers[0]?.text ?? '')?.[1]))
}
async function forget(phone: string): Promise<void> {
  const before = countBy('chat.postEphemeral')
  // First in a modal, which is closed, and then as a message.
  await type(`/customer forget ${phone}`)
  await bot.workspace.command(PERSON, 'customers', `/customer forget ${phone}`, { isLate: true })
  await pressLabel('Forget for good')
  await expect.poll(() => countBy('chat.postEphemeral'), LONG).toBeGreaterThan(before)
}
async function preview(): Promise<void> {
  const before = countBy('chat.postMessage')
  await type('/uploads preview 1')
  await expect.poll(() => countBy('chat.postMessage'), LONG).toBeGreaterThan(before)
  await expect.poll(async () => (await bot.upload(5)).status, LONG).toBe('held')
}
async function lookUp(typed: string): Promise<void> {
  const window = await bot.workspace.openShortcut(PERSON, 'lookup_customer')
  if (window) await bot.workspace.submit(PERSON, window, typed)
}
async function openInHome(value: string): Promise<void> {
  const home = await bot.workspace.openHome(PERSON)
  if (home) await bot.workspace.actInView(PERSON, home, { action: 'open_view', value })
}
/** Like the job that creates the digests of DIGEST_CHANNELS. */
async function handOver(): Promise<void> {
  const { token, apiUrl } = bot.workspace
  const place = createDigestPoster(createWebClient(token, apiUrl, undefined), createReplySender())
  const day = { from: new Date(Date.now() - 86_400_000), until: new Date(Date.now() + 60_000) }
  const reply = await describeDueDigest('daily', day, new Date(), {
    models: bot.models,
    timeZone: 'Asia/Kolkata',
  })
  await place.handOver(bot.workspace.channelId('customers'), reply, new Date(Date.now() + 600_000))
}

/** All replies of the bot, in a possible order. */
const STEPS: readonly (readonly [string, () => Promise<unknown>])[] = [
  ['a receipt, and the rows to correct', () => share(sheet())],
  ['a second receipt', () => share(sheet(' b'))],
  ['a question about columns', () => share(unnamed())],
  ['the answer to it', () => press('choose_phone_column', '3:1')],
  ['a file that is no list', () => share('%PDF-1.4 nothing')],
  ['/uploads preview, and a file that is held', preview],
  ['what would change in it', () => press('preview_examples', '5')],
  ['a decision on it', () => press('leave_upload', '5')],
  ['/uploads recent', () => type('/uploads recent')],
  ['/uploads show', () => type('/uploads show 2')],
  ['/uploads show of what failed', () => type('/uploads show 4')],
  ['/uploads compare', () => type('/uploads compare 2 1')],
  ['a comparison as a file', () => press('send_comparison', '2:1')],
  ['the rows to correct once more', () => press('send_failed_rows', '1')],
  ['/uploads mapping', () => type('/uploads mapping')],
  ['/uploads with a word nobody knows', () => type(`/uploads ${EVIL}`)],
  ['/uploads show of what is not there', () => type(`/uploads show ${EVIL}`)],
  ['/uploads recent of nobody', () => type(`/uploads recent ${EVIL.replaceAll(' ', '_')}`)],
  ['/customer by phone', () => type('/customer 07417119014')],
  ['/customer by name', () => type('/customer evil')],
  ['/customer of nobody', () => type(`/customer ${EVIL} nobody`)],
  ['/customer history', () => type('/customer history 07417119014')],
  ['/customer history of nobody', () => type(`/customer history ${EVIL}`)],
  ['/customer on a day', () => type('/customer 07417119014 on today')],
  ['/customer on a day nobody knows', () => type(`/customer 07417119014 on ${EVIL}`)],
  ['where a value came from', async () => press('open_view', `sources:${await idOf(PHONES[0])}`)],
  ['a customer shared in the channel', async () => press('share_view', `customer:${await idOf(PHONES[0])}`)],
  ['/uploads digest', () => type('/uploads digest')],
  ['a summary for a channel', handOver],
  ['the App Home', () => bot.workspace.openHome(PERSON)],
  ['a file opened in the App Home', () => openInHome('upload:1')],
  ['a customer looked up in a window', () => lookUp('evil')],
  ['nobody looked up in a window', () => lookUp(EVIL)],
  ['the question whether to undo', () => type('/uploads undo 2')],
  ['an undo', () => undo(2)],
  ['/uploads show of an undo', () => type('/uploads show 2')],
  ['/uploads export', () => type('/uploads export')],
  ['/customer forget, asked and done', () => forget('9820098205')],
]
/** These contain nothing from the files. */
const OF_THEIR_OWN = new Set(['/uploads export', '/customer forget, asked and done'])

const NATIVE = /"type":"(data_table|table|data_visualization)"/
const ANY_BLOCKS = /"blocks":\[\{|(^|&)blocks=\[\{/

describe.each([
  ['with every block Slack has', undefined],
  ['where Slack refuses its newer blocks', NATIVE],
  ['where Slack refuses all blocks', ANY_BLOCKS],
] as const)('what people write in files, %s', (_, refused) => {
  beforeAll(async () => {
    bot = await playWorkspace((workspace) => ({ ADMINS: workspace.userId(PERSON) }))
    // The emulator derives addresses from names; Slack allows any file name.
    bot.workspace.use(async (call, next) => {
      const answer = await next(call)
      if (!call.path.startsWith('/api/files.info')) return answer
      return withBody(answer, (await answer.text()).replaceAll('"list.csv"', JSON.stringify(FILE)))
    })
    bot.workspace.use(async (call, next) => {
      const body = call.body.toString()
      const isMessage = /^\/(api\/chat|responses)/.test(call.path)
      if (!refused || !isMessage || !refused.test(body.startsWith('{') ? body : decodeURIComponent(body)))
        return await next(call)
      return call.path.startsWith('/api/')
        ? Response.json({ ok: false, error: 'invalid_blocks' })
        : Response.json({ ok: false, error: 'invalid_blocks' }, { status: 400 })
    })
    written = collectWritten(bot.workspace)
  }, 120_000)
  afterAll(() => bot.stop())

  it.each(STEPS)('is shown as it is written, and calls nobody, in %s', async (name, act) => {
    const from = written.length

    await act()

    const messages = written.slice(from)
    expect(messages.length).toBeGreaterThan(0)
    if (!OF_THEIR_OWN.has(name)) expect(JSON.stringify(messages)).toContain('evil')
    for (const message of messages) {
      expect(listMarkup(message).filter((markup) => !isOurs(markup))).toEqual([])
      expect(listLooseAmpersands(message)).toEqual([])
      expect(message.rest).not.toHaveProperty('link_names')
      // A comment on a file is rich text; without blocks it is escaped text.
      if (message.by === 'files.completeUploadExternal')
        expect(message.text === '' || refused === ANY_BLOCKS).toBe(true)
      else if (!message.by.startsWith('views.')) expect(message.rest.parse).toBe('none')
      expect(stringsIn([message.text, message.blocks]).filter((text) => DECEIVES.test(text))).toEqual([])
    }
  })

  it('was looked at wherever the bot writes', () => {
    expect([...new Set(written.map(({ by }) => by))].sort()).toEqual(
      [
        'chat.postEphemeral',
        'chat.postMessage',
        'chat.scheduleMessage',
        'chat.update',
        'files.completeUploadExternal',
        'response_url',
        'views.open',
        'views.publish',
        'views.update',
      ].sort(),
    )
  })

  it('is shown by the page of the demo as text: no element, attribute or link of a file or a command', async () => {
    const { workspace } = bot
    const page = await startPage({ workspace, people: [PERSON], channels: ['customers', 'gossip'] })
    const messages = await workspace.messages('customers')
    const threads = messages.flatMap(({ ts, reply_count }) => (reply_count ? [`customers?thread=${ts}`] : []))
    const windows = workspace.windows(PERSON).map(({ id }) => `customers?window=${id}`)
    expect(threads.length).toBeGreaterThan(2)
    expect(windows.length).toBeGreaterThan(0)
    try {
      for (const place of ['customers', 'app.home', 'app.messages', ...threads, ...windows]) {
        const shown = await (
          await fetch(`${page.url}${PERSON}/${place}&text=1`.replace(/^([^?]*)&/, '$1?'))
        ).text()
        const links = [...shown.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, link = '']) => link)
        const base = new URL(page.url).pathname
        expect(
          links.filter((link) => !link.startsWith(base) && link !== 'data:,' && !isOurs(`<${link}`)),
        ).toEqual([])
        expect(shown.replaceAll(/"[^"]*"/g, '""')).not.toMatch(/<(?!\/?(?:[a-z]+\d?)[\s>]|!doctype)/)
        expect(shown).not.toMatch(
          /<(?:img|iframe|object|embed|base|meta http)|<script(?! src="[^"]+" type="module"><)/,
        )
      }
    } finally {
      await page.stop()
    }
  })
})

/** Characters that reverse the reading order or hide something. */
const DECEIVES = /[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/

/** Mentions of this workspace, times, its files, and calls to a stored phone with digits only. */
function isOurs(markup: string): boolean {
  const { workspace } = bot
  const people = ['asha', 'ravi', 'meera'].map((person) => `<@${workspace.userId(person)}>`)
  return (
    people.includes(markup) ||
    /^<!date\^\d+\^[^<>|]+\|[^<>|]+>$/.test(markup) ||
    /^<tel:\+\d{8,15}(?:\|Call \+[\d ]+>)?$/.test(markup) ||
    markup.startsWith(`<${workspace.url}/`) ||
    /^<https:\/\/[\w.-]+\.slack\.com\//.test(markup)
  )
}
