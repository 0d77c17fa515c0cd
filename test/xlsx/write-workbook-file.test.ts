import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { SaxesParser } from 'saxes'
import { describe, expect, it } from 'vitest'
import { openArchive } from '../../src/xlsx/archive.ts'
import { openWorkbook, type WriteWorkbookOptions, writeWorkbookFile } from '../../src/xlsx/index.ts'
import { OPTIONS, withFolder } from './support/read-workbook.ts'

/** Writes rows, and reads every sheet back. */
async function roundTrip(rows: readonly (readonly string[])[], options?: WriteWorkbookOptions) {
  return await withFolder(async (folder) => {
    const path = join(folder, 'out.xlsx')
    const written = await writeWorkbookFile(path, rows, options)
    const workbook = await openWorkbook(path, { ...OPTIONS, maxColumns: 16_384, folder })
    const sheets: { name: string; rows: (readonly [number, ...string[]])[] }[] = []
    const notes: unknown[] = []
    for (const sheet of workbook.sheets) {
      const reading = workbook.read(sheet)
      const found: (readonly [number, ...string[]])[] = []
      for await (const batch of reading.batches())
        for (const one of batch) found.push([one.number, ...one.cells])
      sheets.push({ name: sheet.name, rows: found })
      notes.push(...reading.notes)
    }
    await workbook.close()
    return { written, sheets, notes, mode: statSync(path).mode & 0o777 }
  })
}

/** What a sheet stores of rows: their numbers, and their cells up to the last with text. */
const asRead = (rows: readonly (readonly string[])[]) =>
  rows.flatMap((cells, at) => {
    const filled = cells.slice(0, cells.findLastIndex((cell) => cell !== '') + 1)
    return filled.length === 0 ? [] : [[at + 1, ...filled]]
  })

const wildText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom(
      '_x0041_',
      '_x',
      '_',
      'x',
      '\0',
      '\r',
      '\n',
      '\t',
      ' ',
      '\ud800',
      '\udc00',
      '\ufffe',
      '\uffff',
      '\x1b',
      '\ufeff',
      '<',
      '&',
      '"',
      "'",
      ']]>',
      '0',
      'F',
    ),
    maxLength: 12,
  }),
  fc.constantFrom(
    '=1+1',
    '+919820098200',
    '-5',
    '@SUM(A1)',
    '00917',
    '1.234',
    '#N/A',
    '2024-02-29',
    'TRUE',
    '#UNCALCULATED!',
    ' x ',
    '',
  ),
)
const table = fc.array(fc.array(wildText, { maxLength: 6 }), { minLength: 1, maxLength: 12 })

describe('a workbook that is written', () => {
  it('gives the same rows when it is read back', async () => {
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        const { sheets, written, notes } = await roundTrip(rows)
        expect(sheets).toEqual([{ name: 'Sheet', rows: asRead(rows) }])
        expect(written).toEqual({ sheets: 1, rows: rows.length - 1, longCells: 0 })
        expect(notes).toEqual([])
      }),
      { numRuns: 80 },
    )
  })

  it('goes on in another sheet, with the header, where the rows are more than one holds', async () => {
    await fc.assert(
      fc.asyncProperty(table, fc.integer({ min: 2, max: 5 }), async (rows, maxRows) => {
        const { sheets, written } = await roundTrip(rows, { maxRows })
        const [header = [], ...data] = rows
        const per = maxRows - 1
        const count = Math.max(1, Math.ceil(data.length / per))
        const wanted = Array.from({ length: count }, (_, at) => ({
          name: at === 0 ? 'Sheet' : `Sheet ${at + 1}`,
          rows: asRead([header, ...data.slice(at * per, (at + 1) * per)]),
        }))
        expect(sheets).toEqual(wanted)
        expect(written).toEqual({ sheets: count, rows: data.length, longCells: 0 })
      }),
      { numRuns: 30 },
    )
  })

  it('goes on in another sheet where the sheet would become too large to be read', async () => {
    const rows = Array.from({ length: 2001 }, (_, at) => [`row ${at}`, 'x'.repeat(200)])
    const { sheets, written } = await roundTrip(rows, { maxSheetBytes: 200_000 })
    expect(written).toEqual({ sheets: sheets.length, rows: 2000, longCells: 0 })
    expect(sheets.length).toBeGreaterThan(1)
    expect(new Set(sheets.map((sheet) => sheet.rows[0]?.[1]))).toEqual(new Set(['row 0']))
    const data = sheets.flatMap((sheet) => sheet.rows.slice(1).map(([, first]) => first))
    expect(data).toEqual(rows.slice(1).map(([first]) => first))
  })

  it('is XML that a full parser takes, with text cells and no formula', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'out.xlsx')
      await writeWorkbookFile(path, [
        ['=1+1', 'a\x01<&>"'],
        ['@x', '\ud800_x0041_'],
      ])
      const archive = await openArchive(path)
      for (const name of archive.names) {
        const parser = new SaxesParser({ xmlns: true })
        const tags: string[] = []
        parser.on('opentag', (tag) => tags.push(tag.name))
        parser.on('error', (error) => {
          throw error
        })
        for await (const chunk of archive.read(name)) parser.write(chunk.toString())
        parser.close()
        expect(tags).not.toContain('f')
      }
      await archive.close()
    })
  })

  it('has cells of at most 32,767 characters, never a part of a longer one, and counts these', async () => {
    const long = `${'a'.repeat(32_766)}😀`
    const { sheets, written } = await roundTrip([['x'.repeat(32_767), long, 'y'.repeat(40_000)]])
    expect(sheets[0]?.rows[0]?.slice(1)).toEqual(['x'.repeat(32_767), '#TOO_LONG!', '#TOO_LONG!'])
    expect(written.longCells).toBe(2)
  })

  it('is for its owner alone, and may be empty', async () => {
    const { sheets, mode } = await roundTrip([])
    expect(mode).toBe(0o600)
    expect(sheets).toEqual([{ name: 'Sheet', rows: [] }])
  })

  it('names columns as Excel does, up to the last', async () => {
    const wide = Array.from({ length: 16_384 }, (_, at) => (at % 700 === 0 || at > 16_380 ? `c${at}` : ''))
    expect((await roundTrip([wide])).sheets[0]?.rows).toEqual(asRead([wide]))
    await expect(roundTrip([[...wide, 'x']])).rejects.toThrow('16384 columns')
  })

  it('passes on what its rows throw, and lets go of them', async () => {
    let isClosed = false
    async function* rows() {
      try {
        yield ['a']
        throw new Error('the database went away')
      } finally {
        isClosed = true
      }
    }
    await withFolder(async (folder) => {
      await expect(writeWorkbookFile(join(folder, 'out.xlsx'), rows())).rejects.toThrow(
        'the database went away',
      )
    })
    expect(isClosed).toBe(true)
  })

  it('passes on what the disk says, and lets go of the rows', async () => {
    let isClosed = false
    const rows: AsyncIterable<readonly string[]> = {
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: false, value: ['a'.repeat(100)] }),
        return: async () => {
          isClosed = true
          return { done: true, value: undefined }
        },
      }),
    }
    await withFolder(async (folder) => {
      const path = join(folder, 'missing', 'out.xlsx')
      await expect(writeWorkbookFile(path, rows)).rejects.toMatchObject({ code: 'ENOENT' })
      expect(existsSync(path)).toBe(false)
    })
    expect(isClosed).toBe(true)
  })
})
