import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { findChromium } from '../../dev/docs/find-chromium.ts'
import { makePrivateFolder } from '../../src/private-files/private-folder.ts'
import { keepPicture, launchBrowser, listBarriers } from '../support/open-browser.ts'

let folder: string
let file: string
let browser: Browser

describe.skipIf(findChromium() === undefined)('the page with every reply in every state', () => {
  beforeAll(async () => {
    folder = await makePrivateFolder('stories-test')
    file = join(folder, 'stories.html')
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', 'dev/docs/write-stories.ts', file],
      {
        env: { ...process.env, TEST_MONGODB_URI: inject('databaseUri') },
        encoding: 'utf8',
      },
    )
    expect(`${status} ${stderr}`).toMatch(/^0 /)
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await rm(folder, { recursive: true, force: true, maxRetries: 20 })
  })

  it('has every reply of test/replies, and draws every block of it', () => {
    const page = readFileSync(file, 'utf8')
    expect(page.match(/<article /g)?.length).toBeGreaterThan(120)
    for (const id of ['receipts-imported-with-problems', 'progress-question', 'undo-asked', 'customer-card'])
      expect(page).toContain(`id="${id}"`)
    expect(page).not.toContain('(a block called')
  })

  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 360],
  ] as const)('has room and keeps nobody out: %s, %i pixels wide', async (colorScheme, width) => {
    const context = await browser.newContext({
      colorScheme,
      viewport: { width, height: 900 },
      bypassCSP: true,
    })
    const tab = await context.newPage()
    await tab.goto(pathToFileURL(file).href)
    const reach = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
    expect(await tab.evaluate(reach)).toBe(0)
    if (width > 360) expect(await listBarriers(tab)).toEqual([])
    await keepPicture(tab, `stories-${colorScheme}-${width}`)
    await context.close()
  })
})
