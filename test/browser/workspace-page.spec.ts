import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findChromium } from '../../dev/docs/find-chromium.ts'
import { dropFile, keepPicture, listBarriers, type PlayedPage, playPage } from '../support/open-browser.ts'

const LIST =
  'Phone,Name,City\n07417119014,Kushal Sharma,Pune\n98200 98201,Asha Rao,Mumbai\n12345,Too Short,Pune\n'
const STRANGE = 'K1,K2\n07417119020,9820098230\n9820098220,9820098231\n9820098221,9820098232\n'
const EVIL = `"><img src=x onerror=alert(1)>.csv`

let played: PlayedPage
let asha: Page

const reply = (tab: Page, text: string | RegExp) => tab.locator('#thread article', { hasText: text })
const openThread = async (tab: Page, file: string) => {
  const message = tab.locator('#scroll-main article', { hasText: file })
  await message.locator('.replies a').click()
  await tab.locator('#thread').waitFor()
}
const type = async (tab: Page, text: string) => {
  await tab.locator('#text-main').fill(text)
  await tab.locator('#text-main').press('Enter')
}
const aside = (tab: Page, text: string | RegExp) => tab.locator('article.aside', { hasText: text })

/** Pixels by which an element extends beyond the page on the right. */
const overflow = (tab: Page) =>
  tab.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth')

describe.skipIf(findChromium() === undefined)('the workspace in a browser', () => {
  beforeAll(async () => {
    played = await playPage()
    asha = await played.open('asha')
  })
  afterAll(() => played?.stop())

  it('takes a file that is dropped into the channel, and shows its receipt in a closed thread', async () => {
    await dropFile(asha, '#scroll-main', 'list.csv', LIST)

    await asha.locator('.replies a', { hasText: '2 replies' }).waitFor()
    expect(await asha.locator('#thread').count()).toBe(0)
    await openThread(asha, 'list.csv')

    await reply(asha, '2 of 3 rows imported').waitFor()
    const download = asha.waitForEvent('download')
    await reply(asha, 'rows to correct').locator('.file a').click()
    expect((await download).suggestedFilename()).toBe('list - rows to correct.csv')
    await keepPicture(asha, 'thread')
  })

  it('keeps the open thread through a reload, and closes it by going back', async () => {
    await asha.reload()
    await reply(asha, '2 of 3 rows imported').waitFor()

    await asha.keyboard.press('Escape')
    await asha.locator('#thread').waitFor({ state: 'detached' })
    await asha.goBack()
    await reply(asha, '2 of 3 rows imported').waitFor()
    await asha.goForward()
    await asha.locator('#thread').waitFor({ state: 'detached' })
  })

  it('keeps what was typed and not sent through a reload, and in its own place', async () => {
    await asha.locator('#text-main').fill('half a sentence')
    await asha.reload()
    expect(await asha.locator('#text-main').inputValue()).toBe('half a sentence')

    await asha.locator('#side a', { hasText: 'gossip' }).click()
    await expect.poll(() => asha.locator('#text-main').inputValue()).toBe('')
    await asha.goBack()
    await expect.poll(() => asha.locator('#text-main').inputValue()).toBe('half a sentence')
    await asha.locator('#text-main').fill('')
  })

  it('completes a command by the keyboard alone, and shows its answer to the one who asked', async () => {
    await asha.locator('#text-main').focus()
    await asha.keyboard.type('/upl')
    const options = asha.locator('#completions-main li:visible')
    expect(await options.first().textContent()).toContain('/uploads')
    await asha.keyboard.press('ArrowDown')
    const chosen = await asha.locator('#text-main').getAttribute('aria-activedescendant')
    expect(await asha.locator(`#${chosen}`).getAttribute('aria-selected')).toBe('true')
    await asha.keyboard.press('Tab')
    expect(await asha.locator('#text-main').inputValue()).toMatch(/^\/uploads \w/)
    await asha.locator('#text-main').fill('/upl')
    await asha.keyboard.press('ArrowDown')
    await asha.keyboard.press('Enter')
    expect(await asha.locator('#text-main').inputValue()).toMatch(/^\/uploads \w/)

    await type(asha, '/customer 07417119014')
    await aside(asha, 'Kushal Sharma').waitFor()
    const ravi = await played.open('ravi')
    await ravi.locator('#scroll-main article').first().waitFor()
    expect(await aside(ravi, 'Kushal Sharma').count()).toBe(0)
    await ravi.context().close()
  })

  it('completes and delivers a mention, which the bot answers to the one who asked', async () => {
    await asha.locator('#text-main').fill('@cu')
    await asha.keyboard.press('Tab')
    expect(await asha.locator('#text-main').inputValue()).toBe('@Customer Uploads')
    await type(asha, '@Customer Uploads help')
    await aside(asha, 'What would you like to know?').waitFor()
  })

  it('says what Slack says of a command it does not know, and of one in a thread', async () => {
    await type(asha, '/nonsense')
    await asha.locator('#toast', { hasText: '/nonsense is not a valid command' }).waitFor()
    await openThread(asha, 'list.csv')
    await asha.locator('#text-thread').fill('/uploads recent')
    await asha.locator('#text-thread').press('Enter')
    await asha.locator('#toast', { hasText: '/uploads is not supported in threads' }).waitFor()
  })

  it('asks which column holds the phones, and imports by the menu that answers', async () => {
    await asha.locator('#thread .close').click()
    await dropFile(asha, '#scroll-main', 'strange.csv', STRANGE)
    const message = asha.locator('#scroll-main article', { hasText: 'strange.csv' })
    await message.locator('.replies a').waitFor()
    await openThread(asha, 'strange.csv')
    await reply(asha, /[Ww]hich column/).waitFor()

    await keepPicture(asha, 'question')
    await reply(asha, /[Ww]hich column/)
      .locator('select')
      .selectOption({ label: 'K1' })

    await reply(asha, '3 of 3 rows imported').waitFor()
  })

  it('takes a file back: it asks in a window first, and says in the thread what was done', async () => {
    await reply(asha, '3 of 3 rows imported').locator('button', { hasText: 'Undo' }).click()
    const window = asha.locator('.window', { hasText: 'Undo #2' })
    await window.waitFor()
    await keepPicture(asha, 'undo')
    await window.locator('button', { hasText: 'Undo #2' }).click()
    await asha.locator('.window', { hasText: 'queued' }).waitFor()
    await asha.keyboard.press('Escape')
    await asha.locator('.window').waitFor({ state: 'detached' })
    await reply(asha, /#3.*#2/)
      .filter({ hasText: 'Removed' })
      .waitFor()
  })

  it('looks a customer up in a window, which Escape closes and a reload keeps', async () => {
    await asha.locator('#side button', { hasText: 'Look a customer up' }).click()
    await asha.locator('.window').waitFor()
    expect(await asha.evaluate('document.activeElement.dataset.type')).toBe('plain_text_input')
    await asha.keyboard.type('kushal')
    await asha.keyboard.press('Enter')
    await asha.locator('.window', { hasText: 'Pune' }).waitFor()

    await asha.reload()
    await asha.locator('.window', { hasText: 'Pune' }).waitFor()
    await keepPicture(asha, 'window')
    expect(await listBarriers(asha)).toEqual([])
    await asha.keyboard.press('Escape')
    await asha.locator('.window').waitFor({ state: 'detached' })
  })

  it('sends an export as a direct message, with a badge until it is read', async () => {
    await type(asha, '/uploads export')
    const app = asha.locator('#side a', { hasText: 'Customer Uploads' })
    await app.locator('.badge').waitFor()
    await app.click()
    const file = asha.locator('#scroll-main .file a', { hasText: /customers.*\.csv/ })
    await file.waitFor()
    const download = asha.waitForEvent('download')
    await file.click()
    expect((await download).suggestedFilename()).toMatch(/customers.*\.csv/)
    await expect.poll(() => app.locator('.badge').count()).toBe(0)
  })

  it('shows two people in two tabs what each is told, and who was notified', async () => {
    await asha.locator('#side a', { hasText: '# customers' }).click()
    const ravi = await played.open('ravi')
    await ravi.locator('#text-main').fill('@meera please look')
    await ravi.locator('#text-main').press('Enter')
    await asha.locator('#scroll-main article', { hasText: '@meera please look' }).waitFor()

    const meera = asha.locator('#side .people a', { hasText: 'meera' })
    await expect.poll(() => meera.locator('.badge').count()).toBe(1)
    await meera.click()
    await expect.poll(() => meera.locator('.badge').count()).toBe(0)
    await asha.goBack()
    expect(new URL(ravi.url()).pathname).toMatch(/\/ravi\/customers$/)
    await ravi.context().close()
  })

  it('shows a name as text, whatever stands in it', async () => {
    await dropFile(asha, '#scroll-main', EVIL, LIST)
    await asha.locator('#scroll-main article', { hasText: '<img src=x' }).waitFor()
    expect(await asha.locator('img').count()).toBe(0)
  })

  it('answers a file that Slack does not take, and deletes one that its owner deletes', async () => {
    await dropFile(asha, '#scroll-main', 'empty.csv', '')
    await asha.locator('#toast', { hasText: 'empty.csv is empty' }).waitFor()
    const message = asha.locator('#scroll-main article', { hasText: 'strange.csv' })
    await message.locator('summary').click()
    await message.getByText('Delete file').click()
    await asha.getByText('This file was deleted.').waitFor()
  })

  it.each([
    ['light', 'customers'],
    ['dark', 'customers'],
    ['light', 'app.home'],
    ['dark', 'app.messages'],
  ] as const)('keeps nobody out: %s, %s', async (colorScheme, place) => {
    const tab = await played.open('asha', place, { colorScheme })
    await tab.locator('#scroll-main article').first().waitFor()
    if (place === 'customers') await openThread(tab, 'list.csv')
    expect(await listBarriers(tab)).toEqual([])
    await keepPicture(tab, `${place}-${colorScheme}`)
    await tab.context().close()
  })

  it('has room on a telephone: nothing reaches out, and a receipt shows every number', async () => {
    const phone = await played.open('asha', 'customers', { viewport: { width: 360, height: 740 } })
    expect(await overflow(phone)).toBe(0)
    await openThread(phone, 'list.csv')
    const invalid = reply(phone, '2 of 3 rows imported').locator('th', { hasText: 'Invalid' })
    await invalid.scrollIntoViewIfNeeded()
    const box = await invalid.boundingBox()
    expect(box && box.x >= 0 && box.x + box.width <= 360).toBe(true)
    expect(await overflow(phone)).toBe(0)
    await keepPicture(phone, 'phone')
    await phone.locator('#thread .close').click()
    await phone.locator('#side a', { hasText: 'Customer Uploads' }).click()
    await phone.locator('article.home').waitFor()
    expect(await overflow(phone)).toBe(0)
    await phone.context().close()
  })

  it('has no script error, and nothing that its policy refused', () => {
    // The browser itself logs the answer to the empty file.
    const others = played.complaints.filter((complaint) => !complaint.includes('status of 400'))
    expect(others).toEqual([])
  })
})
