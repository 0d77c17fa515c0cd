// npm run docs:tour: plays a day in a browser and takes the pictures of docs/tour.md and README.md. npm run
// docs:tour -- --check: lists replies that changed since the pictures were taken, and fails if any did.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium, type Locator, type Page as Tab } from 'playwright-core'
import { defaultCacheDir, startDatabaseServer } from '../../src/database/index.ts'
import { makePrivateFolder } from '../../src/private-files/index.ts'
import { answerHelp, print } from '../../src/terminal/index.ts'
import { startBotProcess } from '../demo/bot-process.ts'
import { startPage } from '../page/index.ts'
import { startWorkspace } from '../workspace/index.ts'
import { findChromium } from './find-chromium.ts'
import { describeChanges, readShown, type Shown } from './shown-replies.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const TOUR = join(ROOT, 'docs/tour')
const REPLIES_FILE = join(TOUR, 'replies.json')
const WIDE = { width: 1000, height: 640 }
const PAUSE_MS = 1_500
const PHONE = { width: 360, height: 640 }

const write = (text: string) => print(process.stdout, text)
answerHelp(
  'Usage: npm run docs:tour [-- --check]\n\nPlays a day in a browser and takes the pictures of docs/tour.md. With --check it only names replies that changed since.',
)
const isCheck = process.argv.includes('--check')
const executablePath = findChromium()
if (executablePath === undefined) {
  write(
    'The tour needs Chromium. Install it (Debian: apt-get install chromium), or set CHROMIUM to its path.',
  )
  process.exit(isCheck ? 0 : 1)
}
const ends: (() => Promise<unknown>)[] = []
try {
  const shown = await playTour(await launch(executablePath))
  if (isCheck) {
    const before: Readonly<Record<string, Shown>> = JSON.parse(await readFile(REPLIES_FILE, 'utf8'))
    const changes = describeChanges(before, shown)
    for (const line of changes) write(line)
    if (changes.length === 0) write('The pictures of docs/tour.md show what the replies say today.')
    else process.exitCode = 1
  } else {
    await writeFile(REPLIES_FILE, `${JSON.stringify(shown, null, 2)}\n`)
    write(`The pictures of docs/tour.md are in ${TOUR}.`)
  }
} finally {
  for (const end of ends.toReversed()) await end()
}

async function launch(path: string): Promise<Browser> {
  const args = ['--disable-lcd-text', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])]
  const browser = await chromium.launch({ executablePath: path, args })
  ends.push(() => browser.close())
  return browser
}

/** Starts the bot as a separate process with a temporary database. @returns address of the page */
async function startAll(): Promise<string> {
  const folder = await makePrivateFolder('tour')
  ends.push(() => rm(folder, { recursive: true, force: true }))
  const database = await startDatabaseServer({
    dataDir: null,
    cacheDir: defaultCacheDir(process.env),
    log: write,
  })
  ends.push(() => database.stop())
  const workspace = await startWorkspace({ channels: ['customers'], otherChannels: ['gossip'] })
  ends.push(() => workspace.stop())
  const bot = await startBotProcess({
    workspace,
    mongodbUri: database.uri,
    logFile: join(folder, 'bot.log'),
    settings: { ADMINS: workspace.userId('asha') },
  })
  ends.push(() => bot.stop())
  workspace.connect(bot.eventsUrl)
  const page = await startPage({
    workspace,
    people: ['asha', 'ravi', 'meera'],
    channels: ['customers', 'gossip'],
  })
  ends.push(() => page.stop())
  return page.url
}

async function playTour(browser: Browser): Promise<Readonly<Record<string, Shown>>> {
  const url = await startAll()
  const shown: Record<string, Shown> = {}
  const open = async (person: string, place: string, viewport = WIDE) => {
    const tab = await browser.newPage({ viewport })
    await tab.goto(`${url}${person}/${place}`)
    return tab
  }
  const take = async (tab: Tab, name: string, reply: Locator) => {
    await reply.waitFor()
    // Other messages at the same time would move the page.
    await tab.waitForTimeout(PAUSE_MS)
    const id = JSON.stringify((await reply.getAttribute('id')) ?? '')
    await tab.evaluate(`document.getElementById(${id})?.scrollIntoView({ block: 'start' })`)
    await tab.evaluate('document.fonts.ready.then(() => document.querySelector("#toast").replaceChildren())')
    const body = reply.locator('.body')
    shown[name] = readShown(await ((await body.count()) > 0 ? body : reply).innerText())
    if (isCheck) return
    await mkdir(TOUR, { recursive: true })
    const session = await tab.context().newCDPSession(tab)
    // A quarter of PNG's size: the pictures stay in the repository.
    const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 70 })
    await writeFile(join(TOUR, `${name}.webp`), data, 'base64')
  }

  const asha = await open('asha', 'customers')
  await share(asha, 'day-1.csv')
  await openThread(asha, 'day-1.csv')
  await take(asha, 'receipt', inThread(asha, 'rows imported'))

  const phone = await open(
    'asha',
    new URL(asha.url()).pathname.split('/').at(-1) + new URL(asha.url()).search,
    PHONE,
  )
  await take(phone, 'phone', inThread(phone, 'rows imported'))

  const ravi = await open('ravi', 'customers')
  await ravi.locator('#text-main').fill('/customer 07417119014')
  await ravi.locator('#text-main').press('Enter')
  await take(ravi, 'customer', ravi.locator('article.aside', { hasText: '74171' }))

  await share(ravi, 'day-2.csv')
  await openThread(ravi, 'day-2.csv')
  await inThread(ravi, 'rows imported').waitFor()
  const meera = await open('meera', 'customers')
  await share(meera, 'moved-column.csv')
  await openThread(meera, 'moved-column.csv')
  await take(meera, 'held', inThread(meera, 'moved-column.csv').filter({ has: meera.locator('button') }))

  await meera.goto(`${url}ravi/customers`)
  await openThread(meera, 'day-2.csv')
  await inThread(meera, 'rows imported').locator('button', { hasText: 'Undo' }).click()
  await take(meera, 'undo', meera.locator('.window', { hasText: 'Undo #2' }))

  const home = await open('ravi', 'app.home')
  await take(home, 'home', home.locator('article.home'))
  return shown
}

async function share(tab: Tab, name: string): Promise<void> {
  await tab.locator('#composer-main input[type=file]').setInputFiles(join(ROOT, 'examples', name))
  await messageOf(tab, name).locator('.replies a').waitFor({ timeout: 60_000 })
}

async function openThread(tab: Tab, name: string): Promise<void> {
  await messageOf(tab, name).locator('.replies a').click()
  await tab.locator('#thread').waitFor()
}

function messageOf(tab: Tab, name: string): Locator {
  return tab.locator('#scroll-main article', { has: tab.getByText(name, { exact: true }) }).first()
}

function inThread(tab: Tab, text: string): Locator {
  const answer = tab.locator('#thread article', { hasText: text })
  return answer.filter({ has: tab.locator('.app-mark') }).first()
}
