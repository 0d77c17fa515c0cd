import { performance } from 'node:perf_hooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ACTIONS } from '../../commands/actions/actions.ts'
import { SHORTCUTS } from '../../commands/home/shortcuts.ts'
import { markCode } from '../../commands/reply/mark-code.ts'
import { parseDay } from '../../commands/text/dates.ts'
import { nearestWord } from '../../commands/text/nearest-word.ts'
import { cleanText } from '../../src/customers/cells/clean-text.ts'
import { readEmail } from '../../src/customers/cells/read-email.ts'
import { attributeName } from '../../src/customers/fields/attribute-name.ts'
import { normaliseHeader } from '../../src/customers/fields/normalise-header.ts'
import { parsePhoneQuery } from '../../src/customers/phones/parse-phone-query.ts'
import { readPhones } from '../../src/customers/phones/read-phone.ts'
import { splitName } from '../../src/uploads/rows/search-words.ts'
import { type PlayedBot, playWorkspace } from '../support/play-workspace.ts'
import { readView } from '../support/view-controls.ts'

/** What makes a pattern go back and forth, scripts written the other way, signs of several parts and of no width. */
const PIECES = [
  ...['a', '1', '-', '+', ' ', '\t', '(', '.', '/', '@', '`', 'a ', '1 ', '+1', '(1', 'a.', '1 jan ', 'ext'],
  ...['\u200f', '\u200b', '\u0301', '\u0661', '०', 'İ', '👨‍👩‍👧', '<!channel>'],
]
const DAY = { now: new Date('2026-01-15'), timeZone: 'Asia/Kolkata', dateOrder: 'day_first' } as const
const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  parseDay: (text) => parseDay(text, DAY),
  parsePhoneQuery: (text) => parsePhoneQuery(text, 'IN'),
  nearestWord: (text) => nearestWord(text, ['recent', 'show']),
  splitName,
  markCode,
  readPhones: (text) => readPhones(text, 'IN'),
  readEmail,
  cleanText,
  normaliseHeader,
  attributeName: (text) => attributeName(text, 1, new Set()),
}
/** A pattern that goes back and forth takes many seconds for this many characters. */
const LENGTH = 40_000
const fill = (piece: string) => piece.repeat(Math.floor(LENGTH / piece.length))
const MAX_MS = 1_500

describe('a text of 40,000 characters', () => {
  it.each(Object.entries(READERS))('takes no long time to read by %s', (_, read) => {
    for (const piece of PIECES)
      for (const end of ['', '!', '1']) {
        const text = fill(piece) + end
        const began = performance.now()
        read(text)
        expect(performance.now() - began, JSON.stringify(piece + end)).toBeLessThan(MAX_MS)
      }
  })
})

/** What a person is told; longer than that nobody reads. */
const MAX_SAID = 1_000
const SOON_MS = 5_000

describe('40,000 characters sent to the bot', () => {
  let bot: PlayedBot
  beforeAll(async () => {
    bot = await playWorkspace((workspace) => ({ ADMINS: workspace.userId('asha') }))
    await bot.workspace.waitForReceipt(await bot.share('asha', 'a.csv', 'phone,name\n07417119014,Kushal\n'))
  })
  afterAll(() => bot.stop())

  async function expectShort(ask: () => Promise<string>, about: string): Promise<string> {
    const began = performance.now()
    const said = await ask()
    expect(performance.now() - began, about).toBeLessThan(SOON_MS)
    expect(said, about).toMatch(/\w/)
    expect(said.length, about).toBeLessThan(MAX_SAID)
    expect(said, about).not.toMatch(/Kushal|Reference: /)
    return said
  }

  it.each([
    ...['', 'history ', 'forget ', '07417119014 on ', 'Lata on '].map((words) => `/customer ${words}`),
    ...[
      '',
      'show ',
      'recent ',
      'compare 1 ',
      'undo ',
      'digest ',
      'preview ',
      'export since ',
      'mapping ',
    ].map((words) => `/uploads ${words}`),
  ])('typed behind %s get a short answer soon', async (command) => {
    for (const piece of PIECES) {
      const said = await expectShort(async () => {
        const { answers } = await bot.workspace.command('asha', 'customers', command + fill(piece))
        return answers.map(({ text }) => text).join('\n')
      }, JSON.stringify(piece))
      // All but what is nothing once it is tidied.
      if (/\p{L}|\d/u.test(piece)) expect(said, piece).toMatch(/[\d,]+ .*\b300\b/)
    }
  })

  it('typed into the window get a short answer soon', async () => {
    for (const piece of PIECES) {
      const window = await bot.workspace.openShortcut('asha', 'lookup_customer')
      if (!window) throw new Error('no window')
      await expectShort(
        async () => readView(await bot.workspace.submit('asha', window, fill(piece)), bot.workspace),
        JSON.stringify(piece),
      )
    }
  })

  it.each(ACTIONS.map(({ name }) => name))('as the value of %s get a short answer soon', async (action) => {
    for (const value of [
      fill('9'),
      fill('1:'),
      fill('customer:'),
      `upload:${fill('x')}`,
      `recent:${fill('a ')}`,
    ])
      await expectShort(
        async () => {
          const { answers } = await bot.workspace.act('asha', 'customers', { action, value })
          return answers.map(({ text }) => text).join('\n')
        },
        value.slice(0, 20),
      )
  })

  it.each(SHORTCUTS.map(({ callbackId }) => callbackId))(
    'as the name of a file get a short answer soon by %s',
    async (callbackId) => {
      await expectShort(async () => {
        const file = { id: `F${fill('0')}`, name: `${fill('n')}.csv` }
        const message = { ts: '1700000000.000100', files: [file] }
        const { answers } = await bot.workspace.pickFromMenu('asha', 'customers', callbackId, message)
        return answers.map(({ text }) => text).join('\n')
      }, callbackId)
    },
  )
})
