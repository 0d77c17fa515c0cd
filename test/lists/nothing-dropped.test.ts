import fc from 'fast-check'
import iconv from 'iconv-lite'
import { describe, expect, it } from 'vitest'
import { readList } from './read-list.ts'

/** Number of files: some in every test run, more with `npm run test:fuzz`. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 150)

const HEADER = ['Name', 'Mobile', 'City', 'Address', 'Loan No', 'Shirt Size', 'Remarks']
const MOBILE = 1
const BLANKS = ['', '', '', 'NULL', '-', 'N/A']

/** A plain word: no blank word, date or number. */
const word = fc.stringMatching(/^q[a-z]{4,9}$/u)
const cell = fc.oneof(
  { weight: 5, arbitrary: word },
  { weight: 2, arbitrary: fc.tuple(word, word).map((words) => words.join(' ')) },
  { weight: 2, arbitrary: fc.constantFrom(...BLANKS) },
)
const row = fc.tuple(cell, cell, cell, cell, cell, cell)
const rows = fc.array(row, { minLength: 3, maxLength: 25 })

/** How programs may write a cell. */
const WRITERS: Readonly<Record<string, (text: string, separator: string) => string>> = {
  plain: (text) => text,
  quoted: (text) => `"${text}"`,
  apostrophes: (text) => `'${text}'`,
  curly: (text) => `“${text}”`,
  'with a separator inside': (text, separator) => (text === '' ? '' : `"${text}${separator} qand"`),
  'with a separator inside apostrophes': (text, separator) =>
    text === '' ? '' : `'${text}${separator} qand'`,
  bold: (text) => (text === '' ? '' : `<b>${text}</b>`),
  padded: (text) => `  ${text} `,
}
const ENCODINGS = ['utf8', 'utf-16le', 'utf-16be', 'windows-1252']
const ABOVE = ['', 'Customers of May\n', 'Event;Seats\nFair;90\n\n', '\n\n']
const BELOW = ['', '\n\n', '\n\nEnd of report\n', ';;;;;;\n']

describe('every cell of an imported row of a file', () => {
  it(
    'is found again in the customer, however the file is written',
    async () => {
      const form = fc.record({
        separator: fc.constantFrom(',', ';', '\t', '|'),
        write: fc.constantFrom(...Object.keys(WRITERS)),
        writeHeader: fc.constantFrom('plain', 'quoted'),
        encoding: fc.constantFrom(...ENCODINGS),
        lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
        above: fc.constantFrom(...ABOVE),
        below: fc.constantFrom(...BELOW),
        accent: fc.boolean(),
      })
      await fc.assert(
        fc.asyncProperty(rows, form, async (texts, { separator, lineEnd, encoding, ...how }) => {
          const write = WRITERS[how.write] ?? String
          const table = texts.map((cells, at) => {
            const named = how.accent && cells[0].startsWith('q') ? `Zoé ${cells[0]}` : cells[0]
            return [named, `06123${String(10_000 + at)}`, ...cells.slice(1)]
          })
          const isCurly = how.write === 'curly' && encoding === 'windows-1252'
          const lines = table.map((cells) =>
            cells
              .map((text, at) => (at === MOBILE || isCurly ? text : write(text, separator)))
              .join(separator),
          )
          const header = HEADER.map((name) => (how.writeHeader === 'quoted' ? `"${name}"` : name)).join(
            separator,
          )
          const around = [how.above, how.below].map((text) => text.replaceAll(';', separator))
          const text = `${around[0]}${header}\n${lines.join('\n')}\n${around[1]}`.replaceAll('\n', lineEnd)
          const list = await readList(iconv.encode(text, encoding, { addBOM: true }), 'FR')
          const indian = list.kind === 'read' ? list : { rows: [] }
          expect(list.kind, JSON.stringify(list).slice(0, 300)).toBe('read')
          for (const [at, cells] of table.entries()) {
            const line = JSON.stringify(indian.rows.filter(({ kind }) => kind !== 'blank')[at])
            const words = cells.flatMap((one, column) =>
              column === MOBILE || BLANKS.includes(one) ? [] : one.split(' '),
            )
            const isImported = line?.includes('"kind":"customer"')
            for (const one of isImported ? words : []) expect(line, `${one} in ${text}`).toContain(one)
            expect(isImported, `${line} of ${text}`).toBe(true)
          }
        }),
        { numRuns: RUNS },
      )
    },
    30_000 + RUNS * 100,
  )
})
