import { describe, expect, it } from 'vitest'
import { readWhole } from '../read-csv.ts'

const FIRST = 'Name,City,Mobile No.\nAsha,Pune,9876543210\n'
const ASHA = ['Asha', 'Pune', '9876543210']
const MEENA = ['Meena', 'Nashik', '9845012345']

async function readCells(text: string): Promise<readonly (readonly string[])[]> {
  const { rows } = await readWhole(text)
  return rows.map(({ cells }) => cells)
}

describe('a second header', () => {
  it.each([
    ['in another order', 'City,Name,Mobile No.\nNashik,Meena,9845012345\n'],
    ['in other letters', 'CITY,mobile_no,Name\nNashik,9845012345,Meena\n'],
    ['in quotation marks', '"City","Name","Mobile No."\n"Nashik","Meena","9845012345"\n'],
    ['in the same order and other letters', 'NAME,CITY,MOBILE NO\nMeena,Nashik,9845012345\n'],
    ['behind another one', 'City,Name,Mobile No.\nMobile No.,City,Name\n9845012345,Nashik,Meena\n'],
    ['that is the first one again', 'City,Name,Mobile No.\nName,City,Mobile No.\nMeena,Nashik,9845012345\n'],
  ])('orders the rows below it: %s', async (_, second) => {
    expect(await readCells(FIRST + second)).toEqual([ASHA, MEENA])
  })

  it('leaves a column blank that it does not have', async () => {
    expect(await readCells(`${FIRST}Mobile No.,Name\n9845012345,Meena\n`)).toEqual([
      ASHA,
      ['Meena', '', '9845012345'],
    ])
  })

  it('refuses rows with a cell that has no place in the first one', async () => {
    const { rows, file } = await readWhole(`${FIRST}Area,Mobile No.,Name\nCamp,9845012345,Meena\n`)
    expect(rows[1]).toMatchObject({
      cells: ['Meena', '', '9845012345', 'Camp'],
      problem: { line: 4, code: 'too_many_cells' },
    })
    expect(file.notes).toEqual([expect.stringMatching(/^Line 3 is a second header.*"area"/u)])
  })

  it('refuses rows that are longer than the first one allows', async () => {
    const { rows } = await readWhole(`${FIRST}City,Area,Mobile No.,Name\nNashik,,9845012345,Meena\n`)
    expect(rows[1]?.problem).toMatchObject({ code: 'too_many_cells' })
  })

  it.each([
    ['a phone', 'Name,City,Mobile No.\nAsha,Pune,9876543210\nCity,Name,9845012345\n'],
    ['an e-mail address', 'Name,City,Email\nAsha,Pune,a@example.com\nCity,Name,b@example.com\n'],
    ['the cells of a first line that is data', 'Ravi,9876543210,2026-01-31\nRavi,9845012345,2026-01-31\n'],
  ])('is no line with %s', async (_, text) => {
    const { rows, file } = await readWhole(text)
    expect(rows.at(-1)?.line).toBe(text.split('\n').length - 1)
    expect(file.notes).toEqual([])
  })

  it('is said with its line', async () => {
    const { file } = await readWhole(`${FIRST}City,Name,Mobile No.\nNashik,Meena,9845012345\n`)
    expect(file.notes).toEqual([expect.stringMatching(/^Line 3 is a second header in another order/u)])
    const same = await readWhole(`${FIRST}NAME,CITY,MOBILE NO\nMeena,Nashik,9845012345\n`)
    expect(same.file.notes).toEqual(['Left out line 3 that repeats the header.'])
  })

  it('is found behind many rows, whatever the size of the batches', async () => {
    const rows = Array.from({ length: 700 }, (_, at) => `Asha ${at},Pune,98765${at}\n`).join('')
    const text = `Name,City,Mobile\n${rows}City,Name,Mobile\nNashik,Meena,9845012345\n`
    for (const batchSize of [1, 250, 1000]) {
      const { rows: read } = await readWhole(text, { batchSize })
      expect(read).toHaveLength(701)
      expect(read.at(-2)?.cells).toEqual(['Asha 699', 'Pune', '98765699'])
      expect(read.at(-1)).toEqual({ line: 703, cells: MEENA })
    }
  })

  it.each([
    ['with other words for the same', 'Customer Name,Mobile,City Name\nMeena,9845012345,Nashik\n'],
    ['with another word for the phone', 'Phone,Name,City\n9845012345,Meena,Nashik\n'],
  ])('is told by headings %s', async (_, second) => {
    expect(await readCells(FIRST + second)).toEqual([ASHA, MEENA])
  })

  it('refuses rows under headings of which two could be one of the first', async () => {
    const text = `Name,City,Mobile\nAsha,Pune,9876543210\nMember Name,Customer Name,Mobile\nMeena,Om,9845012345\n`
    const { rows } = await readWhole(text)
    expect(rows[1]).toMatchObject({ line: 4, problem: { code: 'too_many_cells' } })
  })

  it.each([
    ['below an empty line and a title', '\nSuppliers\nVendor,Place,Phone\n'],
    ['directly below the rows', 'Vendor,Place,Phone\n'],
    ['directly below the rows, of an office', 'Vendor,Head,Contact No\n'],
    ['of other people, below an empty line', '\nVendor,Place,Agent Phone\n'],
    ['of other people, directly below the rows', 'Vendor name,Branch,Vendor mobile\n'],
  ])('of another list makes its rows invalid: %s', async (_, second) => {
    const { rows, file } = await readWhole(`${FIRST}${second}Zed,Kota,9845012345\n`)
    expect(rows.at(-1)?.problem).toMatchObject({ code: 'too_many_cells' })
    expect(file.notes.join(' ')).toMatch(/"vendor/u)
  })

  it.each([
    ['that lacks the phone', 'City,,Name'],
    ['that says there is no phone', 'Asha,Pune,no phone'],
    ['that calls the phone off', 'Name,City,Mobile switched off'],
  ])('is not a row of words of the header %s', async (_, row) => {
    const { rows, file } = await readWhole(`${FIRST}${row}\nMeena,Nashik,9845012345\n`)
    expect(rows.map(({ cells }) => cells)).toEqual([ASHA, row.split(','), MEENA])
    expect(file.notes).toEqual([])
  })

  it('names most columns of a first one that names no phone', async () => {
    const first = 'Name,Number,City,Plan\nAsha,9876543210,Pune,Gold\n'
    expect(await readCells(`${first}Plan,City,,\n`)).toEqual([
      ['Asha', '9876543210', 'Pune', 'Gold'],
      ['Plan', 'City', '', ''],
    ])
    expect((await readCells(`${first}Number,City,Name\n9845012345,Nashik,Meena\n`))[1]).toEqual([
      'Meena',
      '9845012345',
      'Nashik',
      '',
    ])
  })

  it.each([
    ['a row with one cell that is a heading', 'City,Nashik,9845012345'],
    ['a row with a name like a heading', 'Name,Pune,9845012345'],
    ['a row with fewer headings than other cells', 'City,Name,a,b'],
  ])('is not %s', async (_, row) => {
    expect((await readCells(`${FIRST}${row}\n`))[1]).toEqual(row.split(','))
  })
})
