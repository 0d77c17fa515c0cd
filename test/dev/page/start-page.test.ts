import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Page, startPage } from '../../../dev/page/start-page.ts'
import { refuseNativeBlocks } from '../../../dev/slack/refuse-native-blocks.ts'
import type { Share } from '../../../dev/workspace/index.ts'
import { measureGrowth } from '../../support/memory.ts'
import { type PlayedBot, playWorkspace } from '../../support/play-workspace.ts'

const CSV = 'Phone,Name\n07417119014,Kushal <Sharma> & Sons\n12345,Too Short\n'

let bot: PlayedBot
let page: Page
let list: Share

beforeAll(async () => {
  bot = await playWorkspace()
  const { workspace } = bot
  list = await bot.share('asha', 'list.csv', CSV)
  await workspace.waitForFile(list)
  page = await startPage({ workspace, people: ['asha', 'ravi', 'meera'], channels: ['customers', 'gossip'] })
}, 120_000)

afterAll(async () => {
  await page?.stop()
  await bot?.stop()
})

const look = async (address: string) => (await fetch(page.url + address)).text()
const origin = () => new URL(page.url).origin

interface Outcome {
  readonly notice?: string
  readonly window?: string
}

async function act(place: string, verb: string, body: object): Promise<Outcome> {
  const response = await fetch(`${page.url}${place}/${verb}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: origin() },
    body: JSON.stringify(body),
  })
  return JSON.parse(await response.text())
}

/** A request with any headers, which fetch would not send. */
const ask = (path: string, method: string, headers: Record<string, string>) =>
  new Promise<number | undefined>((resolve, reject) => {
    request(new URL(path, page.url), { method, headers }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end()
  })

describe('who may use the page', () => {
  it.each<[string, string, string, () => Record<string, string>, number]>([
    ['its reader', '', 'GET', () => ({}), 200],
    [
      'its reader, by the other name',
      '',
      'GET',
      () => ({ host: `localhost:${new URL(page.url).port}` }),
      200,
    ],
    ['who does not know the token', '/asha/customers', 'GET', () => ({}), 403],
    ['who guesses a token', `/${'A'.repeat(24)}/asha/customers`, 'GET', () => ({}), 403],
    ['a name that leads here', '', 'GET', () => ({ host: 'bank.example' }), 403],
    ['a website that reads', '', 'GET', () => ({ origin: 'https://bank.example' }), 403],
    ['a website that shares a file', 'share', 'POST', () => ({ origin: 'https://bank.example' }), 403],
    ['a sandboxed frame that shares a file', 'share', 'POST', () => ({ origin: 'null' }), 403],
    ['a form of a website, which names no origin', 'share', 'POST', () => ({}), 403],
    [
      'what a browser says comes from elsewhere',
      'share',
      'POST',
      () => ({ origin: origin(), 'sec-fetch-site': 'cross-site' }),
      403,
    ],
  ])('%s', async (_, path, method, headers, status) => {
    const known = `${new URL(page.url).pathname}asha/customers${path === 'share' ? '/share?name=x.csv' : ''}`
    expect(await ask(path.startsWith('/') ? path : known, method, headers())).toBe(status)
  })

  it('takes nothing from elsewhere, and is in no frame', async () => {
    const { headers } = await fetch(`${page.url}asha/customers`)
    const policy = headers.get('content-security-policy')
    expect(policy).toMatch(/^default-src 'none'; script-src 'self';/)
    expect(policy).toContain("frame-ancestors 'none'")
    expect(headers.get('referrer-policy')).toBe('no-referrer')
  })

  it.each(['the front', 'the emulator behind it'])('turns a website away at %s as well', async (which) => {
    const port = which === 'the front' ? new URL(bot.workspace.url).port : await portBehind()
    for (const headers of [{ origin: 'https://bank.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      const answer = await fetch(`http://127.0.0.1:${port}/`, { headers })
      expect(answer.status).toBe(404)
      expect(await answer.text()).not.toContain('customers')
    }
  })
})

/** The emulator's own port: the one of this process that shows its page. */
async function portBehind(): Promise<string> {
  const getHandles = Reflect.get(process, '_getActiveHandles') as () => readonly object[]
  const ports = getHandles
    .call(process)
    .flatMap((handle) => ('address' in handle && 'listening' in handle ? [handle.address] : []))
  expect(ports.length).toBeGreaterThan(0)
  for (const handle of getHandles.call(process)) {
    const address: unknown =
      'listening' in handle && 'address' in handle && typeof handle.address === 'function'
        ? handle.address()
        : undefined
    const port = Reflect.get(Object(address), 'port')
    if (typeof port !== 'number' || String(port) === new URL(bot.workspace.url).port) continue
    const text = await fetch(`http://127.0.0.1:${port}/`).then(
      (answer) => answer.text(),
      () => '',
    )
    if (text.includes('Slack') && text.includes('customers')) return String(port)
  }
  throw new Error('the emulator listens nowhere')
}

describe('what the page shows', () => {
  it('keeps a thread closed, and opens it with its receipt and the file the bot adds', async () => {
    const channel = await look('ravi/customers')
    expect(channel).toContain('>2 replies</a>')
    expect(channel).not.toContain('1 of 2 rows imported')
    const thread = await look(`ravi/customers?thread=${list.ts}`)
    expect(thread).toMatch(/<th scope="col" class="right">.*<b>Created<\/b>/)
    const [, address = ''] = /href="([^"]+)" download="list - rows to correct\.csv"/.exec(thread) ?? []
    const file = await fetch(new URL(address, page.url))
    expect(file.headers.get('content-disposition')).toMatch(/^attachment/)
    expect(await file.text()).toContain('12345,Too Short')
  })

  it('shows what one person was told to that person alone, and what a cell holds as it is', async () => {
    await bot.workspace.command('ravi', 'customers', '/customer 07417119014')

    expect(await look('ravi/customers')).toMatch(/Only visible to you.*Kushal &lt;Sharma&gt; &amp; Sons/s)
    expect(await look('asha/customers')).not.toContain('Kushal')
  })

  it('gives a file only to who sees the message it is in', async () => {
    const direct = await bot.workspace.openDirectMessage('asha')
    const share = await bot.workspace.share(
      'asha',
      direct,
      { name: 'private.csv', bytes: Buffer.from(CSV) },
      { announce: false },
    )

    expect((await fetch(`${page.url}asha/app.messages/files/${share.fileId}`)).status).toBe(200)
    for (const place of ['asha/customers', 'ravi/app.messages', 'ravi/customers'])
      expect((await fetch(`${page.url}${place}/files/${share.fileId}`)).status).toBe(404)
  })

  it('shows names of files and words of commands as text, whatever stands in them', async () => {
    const name = `"><img src=x onerror='alert(1)'>.csv`
    await bot.workspace.waitForReceipt(await bot.share('asha', name, 'Phone\n07417119014\n'))
    await bot.workspace.command('asha', 'customers', `/customer "><script>alert(2)</script>`)
    await bot.workspace.print('asha', 'customers', `<b>bold</b> ' & "`)

    const shown = await look('asha/customers')

    expect(shown).toContain('&quot;&gt;&lt;img src=x')
    expect(shown).toContain('&quot;&gt;&lt;script&gt;alert(2)')
    expect(shown).toContain('&lt;b&gt;bold&lt;/b&gt; &#39; &amp; &quot;')
    expect(shown).not.toMatch(/<img|<script>|<b>bold/)
  })

  it('shows what a screen reader gets where it is asked for', async () => {
    const text = /class="said">#\d+ list\.csv: .*rows/

    expect(await look(`asha/customers?thread=${list.ts}&text=1`)).toMatch(text)
    expect(await look(`asha/customers?thread=${list.ts}`)).not.toMatch(text)
  })

  it('shows the Home tab and the window of the one who looks', async () => {
    const { window = '' } = await act('meera/customers', 'shortcut', { callback: 'lookup_customer' })
    const asked = await look(`meera/customers?window=${window}`)
    const [, field = ''] = /data-block="search" data-field="([^"]+)"/.exec(asked) ?? []
    await act('meera/customers', 'submit', {
      view: window,
      fields: [{ block: 'search', field, values: ['kushal'] }],
    })

    await expect.poll(() => look(`meera/customers?window=${window}`)).toMatch(/role="dialog".*Kushal/s)
    expect(await look(`ravi/customers?window=${window}`)).not.toContain('role="dialog"')
    const home = await look('meera/app.home')
    expect(home).toContain('Customers, the last 30 days')
    expect(home).toMatch(/Created +Updated/)
  })

  it('shows times and mentions as Slack would, and nothing of a message as markup', async () => {
    const { workspace } = bot
    const output = `by <@${workspace.userId('meera')}> <!date^1772425800^{date_short}|2 Mar> &amp; &lt;script&gt; <img>`
    await fetch(`${workspace.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: `Bearer ${workspace.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ channel: workspace.channelId('customers'), text: output }),
    })

    expect(await look('asha/customers')).toContain(
      'by <span class="mention">@meera</span> 2 Mar 2026 &amp; &lt;script&gt; &lt;img&gt;',
    )
  })

  it('shows what stands for native blocks where the workspace refuses them', async () => {
    const stop = bot.workspace.use(refuseNativeBlocks)
    const { answers } = await bot.workspace.command('asha', 'customers', '/uploads recent')
    stop()

    expect(answers.map(({ blocks }) => JSON.stringify(blocks))).toEqual([
      expect.not.stringMatching(/"(?:data_)?table"/),
    ])
    expect(await look('asha/customers')).toMatch(/<li>.*#\d.* · File: .*list\.csv/)
  })
})

describe('what a person can do on the page', () => {
  const asideOf = async (person: string) =>
    /data-in="(aside:\d+)"/.exec(await look(`${person}/customers`))?.[1] ?? ''
  const historyOf = async (person: string) =>
    /data-action="([^"]+)" data-value="([^"]+)">History</.exec(await look(`${person}/customers`))?.slice(1) ??
    []

  it('presses a button of what only this person was told, and nobody else does', async () => {
    const [action, value] = await historyOf('ravi')
    const container = await asideOf('ravi')
    expect(action).toBeDefined()

    expect(await act('meera/customers', 'press', { in: container, action, value })).toEqual({
      notice: 'This is not there any more.',
    })
    expect(await act('ravi/customers', 'press', { in: container, action, value: 'customer:other' })).toEqual({
      notice: 'This is not there any more.',
    })
    expect(await act('ravi/customers', 'press', { in: container, action, value })).toEqual({})
    await expect.poll(() => look('ravi/customers')).toMatch(/answers <code>press History<\/code>/)
  })

  it('mentions the bot in a channel and writes to it in direct messages, and the bot answers', async () => {
    expect(await act('meera/customers', 'type', { text: '@Customer Uploads 7417119014' })).toEqual({})
    expect(await act('meera/app.messages', 'type', { text: 'recent' })).toEqual({})

    await expect
      .poll(() => look('meera/customers'), { timeout: 45_000 })
      .toMatch(/Only visible to you[\s\S]*74171/)
    await expect.poll(() => look('meera/app.messages'), { timeout: 45_000 }).toMatch(/uploads so far/)
  })

  it('mentions the bot where it is not, and hears how to add it', async () => {
    expect(await act('meera/gossip', 'type', { text: 'Ask @customer uploads.' })).toEqual({
      notice: 'Customer Uploads is not in this channel. Type /invite to add it.',
    })
    expect(await look('meera/gossip')).toContain('Ask @customer uploads.')
  })

  it.each([
    ['/nonsense', undefined, '/nonsense is not a valid command. There are /customer and /uploads.'],
    ['/uploads recent', '1.1', '/uploads is not supported in threads. Sorry!'],
    ['/invite @Customer Uploads', undefined, 'Customer Uploads is already in this channel.'],
  ])('types %s and hears what Slack says', async (text, thread, write) => {
    expect(await act('asha/customers', 'type', { text, ...(thread && { thread }) })).toEqual({
      notice: write,
    })
  })

  it.each([
    ['an empty file', 'empty.csv', '', 400, 'empty.csv is empty. Slack does not take empty files.'],
    ['a file without a name', '', 'x', 400, 'This file has no name.'],
  ])('shares %s and hears why not', async (_, name, body, status, post) => {
    const response = await fetch(`${page.url}asha/customers/share?${new URLSearchParams({ name })}`, {
      method: 'POST',
      headers: { origin: origin() },
      body,
    })
    expect(response.status).toBe(status)
    expect(JSON.parse(await response.text())).toEqual({ notice: post })
  })

  it('is told that the bot ignores a picture', async () => {
    const response = await fetch(`${page.url}asha/gossip/share?name=cat.png`, {
      method: 'POST',
      headers: { origin: origin() },
      body: 'x',
    })
    expect(JSON.parse(await response.text())).toMatchObject({
      notice: 'Customer Uploads ignores files that are not lists, and says nothing.',
    })
  })

  it('is told that a file is too big, which is not kept meanwhile', async () => {
    const ceiling = 250_000_000
    let left = 300
    const piece = new Uint8Array(1_000_000)
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        left -= 1
        if (left >= 0) controller.enqueue(piece)
        else controller.close()
      },
    })
    const { grown, result: response } = await measureGrowth(ceiling, () =>
      fetch(`${page.url}asha/customers/share?name=huge.csv`, {
        method: 'POST',
        headers: { origin: origin() },
        body,
        duplex: 'half',
      }),
    )
    expect(response.status).toBe(413)
    expect(JSON.parse(await response.text())).toEqual({
      notice: 'huge.csv is too big. The demo takes files of up to 100 MB.',
    })
    expect(grown).toBeLessThan(ceiling)
  })
})
