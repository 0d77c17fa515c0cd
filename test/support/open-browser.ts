import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import axe, { type AxeResults } from 'axe-core'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { findChromium } from '../../dev/docs/find-chromium.ts'
import { startPage } from '../../dev/page/index.ts'
import { type PlayedBot, playWorkspace } from './play-workspace.ts'

/** Pictures are kept for whoever wants to see a run; nothing compares them. */
const PICTURES = new URL('../../.test-pictures/', import.meta.url)

export interface PlayedPage {
  readonly bot: PlayedBot
  readonly browser: Browser
  readonly url: string
  /** A tab of somebody. @param place such as `customers`, `app.home` */
  open(person: string, place?: string, options?: BrowserContextOptions): Promise<Page>
  /** Errors of scripts, refusals of the content policy, dialogs: what no page may have. */
  readonly complaints: readonly string[]
  stop(): Promise<void>
}

export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: findChromium() ?? '',
    // Chromium has no sandbox for root, as whom CI's containers run.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  })

/** The whole bot with its page, and a browser in front of it. */
export async function playPage(): Promise<PlayedPage> {
  const bot = await playWorkspace((workspace) => ({
    ADMINS: workspace.userId('asha'),
    TIME_ZONE: 'Asia/Kolkata',
  }))
  const { workspace } = bot
  const people = ['asha', 'ravi', 'meera']
  const page = await startPage({ workspace, people, channels: ['customers', 'gossip'] })
  const browser = await launchBrowser()
  const complaints: string[] = []

  return {
    bot,
    browser,
    url: page.url,
    complaints,
    async open(person, place = 'customers', options = {}) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
      const tab = await context.newPage()
      tab.on('pageerror', (error) => complaints.push(String(error)))
      tab.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text())
      })
      tab.on('dialog', (dialog) => {
        complaints.push(`dialog: ${dialog.message()}`)
        void dialog.dismiss()
      })
      await tab.goto(`${page.url}${person}/${place}`)
      return tab
    },
    async stop() {
      await browser.close()
      await page.stop()
      await bot.stop()
    },
  }
}

export async function keepPicture(tab: Page, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true })
  await tab.screenshot({ path: fileURLToPath(new URL(`${name}.png`, PICTURES)) })
}

/** Drops a file on what is there, as a mouse does. */
export async function dropFile(tab: Page, selector: string, name: string, text: string): Promise<void> {
  const data = await tab.evaluateHandle(`(() => {
    const transfer = new DataTransfer()
    transfer.items.add(new File([${JSON.stringify(text)}], ${JSON.stringify(name)}, { type: 'text/csv' }))
    return transfer
  })()`)
  for (const type of ['dragenter', 'dragover', 'drop'])
    await tab.dispatchEvent(selector, type, { dataTransfer: data })
}

/** Rules of axe that are broken in a way that keeps people out. */
export async function listBarriers(tab: Page): Promise<string[]> {
  // The page takes no script from elsewhere: axe comes as the debugger's.
  await tab.evaluate(axe.source)
  const { violations } = await tab.evaluate<AxeResults>('axe.run()')
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
}
