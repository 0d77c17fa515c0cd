import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { neutraliseCell, writeCsvRow } from '../../../src/csv/write/write-csv.ts'

describe('a row written', () => {
  it.each([
    [['a', 'b'], 'a,b\r\n'],
    [['a,b', 'c'], '"a,b",c\r\n'],
    [['say "hi"', ''], '"say ""hi""",\r\n'],
    [['a\nb', 'c\rd'], '"a\nb","c\rd"\r\n'],
    [[' a', 'b '], '" a","b "\r\n'],
    [[''], '""\r\n'],
    [['5" pipe'], '"5"" pipe"\r\n'],
  ])('quotes what a reader could take apart: %j', (cells, expected) => {
    expect(writeCsvRow(cells)).toBe(expected)
  })

  it('quotes the separator in use and no other', () => {
    expect(writeCsvRow(['a,b', 'c;d'], ';')).toBe('a,b;"c;d"\r\n')
  })
})

describe('a cell for a spreadsheet', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['-2+3', "'-2+3"],
    ['+917417119014', "'+917417119014"],
    ['\tx', "'\tx"],
    ['\rx', "'\rx"],
    ['＝1+1', "'＝1+1"],
    ['07417119014', "'07417119014"],
    ['917417119014', "'917417119014"],
  ])('gets an apostrophe where it would be run or lose digits: %j', (cell, expected) => {
    expect(neutraliseCell(cell)).toBe(expected)
  })

  it.each(['', 'Ram', '7417119014', '-500', '-1,200.50', '0', '12000.50', 'a=b', "'x"])(
    'stays as it is: %j',
    (cell) => {
      expect(neutraliseCell(cell)).toBe(cell)
    },
  )
})

describe('every CSV the bot makes', () => {
  it('goes through the one writer that makes cells safe for a spreadsheet', () => {
    const root = new URL('../../../', import.meta.url)
    const files = ['src', 'commands'].flatMap((folder) =>
      readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith('.ts'))
        .map((path) => `${folder}/${path}`),
    )
    const writers = files.filter((path) =>
      /from '[^']*\/write-csv\.ts'/.test(readFileSync(new URL(path, root), 'utf8')),
    )

    expect(files.length).toBeGreaterThan(100)
    expect(writers).toEqual(['src/csv/write/write-csv-file.ts'])
  })
})
