import fc from 'fast-check'
import { expect, it } from 'vitest'
import { AppError } from '../../src/errors.ts'
import { understandFormat } from '../../src/xlsx/numbers/index.ts'
import { type SheetRow, SheetScanner, StringTable } from '../../src/xlsx/sheet/index.ts'

const table = new StringTable('/nowhere/texts')
for (const text of ['Asha', ' & Sons', 'न']) table.add(text)
table.end()
const CONTEXT = { table, formats: [0, 14, 9].map(understandFormat), is1904: false, needsCalculation: false }
const LIMITS = { maxColumns: 8, maxCellLength: 20, maxLength: 1e6 }

const value = fc.constantFrom(
  '',
  '0',
  '2',
  '9',
  '-12.50',
  '0.1',
  '1e3',
  '45285',
  '1234567890123456',
  'a&amp;b',
  '&#x61;',
  '&bad;',
  '_x000D_',
  'x'.repeat(400),
  ' ',
)
/** Cells as programs write them, and invalid ones. */
const cell = fc
  .tuple(
    fc.constantFrom('', ' t="s"', ' t="str"', ' t="inlineStr"', ' t="b"', ' t="e"', ' s="1"', ' s="2" t="n"'),
    fc.constantFrom('', ' cm="1"', " x='>'"),
    fc.constantFrom(
      (v: string) => `<v>${v}</v>`,
      (v: string) => `<v >${v}</v >`,
      (v: string) => `<v>${v}<!-- - --></v>`,
      (v: string) => `<v><![CDATA[${v}]]></v>`,
      (v: string) => `<is><t>${v}</t></is>`,
      (v: string) => `<is><t xml:space="preserve">${v}</t></is>`,
      (v: string) => `<is><r><t>${v}</t></r><rPh><t>${v}</t></rPh></is>`,
      (v: string) => `<f>A1</f><v>${v}</v>`,
      (v: string) => `<x:v>${v}</x:v>`,
      (v: string) => `<v>${v}</v><v>1</v>`,
      (v: string) => `<v>${v}`,
      () => '<v/>',
      () => '<f/>',
      () => '',
    ),
    value,
    fc.constantFrom(['c', 'c'], ['c', 'c'], ['x:c', 'x:c'], ['x:c', 'c'], ['c ', 'c ']),
  )
  .map(([type, more, content, text, [open, end]]) => `<${open}${type}${more}>${content(text)}</${end}>`)
const rows = fc.array(fc.array(cell, { maxLength: 6 }), { minLength: 1, maxLength: 4 })

interface Read {
  readonly rows?: readonly SheetRow[]
  readonly notes?: unknown
  readonly refused?: string
}

function read(pieces: Iterable<string>): Read {
  const scanner = new SheetScanner(CONTEXT, LIMITS)
  const found: SheetRow[] = []
  try {
    for (const piece of pieces) for (const batch of scanner.write(piece)) found.push(...batch)
    found.push(...scanner.end())
    return { rows: found, notes: scanner.notes.all }
  } catch (error) {
    if (error instanceof AppError) return { refused: error.code }
    throw error
  }
}

it('gives the same rows of cells read at once and of cells cut anywhere, of any form', () => {
  let whole = 0
  fc.assert(
    fc.property(rows, fc.nat(), (cells, cut) => {
      const body = cells.map((row) => `<row>${row.join('')}</row>`).join('')
      const xml = `<worksheet><sheetData>${body}</sheetData></worksheet>`
      const bySign = read(xml)
      const at = cut % xml.length
      expect(read([xml])).toEqual(bySign)
      expect(read([xml.slice(0, at), xml.slice(at)])).toEqual(bySign)
      if (bySign.rows) whole += 1
    }),
    { numRuns: 400 },
  )
  expect(whole).toBeGreaterThan(0)
})

it.each([
  ['1', '<c r="A1"><v>1</v></c>'],
  ['a&b', '<c r="A1" t="inlineStr"><is><t>a&amp;b</t></is></c>'],
  ['Asha', '<c r="A1" t="s"><v>0</v></c>'],
])('reads %s where it is the only cell', (text, xml) => {
  const sheet = `<worksheet><sheetData><row r="1">${xml}</row></sheetData></worksheet>`
  expect(read([sheet]).rows?.[0]?.cells).toEqual([text])
})
