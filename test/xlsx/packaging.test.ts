import { describe, expect, it } from 'vitest'
import {
  buildWorkbook,
  inline,
  MAIN,
  number,
  RELATIONS,
  relations,
  row,
  shared,
  sheetXml,
  stylesXml,
  textsXml,
  withRows,
  workbookRelations,
  workbookXml,
} from './support/build-workbook.ts'
import { readRefusal, readWorkbook } from './support/read-workbook.ts'

const SHEET = { rows: row(1, shared('A1', 0), number('B1', '45285', 1)) }
const BOOK = { sheets: [SHEET], texts: ['<t>लता</t>'], formats: [14] }
const WANTED = [['लता', '2023-12-25']]

/** Every element with a prefix, as some programs write them. */
const prefixed = (xml: string | Buffer) =>
  String(xml)
    .replace(/<(\/?)([a-z])/gi, '<$1x:$2')
    .replace('xmlns=', 'xmlns:x=')
const strict = (xml: string | Buffer) =>
  String(xml)
    .replaceAll(MAIN, 'http://purl.oclc.org/ooxml/spreadsheetml/main')
    .replaceAll(RELATIONS, 'http://purl.oclc.org/ooxml/officeDocument/relationships')
const parts = (change: (xml: string | Buffer) => string | Buffer) => ({
  'xl/workbook.xml': change(workbookXml(BOOK)),
  'xl/styles.xml': change(stylesXml(BOOK.formats)),
  'xl/sharedStrings.xml': change(textsXml(BOOK.texts)),
  'xl/worksheets/sheet1.xml': change(sheetXml(SHEET)),
})
const utf16 = (xml: string | Buffer) =>
  Buffer.from(`\ufeff${String(xml).replace('UTF-8', 'UTF-16')}`, 'utf16le')
const renamed = (from: string, to: string) =>
  buildWorkbook(BOOK).map((part) => (part.name === from ? { ...part, name: to } : part))

describe('a workbook is read however it is packed', () => {
  it.each([
    ['as it should be', buildWorkbook(BOOK)],
    ['with prefixes', buildWorkbook({ ...BOOK, parts: parts(prefixed) })],
    [
      'in the strict namespace',
      buildWorkbook({
        ...BOOK,
        parts: { ...parts(strict), 'xl/_rels/workbook.xml.rels': strict(workbookRelations(BOOK)) },
      }),
    ],
    ['in UTF-16', buildWorkbook({ ...BOOK, parts: parts(utf16) })],
    ['with a mark before UTF-8', buildWorkbook({ ...BOOK, parts: parts((xml) => `\ufeff${String(xml)}`) })],
    [
      'with absolute targets',
      buildWorkbook({ ...BOOK, parts: { 'xl/_rels/workbook.xml.rels': workbookRelations(BOOK, '/xl/') } }),
    ],
    [
      'with targets that climb',
      buildWorkbook({
        ...BOOK,
        parts: { 'xl/_rels/workbook.xml.rels': workbookRelations(BOOK, '../xl/./') },
      }),
    ],
    [
      'with backslashes in names',
      buildWorkbook(BOOK).map((part) => ({ ...part, name: part.name.replaceAll('/', '\\') })),
    ],
    ['with a slash before names', buildWorkbook(BOOK).map((part) => ({ ...part, name: `/${part.name}` }))],
    ['with names in capitals', renamed('xl/worksheets/sheet1.xml', 'XL/Worksheets/Sheet1.XML')],
    ['without relations of the package', buildWorkbook({ ...BOOK, parts: { '_rels/.rels': null } })],
    [
      'with the workbook in another place',
      [
        ...buildWorkbook({
          ...BOOK,
          parts: {
            '_rels/.rels': relations([['officeDocument', 'office/book.xml']]),
            'xl/_rels/workbook.xml.rels': null,
            'xl/workbook.xml': null,
          },
        }),
        { name: 'office/book.xml', content: workbookXml(BOOK) },
        { name: 'office/_rels/book.xml.rels', content: workbookRelations(BOOK, '../xl/') },
      ],
    ],
    [
      'with a space in a name',
      [
        ...renamed('xl/worksheets/sheet1.xml', 'xl/worksheets/my sheet.xml').filter(
          ({ name }) => !name.includes('workbook.xml.rels'),
        ),
        {
          name: 'xl/_rels/workbook.xml.rels',
          content: workbookRelations(BOOK).replace('sheet1', 'my%20sheet'),
        },
      ],
    ],
    [
      'with macros and other parts',
      [
        ...buildWorkbook(BOOK),
        { name: 'xl/vbaProject.bin', content: 'x' },
        { name: 'xl/media/', content: '' },
      ],
    ],
    ['stored, not deflated', buildWorkbook(BOOK).map((part) => ({ ...part, method: 0 }))],
  ])('%s', async (_, built) => {
    expect((await readWorkbook(built)).cells).toEqual(WANTED)
    expect((await readWorkbook(built, { descriptors: true })).cells).toEqual(WANTED)
  })

  it('without styles and shared texts', async () => {
    const { cells } = await readWorkbook(withRows(row(1, number('A1', '5', 3), inline('B1', 'x'))))
    expect(cells).toEqual([['5', 'x']])
  })
})

describe('the sheets of a workbook', () => {
  it('are listed in order, with what they are', async () => {
    const { sheets, sheet, cells } = await readWorkbook(
      buildWorkbook({
        activeTab: 3,
        sheets: [
          { name: 'Chart', type: 'chartsheet', xml: '<chartsheet/>' },
          { name: 'Lists', state: 'veryHidden', rows: row(1, inline('A1', 'secret')) },
          { name: 'Old', state: 'hidden', rows: row(1, inline('A1', 'old')) },
          { name: 'R&D "1" <2>', rows: row(1, inline('A1', 'data')) },
          { name: 'Macro', type: 'xlMacrosheet', xml: '<macrosheet/>' },
        ],
      }),
    )
    expect(
      sheets.map(({ name, position, kind, visibility, isActive }) => [
        name,
        position,
        kind,
        visibility,
        isActive,
      ]),
    ).toEqual([
      ['Chart', 1, 'chartsheet', 'visible', false],
      ['Lists', 2, 'worksheet', 'veryHidden', false],
      ['Old', 3, 'worksheet', 'hidden', false],
      ['R&D "1" <2>', 4, 'worksheet', 'visible', true],
      ['Macro', 5, 'other', 'visible', false],
    ])
    expect(sheet.position).toBe(4)
    expect(sheet.unpackedBytes).toBeGreaterThan(sheet.packedBytes / 2)
    expect(cells).toEqual([['data']])
  })

  it('are refused as no_sheet where none of them is a worksheet', async () => {
    const error = await readRefusal(buildWorkbook({ sheets: [{ type: 'chartsheet', xml: '<chartsheet/>' }] }))
    expect(error.code).toBe('no_sheet')
  })

  it.each([
    ['its part is missing', { 'xl/worksheets/sheet1.xml': null }],
    ['its relation is missing', { 'xl/_rels/workbook.xml.rels': relations([]) }],
    ['the relations are missing', { 'xl/_rels/workbook.xml.rels': null }],
  ])('are refused as damaged where one is named and %s', async (_, lost) => {
    expect((await readRefusal(buildWorkbook({ ...BOOK, parts: lost }))).code).toBe('workbook_damaged')
  })
})
