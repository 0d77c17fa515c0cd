import { describe, expect, it } from 'vitest'
import type { CsvRow } from '../../../src/csv/csv-file.ts'
import { readWhole } from '../read-csv.ts'

const phone = (at: number): string => `+9174171${String(at).padStart(6, '0')}`
const CITIES = ['Delhi', 'Pune', 'Agra']
const city = (at: number): string => CITIES[at % CITIES.length] ?? ''

/** Tables as programs export them: header, and a row by number. */
const TABLES: Record<string, { readonly header: string; readonly row: (at: number) => string }> = {
  'as wide as the header': { header: 'name,phone,city', row: (at) => `Ram ${at},${phone(at)},${city(at)}` },
  'that end in a comma': { header: 'name,phone,city', row: (at) => `Ram ${at},${phone(at)},${city(at)},` },
  'that end in many commas': { header: 'name,phone', row: (at) => `Ram ${at},${phone(at)},,,,` },
  'below a header that ends in a comma': {
    header: 'name,phone,city,',
    row: (at) => `Ram ${at},${phone(at)},${city(at)}`,
  },
  'that lack their last cells': {
    header: 'name,phone,city,state,pin',
    row: (at) => `Ram ${at},${phone(at)}`,
  },
  'of two columns': { header: 'name,phone', row: (at) => `Ram ${at},${phone(at)}` },
  'of one column': { header: 'phone', row: phone },
  'with quoted names': {
    header: 'name,phone,city',
    row: (at) => `"Ram ""B"" ${at}",${phone(at)},${city(at)}`,
  },
  'of different lengths': {
    header: 'name,phone,city,state,pin',
    row: (at) => [`Ram ${at}`, phone(at), city(at), 'MH', '411001'].slice(0, 2 + (at % 4)).join(','),
  },
}

/** Stray marks in the middle row, and in a later one where stated. */
const STRAY: Record<string, (rows: string[], at: number) => void> = {
  'at the start of a row': (rows, at) => change(rows, at, (row) => `"${row}`),
  'at the start of the first row': (rows) => change(rows, 0, (row) => `"${row}`),
  'at the start of the second cell': (rows, at) => change(rows, at, (row) => row.replace(',', ',"')),
  'at the start of a row and at the end of a later one': (rows, at) => {
    change(rows, at, (row) => `"${row}`)
    change(rows, at + Math.floor(rows.length / 3), (row) => row.replace(/(?=,)|$/, '"'))
  },
}

function change(rows: string[], at: number, edit: (row: string) => string): void {
  rows[at] = edit(rows[at] ?? '')
}

const cases = Object.keys(TABLES).flatMap((table) =>
  Object.keys(STRAY).flatMap((stray) => [200, 8_000].map((size) => ({ table, stray, size }))),
)

const isTaken = ({ problem }: CsvRow): boolean => problem !== undefined

describe('rows behind a stray quotation mark', () => {
  it.each(cases)('are rows: $size rows $table, a mark $stray', async ({ table, stray, size }) => {
    const { header, row } = TABLES[table] ?? { header: '', row: () => '' }
    const lines = Array.from({ length: size }, (_, at) => row(at))
    STRAY[stray]?.(lines, Math.floor(size / 4))
    const { rows } = await readWhole(`${header}\n${lines.join('\n')}\n`)
    expect(rows).toHaveLength(size)
    expect(rows.filter(isTaken).length).toBeLessThanOrEqual(2)
  })

  it('are rows where 190,000 of them end in a comma', async () => {
    const lines = Array.from({ length: 190_000 }, (_, at) => `Ram ${at},${phone(at)},${city(at)},`)
    change(lines, 5, (row) => row.replace(',', ',"'))
    const { rows } = await readWhole(`name,phone,city\n${lines.join('\n')}\n`)
    expect(rows).toHaveLength(190_000)
    expect(rows.filter(isTaken).map(({ line }) => line)).toEqual([7])
  })

  it('are rows where each of them has its own', async () => {
    const lines = Array.from({ length: 8_000 }, (_, at) => `a",${at},"c`)
    const { rows } = await readWhole(`name,phone,city\n${lines.join('\n')}\n`)
    expect(rows.map(({ line }) => line)).toEqual(lines.map((_, at) => at + 2))
  })
})

const ADDRESSES: Record<string, string> = {
  'of two lines': '"Flat 2, Block B\nMG Road"',
  'with commas in every line': '"Flat 2, Block B\nMG Road, Camp\nPune, MH"',
  'of many lines': `"${Array.from({ length: 60 }, (_, at) => `${at}, a line of a note`).join('\n')}"`,
  'with quotations': '"said ""yes, now""\nand left"',
  'that begins with a line break': '"\nMG Road\n"',
  'with empty lines': '"MG Road\n\n\nPune"',
  'with CRLF': '"MG Road\r\nCamp\r\nPune"',
  'of 26,000 characters': `"${'a short line\n'.repeat(2_000)}"`,
}

describe('a quoted cell of several lines', () => {
  it.each(Object.entries(ADDRESSES))('is one cell in every row: %s', async (_, address) => {
    const count = 300
    const lines = Array.from({ length: count }, (_, at) => `Ram ${at},${phone(at)},${address},${city(at)}`)
    const { rows } = await readWhole(`name,phone,address,city\n${lines.join('\n')}\n`)
    expect(rows.filter(isTaken)).toEqual([])
    expect(rows).toHaveLength(count)
    const expected = address.slice(1, -1).replaceAll('""', '"')
    expect(rows.every(({ cells }) => cells[2] === expected && cells.length === 4)).toBe(true)
  })

  it('is one row that is too long where it is a text of 4 MB', async () => {
    const text = `name,phone,note\nRam,1,"${'a note\n'.repeat(600_000)}"\nSita,+917417119014,x\n`
    const { rows } = await readWhole(text)
    expect(rows.map(({ line, problem }) => [line, problem?.code])).toEqual([
      [2, 'cell_too_long'],
      [600_003, undefined],
    ])
  })
})
