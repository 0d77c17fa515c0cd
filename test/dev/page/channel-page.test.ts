import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refuseNativeBlocks } from '../../../dev/slack/refuse-native-blocks.ts'
import { type PlayedBot, playWorkspace } from '../../support/play-workspace.ts'

const CSV = 'Phone,Name\n07417119014,Kushal <Sharma> & Sons\n12345,Too Short\n'

let bot: PlayedBot

beforeAll(async () => {
  bot = await playWorkspace()
}, 90_000)

afterAll(() => bot?.stop())

async function look(query: Record<string, string>): Promise<string> {
  const response = await fetch(`${bot.workspace.url}/?${new URLSearchParams(query)}`)
  return (await response.text()).replace(/<script>.*<\/script>/s, '')
}

const lookAtChannel = (as: string, more = {}) =>
  look({ channel: bot.workspace.channelId('customers'), as, ...more })

describe('the page that shows the workspace in a browser', () => {
  it('shows a file, its receipt as a reply, and the file the bot adds, to be downloaded', async () => {
    const share = await bot.share('asha', 'list.csv', CSV)
    await bot.workspace.waitForReceipt(share)
    await bot.workspace.waitForFile(share)

    const page = await lookAtChannel('ravi')

    expect(page).toMatch(/<th scope="col" class="right">.*<b>Created<\/b>/)
    expect(page).toContain('title="Type press Undo in the terminal">Undo</button>')
    const [, address = ''] = /href="([^"]+)">list - rows to correct\.csv/.exec(page) ?? []
    const file = await fetch(new URL(address, bot.workspace.url))
    expect(await file.text()).toContain('12345,Too Short')
  })

  it('shows what one person was told to that person alone, and what a cell holds as it is', async () => {
    await bot.workspace.command('ravi', 'customers', '/customer 07417119014')

    expect(await lookAtChannel('ravi')).toMatch(/Only visible to ravi.*Kushal &lt;Sharma&gt; &amp; Sons/s)
    expect(await lookAtChannel('asha')).not.toContain('Kushal')
  })

  it('shows the names of files and the words of commands as text, whatever stands in them', async () => {
    const name = `"><img src=x onerror='alert(1)'>.csv`
    await bot.workspace.waitForReceipt(await bot.share('asha', name, 'Phone\n07417119014\n'))
    await bot.workspace.command('asha', 'customers', `/customer "><script>alert(2)</script>`)

    const page = await lookAtChannel('asha')

    expect(page).toContain('&quot;&gt;&lt;img src=x')
    expect(page).toContain('&quot;&gt;&lt;script&gt;alert(2)')
    expect(page).not.toMatch(/<img|<script/)
  })

  it('shows what a screen reader gets where it is asked for', async () => {
    const text = /class="said">#1 list\.csv: 1 of 2 rows imported/

    expect(await lookAtChannel('asha', { text: '1' })).toMatch(text)
    expect(await lookAtChannel('asha')).not.toMatch(text)
  })

  it('shows the Home tab and the windows of the one who looks', async () => {
    const { workspace } = bot
    await workspace.openHome('meera')
    const window = await workspace.openShortcut('meera', 'lookup_customer')
    if (window) await workspace.submit('meera', window, 'kushal')

    const home = await look({ channel: 'home', as: 'meera' })
    expect(home).toContain('Customers, the last 30 days')
    expect(home).toMatch(/Created +Updated/)
    expect(await look({ channel: 'windows', as: 'meera' })).toMatch(/Look a customer up.*Kushal/s)
    expect(await look({ channel: 'windows', as: 'ravi' })).toContain('No window was opened yet')
  })

  it('shows times and mentions as Slack would, and nothing of a message as markup', async () => {
    const { workspace } = bot
    const said = `by <@${workspace.userId('meera')}> <!date^1772425800^{date_short}|2 Mar> &amp; &lt;script&gt; <img>`
    await fetch(`${workspace.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: `Bearer ${workspace.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ channel: workspace.channelId('customers'), text: said }),
    })

    expect(await lookAtChannel('asha')).toContain(
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
    expect(await lookAtChannel('asha')).toMatch(/<li>.*#1.* · File: .*list\.csv/)
  })
})
