import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openWorkbook } from '../../src/xlsx/index.ts'
import { measureGrowth } from '../support/memory.ts'
import {
  buildWorkbook,
  inline,
  number,
  relations,
  row,
  shared,
  stylesXml,
  withRows,
} from './support/build-workbook.ts'
import type { ZipEntry } from './support/build-zip.ts'
import { OPTIONS, readRefusal, readWorkbook, toBytes, withFolder } from './support/read-workbook.ts'

const MEBIBYTE = 1024 * 1024
/** Far below the unpacked size of these files, far above what reading needs. */
const MEMORY_CEILING = 96 * MEBIBYTE

/** Runs `use` and checks that memory stays below the ceiling. */
async function underCeiling<T>(use: () => Promise<T>): Promise<T> {
  const { grown, result } = await measureGrowth(MEMORY_CEILING, use)
  expect(grown).toBeLessThan(MEMORY_CEILING)
  return result
}

const HEADER = row(1, inline('A1', 'phone'))
const LAST = row(9, number('A9', '9820098200'))
const SHEET = 'xl/worksheets/sheet1.xml'

const stated = (parts: ZipEntry[], size: number): ZipEntry[] =>
  parts.map((part) => (part.name === SHEET ? { ...part, stated: { size } } : part))
/** A sheet of 100 MB with many copies of this piece. */
const filled = (piece: string) => {
  const times = Math.ceil((100 * MEBIBYTE) / piece.length)
  return withRows(`${HEADER}${piece.repeat(times)}${LAST}`)
}

describe('a workbook made to exhaust its reader', () => {
  it.each([
    ['a sheet of 100 MB of spaces', () => filled(' '.repeat(1000)), 'workbook_too_large'],
    [
      'a cell of 100 MB',
      () => withRows(HEADER + row(2, inline('A2', 'a'.repeat(100 * MEBIBYTE)))),
      'workbook_too_large',
    ],
    [
      'a sheet that says it unpacks to 3 GB',
      () => stated(withRows(HEADER), 3 * 1024 * MEBIBYTE),
      'workbook_too_large',
    ],
    [
      'a sheet of 100 MB that says it has 1000 bytes',
      () => stated(filled(' '.repeat(1000)), 1000),
      'workbook_damaged',
    ],
    [
      'a tag of 3 MB',
      () => withRows(`${HEADER}<row r="2" x="${'a'.repeat(3 * MEBIBYTE)}"/>`),
      'workbook_damaged',
    ],
    [
      'a million elements inside each other',
      () => withRows(`<row r="1"><c r="A1" t="inlineStr"><is>${'<r>'.repeat(1_000_000)}`),
      'workbook_damaged',
    ],
    [
      'entities that grow',
      () =>
        buildWorkbook({
          sheets: [
            {
              xml: `<!DOCTYPE a [<!ENTITY b "lol"><!ENTITY c "&b;&b;&b;">]><worksheet><sheetData>${row(1, '<c r="A1" t="str"><v>&c;</v></c>')}</sheetData></worksheet>`,
            },
          ],
        }),
      'workbook_damaged',
    ],
    [
      '6000 parts',
      () => [
        ...withRows(HEADER),
        ...Array.from({ length: 6000 }, (_, at) => ({ name: `x/${at}`, content: '' })),
      ],
      'workbook_too_large',
    ],
    [
      'names of 5 MB',
      () => [
        ...withRows(HEADER),
        ...Array.from({ length: 100 }, (_, at) => ({ name: `${at}${'x'.repeat(60_000)}`, content: '' })),
      ],
      'workbook_too_large',
    ],
    [
      '500 sheets in the bytes of one',
      () => [
        ...withRows(HEADER),
        ...Array.from({ length: 500 }, (_, at) => ({
          name: `xl/worksheets/sheet${at + 2}.xml`,
          content: 'x',
          sharesBytes: true,
        })),
      ],
      'workbook_damaged',
    ],
    [
      '2000 sheets',
      () => buildWorkbook({ sheets: Array.from({ length: 2000 }, () => ({ rows: '' })) }),
      'workbook_too_large',
    ],
    [
      '20,000 relations',
      () =>
        withRows(HEADER, {
          parts: { '_rels/.rels': relations(Array.from({ length: 20_000 }, () => ['x', 'y'] as const)) },
        }),
      'workbook_too_large',
    ],
    [
      '80,000 formats',
      () =>
        withRows(HEADER, {
          formats: [1],
          parts: { 'xl/styles.xml': stylesXml(Array.from({ length: 80_000 }, () => 1)) },
        }),
      'workbook_too_large',
    ],
  ])('is refused for %s', async (_, build, code) => {
    const bytes = toBytes(build())
    const error = await underCeiling(() => readRefusal(bytes))
    expect(error.code).toBe(code)
  })

  it.each([
    ['a sheet', SHEET, { sheetBytes: 1000 }],
    ['the texts', 'xl/sharedStrings.xml', { textsBytes: 1000 }],
    ['the styles', 'xl/styles.xml', { partBytes: 2000 }],
  ])('is refused where %s unpacks to more than its bound', async (_, name, limits) => {
    const texts = [`<t>${'x'.repeat(name === 'xl/sharedStrings.xml' ? 2000 : 1)}</t>`]
    const rows = row(1, shared('A1', 0)) + (name === SHEET ? row(2, inline('A2', 'x'.repeat(2000))) : '')
    const formats = Array.from({ length: name === 'xl/styles.xml' ? 100 : 1 }, () => 14)
    const built = withRows(rows, { texts, formats })
    expect((await readRefusal(built, { limits })).code).toBe('workbook_too_large')
    expect((await readWorkbook(built)).cells[0]).toEqual([texts[0]?.slice(3, -4)])
  })

  it('is refused where its cells give one long text again and again', async () => {
    const rows = Array.from({ length: 50 }, (_, at) => row(at + 1, '<c t="s"><v>0</v></c>'))
    const built = withRows(rows.join(''), { texts: [`<t>${'a'.repeat(30_000)}</t>`] })
    expect((await readRefusal(built, { limits: { sheetLength: MEBIBYTE } })).code).toBe('workbook_too_large')
  })

  it.each([
    ['digits and a letter', `${'7'.repeat(200_000)}x`],
    ['spaces and a letter', `7${' '.repeat(200_000)}x`],
    ['underscores', '_x'.repeat(100_000)],
    ['brackets', '['.repeat(200_000)],
  ])('takes no longer for odd texts of 200,000 characters: %s', async (_, text) => {
    const types = ['n', 'str', 'd', 'b', 'e', 'inlineStr']
    const rows = types.map((type, at) => row(at + 1, `<c t="${type}"><v>${text}</v></c>`))
    const started = process.cpuUsage()
    const { cells } = await readWorkbook(withRows(rows.join('')), { maxCellLength: 300_000 })
    expect(process.cpuUsage(started).user).toBeLessThan(2_000_000)
    expect(cells.map(([cell]) => cell)).toEqual(types.map(() => text))
  })

  it('gives the rows around a cell of 3 MB, and says which cell it was', async () => {
    const long = `${HEADER}${row(2, inline('A2', '9'), inline('B2', 'a'.repeat(3 * MEBIBYTE)), inline('C2', 'z'))}${LAST}`
    const bytes = toBytes(withRows(long))
    const { rows } = await underCeiling(() => readWorkbook(bytes, { maxCellLength: 100 }))
    expect(
      rows.map(({ number: line, longCell, cells }) => [line, longCell, cells.map((cell) => cell.length)]),
    ).toEqual([
      [1, null, [5]],
      // One character more than the limit, so that the row is rejected again.
      [2, 1, [1, 101, 1]],
      [9, null, [10]],
    ])
  })

  it('reads a million blank rows and cells without keeping one', async () => {
    const blank = Array.from(
      { length: 300_000 },
      (_, at) => `<row r="${at + 2}" s="1"><c r="A${at + 2}" s="1"/></row>`,
    )
    const built = withRows(`${HEADER}${blank.join('')}${row(1_048_576, number('A1048576', '7'))}`)
    const bytes = toBytes(built)
    const { cells, notes } = await underCeiling(() => readWorkbook(bytes))
    expect(cells).toEqual([['phone'], ['7']])
    expect(notes).toEqual([{ kind: 'rows_in_gaps', count: 1_048_574, firstRow: 2 }])
  })

  it('gives one text of 32,000 characters 6000 times without holding it more than a batch', async () => {
    const rows = Array.from({ length: 6000 }, (_, at) => row(at + 1, `<c t="s"><v>${at % 2}</v></c>`))
    const texts = [`<t>${'a'.repeat(32_000)}</t>`, `<t>${'न'.repeat(32_000)}</t>`]
    const built = withRows(rows.join(''), { texts })
    const bytes = toBytes(built)
    const total = await underCeiling(() => countCharacters(bytes))
    expect(total).toEqual({ rows: 6000, characters: 6000 * 32_000 })
  })
})

/** Iterates the rows and keeps none. */
async function countCharacters(bytes: Buffer) {
  return await withFolder(async (folder) => {
    const path = join(folder, 'list.xlsx')
    writeFileSync(path, bytes)
    const workbook = await openWorkbook(path, { ...OPTIONS, folder })
    const total = { rows: 0, characters: 0 }
    const [sheet] = workbook.sheets
    if (sheet) {
      for await (const batch of workbook.read(sheet).batches()) {
        total.rows += batch.length
        for (const { cells } of batch) for (const cell of cells) total.characters += cell.length
      }
    }
    await workbook.close()
    return total
  })
}
