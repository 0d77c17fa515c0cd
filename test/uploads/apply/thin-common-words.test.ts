import { describe, expect, it } from 'vitest'
import { thinCommonWords } from '../../../src/uploads/apply/thin-common-words.ts'
import { MAX_COMMON_ROWS } from '../../../src/uploads/rows/index.ts'

const rowsOf = (count: number, ...words: string[]) =>
  Array.from({ length: count }, (_, index): { search?: string[] } => ({ search: [`name${index}`, ...words] }))

const withWord = (rows: readonly { search?: string[] }[], word: string) =>
  rows.filter(({ search = [] }) => search.includes(word)).length

describe('the words of cities, states and domains', () => {
  it('are on the first rows of a run, and rare words on all rows', () => {
    const run = {}
    const [first, second] = [rowsOf(30, ':pune', '@example.com'), rowsOf(30, ':pune', ':goa', ';410')]

    thinCommonWords(run, first)()
    thinCommonWords(run, second)()

    expect(withWord(first, ':pune')).toBe(30)
    expect(withWord(second, ':pune')).toBe(MAX_COMMON_ROWS - 30)
    expect(withWord(second, ':goa')).toBe(30)
    expect(withWord(first, '@example.com')).toBe(30)
    expect(withWord(second, ';410')).toBe(30)
    expect(second.at(-1)?.search).toEqual(['name29', ':goa', ';410'])
  })

  it('do not count for a batch that was not recorded', () => {
    const run = {}
    thinCommonWords(run, rowsOf(MAX_COMMON_ROWS, ':pune'))
    const again = rowsOf(MAX_COMMON_ROWS, ':pune')

    thinCommonWords(run, again)()

    expect(withWord(again, ':pune')).toBe(MAX_COMMON_ROWS)
  })

  it('are counted for each upload alone', () => {
    thinCommonWords({}, rowsOf(MAX_COMMON_ROWS, ':pune'))()
    const others = rowsOf(3, ':pune')

    thinCommonWords({}, others)()

    expect(withWord(others, ':pune')).toBe(3)
  })

  it('leave no empty list behind', () => {
    const run = {}
    thinCommonWords(run, rowsOf(MAX_COMMON_ROWS, ':pune'))()
    const row: { search?: string[] } = { search: [':pune'] }

    thinCommonWords(run, [row])()

    expect(row).toEqual({})
  })
})
