import { describe, expect, it } from 'vitest'
import { readWhole } from './read-csv.ts'

async function readCells(text: string): Promise<readonly (readonly string[])[]> {
  const { rows } = await readWhole(text)
  return rows.map(({ cells }) => cells)
}

describe('a byte order mark inside the file', () => {
  it('is no part of a cell, and hides no quotation mark', async () => {
    const text = '\ufeffName,Mobile\n\ufeff"Asha","1"\n\ufeff"Rao, Ravi","2"\nMee\ufeffna,3\n'
    expect(await readCells(text)).toEqual([
      ['Asha', '1'],
      ['Rao, Ravi', '2'],
      ['Meena', '3'],
    ])
  })

  it('hides no second header of files that were joined', async () => {
    expect(await readCells('\ufeffName,Mobile\nAsha,1\n\ufeffName,Mobile\nRavi,2\n')).toEqual([
      ['Asha', '1'],
      ['Ravi', '2'],
    ])
  })
})

describe('typographic quotation marks around every cell', () => {
  it.each([
    ['English', '“Name”,“Mobile”\n“Rao, Asha”,“1”\n'],
    ['German', '„Name“;„Mobile“\n„Rao, Asha“;„1“\n'],
    ['mixed', '„Name”,“Mobile”\n„Rao, Asha”,“1”\n'],
  ])('are read as straight ones: %s', async (_, text) => {
    const { file, rows } = await readWhole(text)
    expect(file.header).toEqual(['Name', 'Mobile'])
    expect(rows.map(({ cells }) => cells)).toEqual([['Rao, Asha', '1']])
    expect(file.notes).toEqual([expect.stringContaining('quotation marks')])
  })

  it('are letters where the header has none', async () => {
    const { file, rows } = await readWhole('Name,Mobile\nAsha “Bunty” Rao,1\n')
    expect(rows[0]?.cells[0]).toBe('Asha “Bunty” Rao')
    expect(file.notes).toEqual([])
  })

  it('are read so in every piece of a long file', async () => {
    const rows = Array.from({ length: 3_000 }, (_, at) => `“Rao, Asha ${at}”,“${at}”`).join('\n')
    const cells = await readCells(`“Name”,“Mobile”\n${rows}\n`)
    expect(cells).toHaveLength(3_000)
    expect(cells.at(-1)).toEqual(['Rao, Asha 2999', '2999'])
  })
})
