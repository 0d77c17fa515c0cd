import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mergeMarked } from '../../../src/csv/records/merge-marked.ts'
import { readWhole } from '../read-csv.ts'

async function readCells(row: string, header = 'Name,Mobile,City') {
  const { rows, file } = await readWhole(`${header}\nZoya,9820098200,Agra\n${row}\n`)
  const [, read] = rows
  return { cells: read?.cells, code: read?.problem?.code, notes: file.notes }
}

describe('a separator within marks that are no quotation marks', () => {
  it.each([
    ["'Rao, Asha',9876543210,Pune", ["'Rao, Asha'", '9876543210', 'Pune']],
    ["'O'Brien, Sean',9876543210,Pune", ["'O'Brien, Sean'", '9876543210', 'Pune']],
    ["'Rao, Asha, K' ,9876543210,'Pune, Camp'", ["'Rao, Asha, K' ", '9876543210', "'Pune, Camp'"]],
    ['“Rao, Asha”,9876543210,Pune', ['“Rao, Asha”', '9876543210', 'Pune']],
    ['„Klein, Anna“,9876543210,Ulm', ['„Klein, Anna“', '9876543210', 'Ulm']],
    ['«Иванов, Пётр»,9876543210,Тула', ['«Иванов, Пётр»', '9876543210', 'Тула']],
    ['`Rao, Asha`,9876543210,Pune', ['`Rao, Asha`', '9876543210', 'Pune']],
    ['\\"Rao, Asha\\",9876543210,Pune', ['\\"Rao, Asha\\"', '9876543210', 'Pune']],
    ["'Rao, Asha',9876543210,", ["'Rao, Asha'", '9876543210', '']],
    ['Rao\\, Asha,9876543210,Pune', ['Rao, Asha', '9876543210', 'Pune']],
  ])('is text where the row then has the cells of the header: %s', async (row, cells) => {
    const read = await readCells(row)
    expect(read).toMatchObject({ cells, code: undefined })
    expect(read.notes).toEqual([expect.stringMatching(/^Line 3 has a cell in other marks/u)])
  })

  it.each([
    ['an apostrophe of Excel before a number', "'9876543210,Rao, Asha',Pune"],
    ['a phone between the marks', "'Rao,9876543210,Pune,Camp'"],
    ['a cell within a cell', "'Rao, 'Asha,9876543210,Pune'"],
    ['a mark that is not closed', "'Rao, Asha,9876543210,Pune"],
    ['marks that leave a cell too many', "'Rao, Asha',9876543210,12 Hill View, Pune"],
    ['a mark inside the cell', '12 \\"A\\", Hill View,9876543210,Pune'],
  ])('makes the row invalid with %s', async (_, row) => {
    const { code, notes } = await readCells(row)
    expect([code, notes]).toEqual(['too_many_cells', []])
  })

  it('is counted', async () => {
    const rows = Array.from({ length: 3 }, () => "'Rao, Asha',9876543210,Pune").join('\n')
    const { file } = await readWhole(`Name,Mobile,City\n${rows}\n`)
    expect(file.notes).toEqual([
      '3 lines have cells in other marks than quotation marks. A separator in such a cell was read as text. The first is line 2.',
    ])
  })

  it('loses nothing, whatever the pieces', () => {
    const piece = fc.stringMatching(/^['“”`\\ ]?[a-z0-9 ]{0,9}['“”`\\]?$/u)
    fc.assert(
      fc.property(fc.array(piece, { minLength: 2, maxLength: 8 }), fc.nat({ max: 8 }), (pieces, columns) => {
        const merged = mergeMarked(pieces, ',', columns)
        const withoutBackslash = (text: string) => text.replaceAll('\\', '')
        if (merged) expect(withoutBackslash(merged.join(','))).toBe(withoutBackslash(pieces.join(',')))
      }),
    )
  })
})
