import { readdirSync, readFileSync } from 'node:fs'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ACTIONS } from '../../commands/actions/actions.ts'
import { SHORTCUTS } from '../../commands/home/shortcuts.ts'
import { markCode } from '../../commands/reply/mark-code.ts'
import { parseDay } from '../../commands/text/dates.ts'
import { nearestWord } from '../../commands/text/nearest-word.ts'
import { neutraliseCell, writeCsvRow } from '../../src/csv/write/write-csv.ts'
import { isPlaceholder } from '../../src/customers/cells/blank-words.ts'
import * as cleaning from '../../src/customers/cells/clean-text.ts'
import { hasShortYear, provenCalendar, provenOrder } from '../../src/customers/cells/read-date.ts'
import { isCreditOrDebit } from '../../src/customers/cells/read-money.ts'
import {
  parseAmount,
  plainWholeNumber,
  provenMark,
  splitSign,
} from '../../src/customers/cells/read-number.ts'
import { isFormulaText } from '../../src/customers/cells/read-text.ts'
import {
  dateEvidence,
  decimalMark,
  foreignPhones,
  hasPhone,
} from '../../src/customers/columns/column-evidence.ts'
import { FIELD_READERS } from '../../src/customers/columns/field-readers.ts'
import { nameCell } from '../../src/customers/columns/quote-column.ts'
import { attributeName, ownAttribute } from '../../src/customers/fields/attribute-name.ts'
import { FIELD_TYPES } from '../../src/customers/fields/customer.ts'
import { DEFAULT_CATALOGUE } from '../../src/customers/fields/field-catalogue.ts'
import { normaliseHeader } from '../../src/customers/fields/normalise-header.ts'
import { mapHeader } from '../../src/customers/mapping/map-header.ts'
import { regionOfHint } from '../../src/customers/phones/country-region.ts'
import { parsePhoneQuery } from '../../src/customers/phones/parse-phone-query.ts'
import { readPhones } from '../../src/customers/phones/read-phone.ts'
import { resolvePhone } from '../../src/customers/phones/resolve-phone.ts'
import { createRowReader } from '../../src/customers/rows/row-reader.ts'
import { escapeMrkdwn } from '../../src/slack/render/mrkdwn.ts'
import { print } from '../../src/terminal/terminal-text.ts'
import { readFileName } from '../../src/uploads/import/file-name.ts'
import { foldIdentifier, foldWord, splitName } from '../../src/uploads/rows/search-words.ts'
import { findGrowth } from '../support/growth.ts'
import { type PlayedBot, playWorkspace } from '../support/play-workspace.ts'
import { readView } from '../support/view-controls.ts'

/** Texts that cause backtracking, right-to-left scripts, and characters of several or zero width. */
const PIECES = [
  ...['a', '1', '-', '+', ' ', '\t', '(', '.', '/', '@', '`', 'a ', '1 ', '+1', '(1', 'a.', '1 jan ', 'ext'],
  ...['\u200f', '\u200b', '\u0301', '\u0661', '०', 'İ', '👨‍👩‍👧', '<!channel>'],
  ...[
    "'",
    '"',
    '=',
    '\n',
    '\r\n',
    '\n=',
    "\n'",
    ', ',
    '1,',
    '1e',
    '1-',
    '.1',
    '()',
    '1/',
    '&',
    '#',
    'm ',
    'tel:',
    '1;',
  ],
]
const DAY = { now: new Date('2026-01-15'), timeZone: 'Asia/Kolkata', dateOrder: 'day_first' } as const
const PLACE = { catalogue: DEFAULT_CATALOGUE, region: 'IN', dateOrder: 'day_first' } as const
const STYLE = { dateOrder: 'day_first', decimalMark: 'point', usualMark: 'point' } as const

/** A column of every type, with a country and a code for the phone: all readers a cell can reach. */
const HEADER = [
  'Phone',
  'Other Phone',
  'Country',
  'Country Code',
  'Name',
  'Email',
  'Loan Amount',
  'Due Date',
  'DPD',
  'DNC',
  'City',
  'Own',
]
const { mapping } = readMapping(HEADER, [HEADER.map((_, at) => (at === 0 ? '07417119014' : ''))])
const readRow = createRowReader(mapping, HEADER, { ...PLACE, clearWord: '#CLEAR' })
function readMapping(header: readonly string[], rows: readonly (readonly string[])[]) {
  const found = mapHeader(header, rows, PLACE)
  if (found.kind !== 'mapped') throw new Error('the phone column is unknown')
  return found
}

const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  ...Object.fromEntries(
    FIELD_TYPES.filter((type) => type in FIELD_READERS).map((type) => [
      `the reader of ${type}`,
      (text: string) => FIELD_READERS[type](text, STYLE, 'IN'),
    ]),
  ),
  ...Object.fromEntries(
    HEADER.map((name, column) => [
      `a row with it under ${name}`,
      (text: string) =>
        readRow({
          line: 2,
          cells: HEADER.map((_, at) => (at === column ? text : at === 0 ? '07417119014' : '')),
        }),
    ]),
  ),
  'a header': (text) => mapHeader([text, 'Phone'], [['x', '07417119014']], PLACE),
  'a sample': (text) => mapHeader(['Contact', 'Phone', 'Date'], [[text, text, text]], PLACE),
  cleanText: cleaning.cleanText,
  isBlank: cleaning.isBlank,
  isPlaceholder,
  isFormulaText,
  readScientific: cleaning.readScientific,
  spreadsheetError: cleaning.spreadsheetError,
  toAsciiNumber: cleaning.toAsciiNumber,
  ownAttribute,
  dateEvidence: (text) => dateEvidence([text], 'day_first'),
  decimalMark: (text) => decimalMark([text]),
  foreignPhones: (text) => foreignPhones('x', [text], 'IN'),
  hasPhone: (text) => hasPhone([text], 'IN'),
  regionOfHint: (text) => regionOfHint(text, null),
  nameCell: (text) => nameCell({ header: text, index: 0 }),
  provenOrder,
  hasShortYear,
  provenCalendar: (text) => provenCalendar(text, undefined),
  plainWholeNumber: (text) => plainWholeNumber(text, 'comma_groups'),
  provenMark,
  isCreditOrDebit,
  parseAmount: (text) => parseAmount(text, null),
  splitSign,
  resolvePhone: (text) => resolvePhone(text, 'IN'),
  neutraliseCell,
  writeCsvRow: (text) => writeCsvRow([text, text]),
  print: (text) => print(new PassThrough(), text),
  escapeMrkdwn,
  readFileName,
  foldIdentifier,
  foldWord,
  parseDay: (text) => parseDay(text, DAY),
  parsePhoneQuery: (text) => parsePhoneQuery(text, 'IN'),
  nearestWord: (text) => nearestWord(text, ['recent', 'show']),
  splitName,
  markCode,
  readPhones: (text) => readPhones(text, 'IN'),
  normaliseHeader,
  attributeName: (text) => attributeName(text, 1, new Set()),
}
/** A backtracking pattern takes many seconds for this many characters. */
const LENGTH = 40_000
const CELL_LENGTH = 50_000
const fill = (piece: string) => piece.repeat(Math.floor(LENGTH / piece.length))

describe('a text of 50,000 characters', () => {
  it.each(Object.entries(READERS))('takes time in proportion to its length, read by %s', (_, read) => {
    for (const piece of PIECES)
      for (const [begin, end] of [
        ['', ''],
        ['', '!'],
        ['', '1'],
        ['1', ''],
        ['a', 'x'],
      ]) {
        const make = (length: number) => begin + piece.repeat(Math.floor(length / piece.length)) + end
        expect(findGrowth(read, make, CELL_LENGTH), JSON.stringify(`${begin}${piece}…${end}`)).toBeNull()
      }
  })

  it('is read by every reader there is', () => {
    const root = new URL('../../', import.meta.url)
    const exported = readdirSync(new URL('src/customers', root), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\/(?:read-|clean-text)/.test(file))
      .flatMap((file) =>
        [
          ...readFileSync(new URL(`src/customers/${file}`, root), 'utf8').matchAll(
            /^export function (\w+)\((?:cell|text)\b/gm,
          ),
        ].map(([, name = '']) => name),
      )
    const own = readFileSync(new URL(import.meta.url), 'utf8')
    const byType = ['readText', 'readEmail', 'readNumber', 'readMoney', 'readDate', 'readYesNo']
    // Parts of cleanText, toAsciiNumber and readNumber.
    const parts = ['removeInvisible', 'tidyText', 'toAsciiDigits', 'readGroups']

    expect(exported.length).toBeGreaterThan(12)
    expect(exported.filter((name) => ![...byType, ...parts].includes(name) && !own.includes(name))).toEqual(
      [],
    )
  })

  it('can tell a reader that goes back and forth', () => {
    const slow = (text: string) => /\(+\)/.test(text)

    expect(findGrowth(slow, (length) => '('.repeat(length), 16_000, 15)).toMatch(/times as long/)
  })
})

/** Maximum characters of a reply. */
const MAX_ANSWER = 1_500
/** Processor time, which the machine's other work does not lengthen. */
const SOON_MS = 5_000

function processorMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1000
}

describe('40,000 characters sent to the bot', () => {
  let bot: PlayedBot
  beforeAll(async () => {
    bot = await playWorkspace((workspace) => ({ ADMINS: workspace.userId('asha') }))
    await bot.workspace.waitForReceipt(await bot.share('asha', 'a.csv', 'phone,name\n07417119014,Kushal\n'))
  })
  afterAll(() => bot.stop())

  async function expectShort(ask: () => Promise<string>, about: string): Promise<string> {
    const began = process.cpuUsage()
    const answer = await ask()
    expect(processorMs(began), about).toBeLessThan(SOON_MS)
    expect(answer, about).toMatch(/\w/)
    expect(answer.length, about).toBeLessThan(MAX_ANSWER)
    expect(answer, about).not.toMatch(/Reference: /)
    // Text that is empty after cleaning gets the question for a phone first.
    if (/\p{L}|\d/u.test(about.replaceAll(/\\[a-z]|\\u[\da-f]{4}/g, '')))
      expect(answer, about).not.toMatch(/Kushal/)
    return answer
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
      const output = await expectShort(async () => {
        const { answers } = await bot.workspace.command('asha', 'customers', command + fill(piece))
        return answers.map(({ text }) => text).join('\n')
      }, JSON.stringify(piece))
      // All texts that are not empty after cleaning.
      if (/\p{L}|\d/u.test(piece)) expect(output, piece).toMatch(/[\d,]+ .*\b300\b/)
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
