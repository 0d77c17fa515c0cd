import { performance } from 'node:perf_hooks'
import { describe, expect, it } from 'vitest'
import { parseDay } from '../../commands/dates.ts'
import { markCode } from '../../commands/mark-code.ts'
import { nearestWord } from '../../commands/nearest-word.ts'
import { attributeName } from '../../src/customers/attribute-name.ts'
import { cleanText } from '../../src/customers/clean-text.ts'
import { normaliseHeader } from '../../src/customers/normalise-header.ts'
import { parsePhoneQuery } from '../../src/customers/parse-phone-query.ts'
import { readEmail } from '../../src/customers/read-email.ts'
import { readPhones } from '../../src/customers/read-phone.ts'
import { splitName } from '../../src/uploads/search-words.ts'

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
const MOST_MS = 1_500

describe('a text of 40,000 characters', () => {
  it.each(Object.entries(READERS))('takes no long time to read by %s', (_, read) => {
    for (const piece of PIECES)
      for (const end of ['', '!', '1']) {
        const text = piece.repeat(LENGTH / piece.length) + end
        const began = performance.now()
        read(text)
        expect(performance.now() - began, JSON.stringify(piece + end)).toBeLessThan(MOST_MS)
      }
  })
})
