import { describe, expect, it } from 'vitest'
import { openCsv } from '../../src/csv/open-csv.ts'
import { OPTIONS, readRefusal, readWhole, toSource } from './read-csv.ts'

describe('a file opened', () => {
  it('gives header, rows, line numbers and the form it was found in', async () => {
    const { file, rows } = await readWhole('name,phone\nRam,+917417119014\nSita,"a, ""b"""\n')
    expect(file.dialect).toEqual({ encoding: 'utf-8', delimiter: ',' })
    expect(file.header).toEqual(['name', 'phone'])
    expect(file.headerLine).toBe(1)
    expect(rows).toEqual([
      { line: 2, cells: ['Ram', '+917417119014'] },
      { line: 3, cells: ['Sita', 'a, "b"'] },
    ])
  })

  it('hands the sample over again in the batches, none larger than asked for', async () => {
    const lines = Array.from({ length: 450 }, (_, index) => `Ram ${index},${9174171100000 + index}`)
    const file = await openCsv(toSource(`name,phone\n${lines.join('\n')}`), { ...OPTIONS, batchSize: 64 })
    const sizes: number[] = []
    const seen: string[] = []
    for await (const batch of file.batches()) {
      sizes.push(batch.length)
      seen.push(...batch.map((row) => row.cells.join(',')))
    }
    expect(file.sample).toHaveLength(200)
    expect(Math.max(...sizes)).toBe(64)
    expect(seen).toEqual(lines)
  })

  it.each([
    ['file_empty', ''],
    ['file_empty', '\uFEFF\r\n\r\n'],
    ['no_rows', 'name,phone\n\n\n'],
    ['not_csv', '<!DOCTYPE html><html><body>Sign in</body></html>'],
  ])('is refused with %s where there is nothing to read: %j', async (code, text) => {
    expect((await readRefusal(text)).code).toBe(code)
  })
})

describe('a header with an unclosed quotation mark', () => {
  it('does not take the rows below it along, and is told of', async () => {
    const { file, rows } = await readWhole('name,"phone\nRam,+917417119014\nSita,+917417119015\n')
    expect(file.header).toEqual(['name', '"phone'])
    expect(rows.map((row) => row.line)).toEqual([2, 3])
    expect(file.notes).toEqual(['The header: The quotation mark opened in line 1 (cell 2) is never closed.'])
  })
})
