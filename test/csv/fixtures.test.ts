import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readRefusal, readWhole } from './read-csv.ts'

const FOLDER = new URL('./fixtures/', import.meta.url)
const fixture = (name: string): Buffer => readFileSync(new URL(`${name}.csv`, FOLDER))

const P14 = '+917417119014'
const P15 = '+917417119015'
const P16 = '+917417119016'
const P17 = '+917417119017'
const UNBALANCED = 'quote_unbalanced'

interface Expected {
  readonly encoding?: string
  readonly delimiter?: string
  readonly header?: readonly string[]
  readonly headerLine?: number
  readonly looksHeaderless?: boolean
  readonly notes?: readonly RegExp[]
  /** Line, cells, and the problem code if there is one. */
  readonly rows: readonly (readonly [number, readonly string[], string?])[]
}

const RENE_AND_SITA = {
  rows: [
    [2, ['René', P14, 'Delhi']],
    [3, ['Sita', P15, 'Pune, MH']],
  ],
} as const
const RENE = [['René', P14, 'Delhi']] as const

const READ: Record<string, Expected> = {
  'utf-8': { ...RENE_AND_SITA, encoding: 'utf-8' },
  'utf-8-bom': { ...RENE_AND_SITA, encoding: 'utf-8' },
  'utf-16le-bom': { ...RENE_AND_SITA, encoding: 'utf-16le' },
  'utf-16be-bom': { ...RENE_AND_SITA, encoding: 'utf-16be' },
  'utf-16le-no-bom': { ...RENE_AND_SITA, encoding: 'utf-16le' },
  'utf-16be-no-bom': { ...RENE_AND_SITA, encoding: 'utf-16be' },
  'utf-32le-bom': { ...RENE_AND_SITA, encoding: 'utf-32le' },
  'utf-16le-devanagari-no-bom': {
    encoding: 'utf-16le',
    header: ['नाम', 'मोबाइल नंबर', 'शहर'],
    rows: [
      [2, ['राम', P14, 'दिल्ली']],
      [3, ['सीता', P15, 'पुणे']],
    ],
  },
  'windows-1252': {
    encoding: 'windows-1252',
    notes: [/line 2 .*windows-1252/],
    rows: [
      [2, ['René', P14, 'Delhi']],
      [3, ['Zoë “Zo”', P15, '€ Town']],
    ],
  },
  'utf-8-with-stray-latin-1': {
    encoding: 'utf-8',
    notes: [/^Line 3 holds bytes that are not UTF-8/],
    rows: [
      [2, ['René', P14, 'Delhi']],
      [3, ['José', P15, 'Zoé']],
      [4, ['Zoë', P16, 'Pune']],
    ],
  },
  'already-lost-letters': {
    notes: [/^Line 2 holds a letter that was lost/],
    rows: [[2, ['Ren\uFFFD', P14, 'Delhi']]],
  },
  semicolon: {
    delimiter: ';',
    header: ['name', 'phone', 'due'],
    rows: [
      [2, ['Ram', P14, '1.200,50']],
      [3, ['Sita', P15, '900,00']],
    ],
  },
  tab: {
    delimiter: '\t',
    header: ['name', 'phone', 'address'],
    rows: [
      [2, ['Ram', P14, 'Flat 2, Block B, MG Road, Delhi']],
      [3, ['Sita', P15, 'Flat 3, Block C, MG Road, Pune']],
    ],
  },
  pipe: {
    delimiter: '|',
    rows: [
      [2, ['Ram', P14, 'Delhi, IN']],
      [3, ['Sita', P15, 'Pune, IN']],
    ],
  },
  'excel-sep-line': {
    delimiter: ';',
    header: ['name', 'phone'],
    headerLine: 2,
    rows: [[3, ['Ram, K', P14]]],
  },
  'excel-sep-line-utf-16': {
    encoding: 'utf-16le',
    delimiter: ';',
    header: ['name', 'phone'],
    headerLine: 2,
    rows: [[3, ['René, K', P14]]],
  },
  'footer-below-the-rows': {
    header: ['name', 'phone', 'city'],
    notes: [/^Left out 5 lines below the last row, the first is line 6\.$/],
    rows: [
      [2, ['Ram', P14, 'Delhi']],
      [3, ['Sita', P15, 'Pune']],
    ],
  },
  'bank-report-with-pages': {
    delimiter: '|',
    header: ['ACCT        ', 'NAME       ', 'PHONE         ', 'DUE    ', ''],
    headerLine: 4,
    notes: [
      /^Left out 3 lines above the header/,
      /^Left out 3 lines that repeat the header of the page, the first is line 8/,
      /^Left out 4 lines with nothing but signs such as dashes, the first is line 5/,
      /^Left out line 16 below the last row/,
    ],
    rows: [
      [6, ['0001        ', 'RAM        ', `${P14} `, '  12.50', '']],
      [7, ['0002        ', 'SITA       ', `${P15} `, '  15.00', '']],
      [13, ['0003        ', 'GITA       ', `${P16} `, '   5.00', '']],
      [15, ['TOTAL       ', '           ', '              ', '  32.50', '']],
    ],
  },
  'rulers-of-a-terminal': {
    delimiter: '|',
    header: [' name ', ' phone         ', ' city'],
    notes: [/^Left out line 2 with nothing but signs such as dashes/, /^Left out line 5 below the last row/],
    rows: [
      [3, [' Ram  ', ` ${P14} `, ' Delhi']],
      [4, [' Sita ', ` ${P15} `, ' Pune']],
    ],
  },
  'single-column': {
    header: ['phone'],
    rows: [
      [2, [P14]],
      [3, [P15]],
    ],
  },
  'semicolons-in-quoted-text': {
    delimiter: ',',
    header: ['name', 'note', 'phone'],
    rows: [
      [2, ['Ram', 'a;b;c;d', P14]],
      [3, ['Sita', 'e;f;g;h', P15]],
      [4, ['Gita', 'i;j;k;l', P16]],
    ],
  },
  'doubled-quotes': {
    header: ['name', 'phone'],
    rows: [
      [2, ['Ram "Bunty" K', P14]],
      [3, ['"Sita"', P15]],
    ],
  },
  'newlines-in-quotes': {
    header: ['name', 'address', 'phone'],
    rows: [
      [2, ['Ram', '12 MG Road\nDelhi', P14]],
      [4, ['Sita', '1\r\n2\r3', P15]],
      [7, ['Gita', 'x', P16]],
    ],
  },
  'mixed-line-ends': {
    header: ['name', 'phone'],
    rows: [
      [2, ['Ram', P14]],
      [3, ['Sita', P15]],
      [4, ['Gita', P16]],
      [5, ['']],
      [6, ['Mita', P17]],
    ],
  },
  'cr-only': {
    header: ['name', 'phone'],
    rows: [
      [2, ['Ram', P14]],
      [3, ['Sita', P15]],
    ],
  },
  'ragged-rows': {
    rows: [
      [2, ['Ram', P14]],
      [3, ['Sita', P15, 'Pune', '', '', '']],
      [4, ['Gita', P16, 'Delhi', 'extra'], 'too_many_cells'],
      [5, ['Mita']],
    ],
  },
  'trailing-blank-lines': { rows: [[2, RENE[0]]] },
  'blank-lines-in-the-middle': {
    rows: [
      [2, RENE[0]],
      [3, ['']],
      [4, ['']],
      [5, ['Sita', P15, 'Pune, MH']],
      [6, ['', '', '']],
      [7, ['Sita', P15, 'Pune, MH']],
    ],
  },
  'blank-leading-lines': { headerLine: 4, rows: [[5, RENE[0]]] },
  'title-lines': {
    headerLine: 4,
    notes: [/^Left out 2 lines above the header/],
    rows: [
      [5, RENE[0]],
      [6, ['Sita', P15, 'Pune, MH']],
    ],
  },
  'title-line-unpadded': {
    headerLine: 2,
    notes: [/^Left out one line above the header/],
    rows: [
      [3, RENE[0]],
      [4, ['Sita', P15, 'Pune, MH']],
    ],
  },
  'nul-bytes': {
    header: ['name', 'phone'],
    notes: [/^NUL characters were removed, the first in line 2/],
    rows: [
      [2, ['Ram', P14]],
      [3, ['Sita', P15]],
    ],
  },
  'ctrl-z-at-the-end': { header: ['name', 'phone'], rows: [[2, ['Ram', P14]]] },
  'unbalanced-quote': {
    header: ['name', 'address', 'phone'],
    rows: [
      [2, ['Ram', '"12 MG Road', P14], UNBALANCED],
      [3, ['Sita', 'x', P15]],
      [4, ['Gita', 'ok, yes', P16]],
    ],
  },
  'unbalanced-quote-to-the-end': {
    header: ['name', 'address', 'phone'],
    rows: [
      [2, ['Ram', '"12 MG Road', P14], UNBALANCED],
      [3, ['Sita', 'x', P15]],
    ],
  },
  'unbalanced-quote-in-last-row': {
    header: ['name', 'address', 'phone'],
    rows: [
      [2, ['Sita', 'x', P15]],
      [3, ['Ram', '"12 MG Road', P14], UNBALANCED],
    ],
  },
  'unbalanced-quote-closed-by-an-inch-mark': {
    header: ['name', 'size', 'phone', 'city'],
    rows: [
      [2, ['Ram', '"6', P14, 'Delhi'], UNBALANCED],
      [3, ['Sita', '7', P15, 'Pune']],
      [4, ['Gita', '8"', P16, 'Agra']],
      [5, ['Mita', '9', P17, 'Goa']],
    ],
  },
  'unbalanced-quote-in-every-row': {
    header: ['name', 'size', 'phone'],
    rows: [
      [2, ['Ram', '"6', P14], UNBALANCED],
      [3, ['Sita', '"7', P15], UNBALANCED],
      [4, ['Gita', '"8', P16], UNBALANCED],
    ],
  },
  'stray-quotes': {
    header: ['name', 'note', 'phone'],
    rows: [
      [2, ['Ram', '5" pipe', P14]],
      [3, ['Sita', 'a "b" c', P15]],
    ],
  },
  'undoubled-inner-quotes': {
    header: ['name', 'phone'],
    rows: [
      [2, ['Ram "Bunty" K', P14]],
      [3, ['Sita, "Mini" R', P15]],
    ],
  },
  'text-behind-a-closing-quote': {
    header: ['name', 'phone'],
    rows: [
      [2, ['"Ram" K', P14]],
      [3, ['"Ram, K" Singh', P15]],
    ],
  },
  'ambiguous-quotes': {
    rows: [
      [2, ['"Ram', ' K" Singh', P14], UNBALANCED],
      [3, ['Sita', P15, 'Pune']],
    ],
  },
  'space-before-quotes': {
    header: ['name', ' phone', ' city'],
    rows: [
      [2, ['Ram', P14, 'Delhi, IN']],
      [3, ['Sita', P15, 'Pune']],
    ],
  },
  headerless: { header: ['Ram', P14, 'Delhi'], looksHeaderless: true, rows: [[2, ['Sita', P15, 'Pune']]] },
  'headerless-phones': { header: [P14], looksHeaderless: true, rows: [[2, [P15]]] },
  'years-in-the-header': {
    header: ['name', 'phone', '2024', '2025'],
    rows: [
      [2, ['Ram', P14, '100', '200']],
      [3, ['Sita', P15, '300', '400']],
    ],
  },
}

const REFUSED: Record<string, readonly [code: string, sentence: RegExp, next: RegExp]> = {
  'windows-1252-unassigned-byte': ['encoding_unclear', /not Unicode/, /CSV UTF-8/],
  empty: ['file_empty', /is empty/, /Check the export/],
  'only-a-bom': ['file_empty', /is empty/, /Check the export/],
  'only-blank-lines': ['file_empty', /is empty/, /Check the export/],
  'only-a-header': ['no_rows', /a header but no rows/, /Check the export/],
  'web-page': ['not_csv', /a web page/, /Excel workbook/],
  json: ['not_csv', /a JSON file/, /as a CSV file or an Excel workbook/],
  'rich-text': ['not_csv', /rich text/, /as a CSV file or an Excel workbook/],
  pdf: ['not_csv', /a PDF/, /Share the spreadsheet/],
  picture: ['not_csv', /a picture/, /as a CSV file or an Excel workbook/],
  photo: ['not_csv', /a picture/, /as a CSV file or an Excel workbook/],
  animation: ['not_csv', /a picture/, /as a CSV file or an Excel workbook/],
  parquet: ['not_csv', /Parquet/, /as a CSV file or an Excel workbook/],
  contacts: ['not_csv', /vCard/, /as CSV/],
  excel: ['not_csv', /\.xlsx/, /Save As > "Excel Workbook/],
  'old-excel': ['not_csv', /\.xls/, /Save As > "Excel Workbook/],
  'protected-excel': ['not_csv', /password/, /Save As > "Excel Workbook/],
  numbers: ['not_csv', /Numbers/, /Export To > Excel/],
  'open-document': ['not_csv', /\.ods/, /Save As > "Excel/],
  zip: ['not_csv', /a zip archive/, /Unpack it/],
  gzip: ['not_csv', /a gzip archive/, /Unpack it/],
  noise: ['not_csv', /data/, /as a CSV file or an Excel workbook/],
}

describe('a file as people share it', () => {
  it.each(Object.entries(READ))('is read right: %s', async (name, expected) => {
    const { file, rows } = await readWhole(fixture(name))
    expect(
      rows.map(({ line, cells, problem }) => (problem ? [line, cells, problem.code] : [line, cells])),
    ).toEqual(expected.rows)
    expect(file.dialect.encoding).toBe(expected.encoding ?? 'utf-8')
    expect(file.dialect.delimiter).toBe(expected.delimiter ?? ',')
    expect(file.header).toEqual(expected.header ?? ['name', 'phone', 'city'])
    expect(file.headerLine).toBe(expected.headerLine ?? 1)
    expect(file.looksHeaderless).toBe(expected.looksHeaderless ?? false)
    expect(file.notes).toHaveLength(expected.notes?.length ?? 0)
    for (const [index, note] of (expected.notes ?? []).entries()) expect(file.notes[index]).toMatch(note)
  })

  it.each(Object.entries(REFUSED))('is refused with what to do: %s', async (name, [code, sentence, next]) => {
    const refusal = await readRefusal(fixture(name), { fileName: 'june.csv' })
    expect(refusal.code).toBe(code)
    expect(refusal.message).toMatch(sentence)
    expect(refusal.message).toContain('june.csv')
    expect(refusal.next).toMatch(next)
  })

  it('has an expectation for every fixture', () => {
    const names = readdirSync(FOLDER).map((name) => name.replace(/\.csv$/, ''))
    expect(names.sort()).toEqual([...Object.keys(READ), ...Object.keys(REFUSED)].sort())
  })
})
