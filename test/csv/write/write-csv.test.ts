import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { neutraliseCell, writeCsvRow } from '../../../src/csv/write/write-csv.ts'
import { cleanText, isBlank } from '../../../src/customers/cells/clean-text.ts'
import { readPhones } from '../../../src/customers/phones/read-phone.ts'
import { readWhole } from '../read-csv.ts'

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
    [' =1+1', "' =1+1"],
    ['\u0000=1+1', "'\u0000=1+1"],
    ['\ufeff=1+1', "'\ufeff=1+1"],
    ['\u200b\u00a0@x', "'\u200b\u00a0@x"],
    ['\u202e-2+3', "'\u202e-2+3"],
    ['\u{e0020}+x', "'\u{e0020}+x"],
    ['\n=1+1', "'\n'=1+1"],
    [' 07417119014', "' 07417119014"],
    ["=x'", "'=x' "],
    ['07417119014', "'07417119014"],
    ['917417119014', "'917417119014"],
  ])('gets an apostrophe where it would be run or lose digits: %j', (cell, expected) => {
    expect(neutraliseCell(cell)).toBe(expected)
  })

  it.each([
    ['Ram\n=1+1', "Ram\n'=1+1"],
    ['Ram\r\n @x', "Ram\r\n' @x"],
    ['Ram\r+x', "Ram\r'+x"],
    ['a\u2028=1', "a\u2028'=1"],
    ['a\v\u200b=1', "a\v'\u200b=1"],
    ['=1\n=2\nb', "'=1\n'=2\nb"],
    ['a\n-500\nb', 'a\n-500\nb'],
    ['a\nb=1', 'a\nb=1'],
  ])('gets an apostrophe before each later line that would be run: %j', (cell, expected) => {
    expect(neutraliseCell(cell)).toBe(expected)
  })

  it.each(['', 'Ram', '7417119014', '-500', '-1,200.50', '0', '12000.50', 'a=b', "'x"])(
    'stays as it is: %j',
    (cell) => {
      expect(neutraliseCell(cell)).toBe(cell)
    },
  )
})

const wildCell = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '=',
        '+',
        '-',
        '@',
        '＝',
        "'",
        '"',
        ',',
        ';',
        '\n',
        '\r',
        '\r\n',
        '\t',
        ' ',
        '\v',
        '\u2028',
      ),
      fc.constantFrom(
        '\u0000',
        '\ufeff',
        '\u200b',
        '\u200d',
        '\u00a0',
        '\u202e',
        '\u00ad',
        '\ufe0f',
        '\u0338',
        '0',
      ),
      fc.constantFrom('="00123"', '-500', '07417119014', 'Ram', 'राम', '#CLEAR'),
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
    { maxLength: 8 },
  )
  .map((pieces) => pieces.join(''))

describe('any cell written for a spreadsheet', () => {
  it('keeps an apostrophe alone in a line before a line that would be run', () => {
    const cell = "=\u2028'\r="
    expect(cleanText(cell)).toBe("= ' =")
    expect(cleanText(neutraliseCell(cell))).toBe("= ' =")
  })

  it.each(['\r""', "\n'\\u200b'", '\t"a"'])(
    'that begins with a break loses its quotation marks: %j',
    (cell) => {
      expect(cleanText(neutraliseCell(cell))).toBe(cleanText(cell))
    },
  )

  it('means the same when it is read again', () => {
    fc.assert(
      fc.property(wildCell, (cell) => {
        expect(cleanText(neutraliseCell(cell))).toBe(cleanText(cell))
        expect(isBlank(neutraliseCell(cell))).toBe(isBlank(cell))
      }),
      { numRuns: 5_000 },
    )
  })

  it('begins no formula, in none of its lines', () => {
    fc.assert(
      fc.property(wildCell, (cell) => {
        for (const line of neutraliseCell(cell).split(/[\n\r\v\f\u0085\u2028\u2029]/)) {
          const seen = line.replace(/^[\s\p{C}\p{Default_Ignorable_Code_Point}]+/u, '').trimEnd()
          expect(seen).not.toMatch(/^(?!-\d+([.,]\d+)*$)[=+\-@＝＋－＠]/)
        }
      }),
      { numRuns: 5_000 },
    )
  })

  it('is that cell again behind the bytes of a whole file', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(wildCell, { minLength: 1, maxLength: 4 }), async (cells) => {
        // The reader treats a file with a NUL as binary.
        fc.pre(!cells.some((cell) => cell.includes('\u0000')))
        const rows = [
          ['a', ...cells.map((_, at) => `c${at}`)],
          ['x', ...cells],
          // Without ordinary text, a few control characters would be binary data.
          ['y'.repeat(20_000)],
        ]
        const text = rows.map((row) => writeCsvRow(row.map(neutraliseCell))).join('')
        const { rows: read } = await readWhole(`\ufeff${text}`, { delimiter: ',' })
        expect(read[0]?.cells.slice(1).map(cleanText)).toEqual(
          // The reader drops byte order marks wherever they stand.
          cells.map((cell) => cleanText(cell.replaceAll('\ufeff', ''))),
        )
      }),
      { numRuns: 300 },
    )
  })

  it.each([
    '+917417119014\n+919820098200',
    '07417119014\r\n+919820098200',
    ' +917417119014',
    "+917417119014'",
    '+91 74171 19014 / +91 98200 98200',
  ])('has the phones it had: %j', (cell) => {
    expect(readPhones(neutraliseCell(cell), 'IN')).toEqual(readPhones(cell, 'IN'))
  })
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
