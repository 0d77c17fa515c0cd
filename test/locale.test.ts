import { afterEach, describe, expect, it } from 'vitest'
import { formatCount, formatValue, plural } from '../commands/reply/format.ts'
import { isLocale, speakLocale } from '../src/locale.ts'

afterEach(() => speakLocale('en-IN'))

describe('numbers', () => {
  it.each([
    ['en-IN', '1,20,000', '12,34,567.50'],
    ['en-US', '120,000', '1,234,567.50'],
    ['de-DE', '120.000', '1.234.567,50'],
  ])('are grouped as people write them in %s', (locale, count, amount) => {
    speakLocale(locale)

    expect(formatCount(120_000)).toBe(count)
    expect(plural(120_000, 'row')).toBe(`${count} rows`)
    expect(formatValue(1_234_567.5, 'money')).toBe(amount)
  })

  it('know a locale from something else', () => {
    expect(['en-IN', 'de', 'Mars', 'en_IN!', ''].map(isLocale)).toEqual([true, true, false, false, false])
  })
})
