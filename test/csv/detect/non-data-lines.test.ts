import { describe, expect, it } from 'vitest'
import { readWhole } from '../read-csv.ts'

const HEADER = 'name,phone,city\n'
const RAM = 'Ram,+917417119014,Delhi\n'
const SITA = 'Sita,+917417119015,Pune\n'

async function firstCells(text: string): Promise<readonly (string | undefined)[]> {
  const { rows } = await readWhole(text)
  return rows.map(({ cells }) => cells[0])
}

describe('what reports print around their rows', () => {
  it.each([
    ['footers below an empty line', `${HEADER}${RAM}${SITA}\nContacts Report\nAcme\n`],
    ['footers below a row of separators', `${HEADER}${RAM}${SITA}\n"Confidential, do not share",,\nAcme,,\n`],
    ['footers with empty lines between', `${HEADER}${RAM}${SITA}\n\nReport\n\nAcme\n\n`],
    ['the number of rows', `${HEADER}${RAM}${SITA}(2 rows affected)\n`],
    ['a closing line', `${HEADER}${RAM}${SITA}*** End of report ***\n`],
    ['the header of a second file behind the first', `${HEADER}${RAM}${HEADER}${SITA}`],
    ['a ruler', `${HEADER}----,----,----\n${RAM}${SITA}`],
  ])('is no row: %s', async (_, text) => {
    expect(await firstCells(text)).toEqual(['Ram', 'Sita'])
  })

  it.each([
    ['dashes with a letter at their end', `${'-'.repeat(5000)}x`],
    ['dashes with a cell that is one dash', '---,-,---'],
  ])('is a row where it is more than a ruler: %s', async (_, line) => {
    expect(await firstCells(`${HEADER}${RAM}${line}\n${SITA}`)).toHaveLength(3)
  })

  it('is said with its lines', async () => {
    const { file } = await readWhole(`${HEADER}${RAM}${HEADER}${SITA}\nContacts Report\nAcme\n`)
    expect(file.notes).toEqual([
      'Left out line 3 that repeats the header.',
      'Left out 2 lines below the last row, the first is line 6.',
    ])
  })
})

describe('a row with nothing but its first cell', () => {
  it.each([
    ['at the end', `${HEADER}${RAM}Gita\n`],
    ['at the end with its separators', `${HEADER}${RAM}\nGita,,\n`],
    ['in the middle', `${HEADER}Gita\n${RAM}`],
    ['below an empty line in the middle', `${HEADER}${RAM}\nGita\n${SITA}`],
    ['above a header that is repeated', `${HEADER}${RAM}Gita\n${HEADER}${SITA}`],
  ])('stays a row %s', async (_, text) => {
    expect(await firstCells(text)).toContain('Gita')
  })

  it('stays a row where the cell is a number or an address', async () => {
    expect(await firstCells(`phone,name\n+917417119014,Ram\n\n+917417119015\n`)).toContain('+917417119015')
    expect(await firstCells(`${HEADER}${RAM}\nsita@example.com\n`)).toContain('sita@example.com')
  })

  it('keeps its place and the empty lines before it', async () => {
    const { rows } = await readWhole(`${HEADER}${RAM}\n\nGita\n\n${SITA}`)
    expect(rows.map(({ line, cells }) => [line, cells[0]])).toEqual([
      [2, 'Ram'],
      [3, ''],
      [4, ''],
      [5, 'Gita'],
      [6, ''],
      [7, 'Sita'],
    ])
  })

  it('is never held back in great number', async () => {
    const { rows } = await readWhole(`${HEADER}${RAM.repeat(60)}\n${'Gita\n'.repeat(100)}`)
    expect(rows).toHaveLength(161)
  })
})
