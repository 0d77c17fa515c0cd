import { describe, expect, it } from 'vitest'
import { detectTable } from '../../../src/csv/detect/detect-table.ts'
import { readWhole } from '../read-csv.ts'

const DATA = 'Ram,+917417119014,Delhi\nSita,+917417119015,Pune\n'

describe('the separator', () => {
  it.each([
    [';', 'Name;Betrag;Telefon\nRam;1.200,50;+91 7417119014\nSita;900,00;+91 7417119015\n'],
    [';', 'name;phone\n"a,b,c";1\n"d,e,f";2\n'],
    [',', 'name,note,phone\nRam,a|b,1\nSita,c|d,2\nGita,e|f,3\n'],
    [',', 'name,phone\nRam,1;2\nSita,3;4\n'],
    ['\t', 'name\tphone\nRam, K\t1\nSita, R\t2\n'],
    ['\t', 'a\tb\n1\t2,3\n4\t5,6\n'],
    ['|', 'name|phone\nRam|1\n'],
    [';', 'name;phone\n'],
    [',', 'name,phone,city\nRam,1\nSita,2,Pune\nGita\n'],
    [';', 'a;b\n1,5;2,5\n1,5;2,5\n'],
    [',', 'phone\n+917417119014\n'],
    [',', ''],
  ])('is %j in %j', (delimiter, text) => {
    expect(detectTable(text, true).delimiter).toBe(delimiter)
  })

  it('is the one stated, against all evidence', () => {
    expect(detectTable('a,b\n1,2\n', true, ';').delimiter).toBe(';')
  })
})

describe('the header', () => {
  it.each([
    ['at once', `name,phone,city\n${DATA}`, 0],
    ['below a title padded with separators', `Customers,,\nname,phone,city\n${DATA}`, 1],
    ['below a title with separators in it', `Branch: Pune, MH\nname,phone,city\n${DATA}`, 1],
    ['below a title and an empty line', `Customers\n\nname,phone,city\n${DATA}`, 2],
    ['with a column left unnamed', `name,,city\n${DATA}`, 0],
    ['with only the phone named', `,phone,\n${DATA}`, 0],
    ['above a row without a phone', `name,phone,city\nGita,,Agra\n${DATA}`, 0],
    ['above a row with a word for a phone', `name,phone,city\nGita,unknown,Agra\n${DATA}`, 0],
    ['shorter than the rows', `name,phone\nRam,+917417119014,x\nSita,+917417119015,y\n`, 0],
    ['over text alone', 'name,city\nRam,Delhi\nSita,Pune\n', 0],
    ['with dates in it', `name,phone,01/04/2026,01/05/2026\nRam,+917417119014,100,200\n`, 0],
  ])('is found %s', (_, text, recordsAbove) => {
    expect(detectTable(text, true)).toMatchObject({ recordsAbove, looksHeaderless: false })
  })

  it.each([
    ['phones alone', '+917417119014\n+917417119015\n'],
    ['a name and a phone', DATA],
    ['an e-mail address', 'Ram;ram@example.com\nSita;sita@example.com\n'],
    ['few rows, one with a masked phone', 'Ram,07417119014\nSita,98XXXXXX10\nGita,98200 98200\n'],
    ['few rows, one without a phone', 'Ram,07417119014\nSita,not known\n'],
  ])('is found missing where the first line is data: %s', (_, text) => {
    expect(detectTable(text, true).looksHeaderless).toBe(true)
  })

  it('is left out when the caller says there is none', async () => {
    const { file, rows } = await readWhole(DATA, { headerless: true })
    expect(file).toMatchObject({ header: ['', '', ''], headerLine: 0 })
    expect(rows.map((row) => [row.line, row.cells[0]])).toEqual([
      [1, 'Ram'],
      [2, 'Sita'],
    ])
  })

  it('is counted from the first line of the file, below many empty ones', async () => {
    const { file, rows } = await readWhole(`${'\r\n'.repeat(50_000)}name,phone,city\r\n${DATA}`)
    expect(file.headerLine).toBe(50_001)
    expect(rows[0]?.line).toBe(50_002)
  })
})

describe('Excel’s line that names the separator', () => {
  it.each([
    ['sep=;\nname;phone\nRam;1\n', ';'],
    ['SEP=|\rname|phone\rRam|1\r', '|'],
    ['"sep=;"\r\nname;phone\r\nRam;1\r\n', ';'],
    ['sep=\t\nname\tphone\nRam\t1\n', '\t'],
  ])('is obeyed and counted as a line: %j', async (text, delimiter) => {
    const { file, rows } = await readWhole(text)
    expect(file.dialect.delimiter).toBe(delimiter)
    expect(file.headerLine).toBe(2)
    expect(rows).toEqual([{ line: 3, cells: ['Ram', '1'] }])
  })

  it('is passed over with a note where it names another character', async () => {
    const { file } = await readWhole('sep=^\nname,phone\nRam,1\n')
    expect(file.header).toEqual(['name', 'phone'])
    expect(file.notes).toEqual([expect.stringMatching(/^Line 1 .*separator/)])
  })
})
