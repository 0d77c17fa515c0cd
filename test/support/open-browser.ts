import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import axe, { type AxeResults } from 'axe-core'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { findChromium } from '../../dev/docs/find-chromium.ts'
import { startPage } from '../../dev/page/index.ts'
import { type PlayedBot, playWorkspace } from './play-workspace.ts'

/** Pictures for people who want to see a run; not compared. */
const PICTURES = new URL('../../.test-pictures/', import.meta.url)

export interface PlayedPage {
  readonly bot: PlayedBot
  readonly browser: Browser
  readonly url: string
  /** A person's tab. @param place such as `customers`, `app.home` */
  open(person: string, place?: string, options?: BrowserContextOptions): Promise<Page>
  /** Errors of scripts, violations of the content policy, dialogs: a page must have none. */
  readonly complaints: readonly string[]
  stop(): Promise<void>
}

export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: findChromium() ?? '',
    // Chromium has no sandbox for root, which CI's containers use.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  })

/** The whole bot with its page, and a browser. */
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

/** Drops a file on an element, like a mouse. */
export async function dropFile(tab: Page, selector: string, name: string, text: string): Promise<void> {
  const data = await tab.evaluateHandle(`(() => {
    const transfer = new DataTransfer()
    transfer.items.add(new File([${JSON.stringify(text)}], ${JSON.stringify(name)}, { type: 'text/csv' }))
    return transfer
  })()`)
  for (const type of ['dragenter', 'dragover', 'drop'])
    await tab.dispatchEvent(selector, type, { dataTransfer: data })
}

/** Violated axe rules that exclude people. */
export async function listBarriers(tab: Page): Promise<string[]> {
  // The page blocks foreign scripts, so axe is injected by the debugger.
  await tab.evaluate(axe.source)
  const { violations } = await tab.evaluate<AxeResults>('axe.run()')
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
}
