import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { openCsv } from '../../src/csv/open-csv.ts'
import { AppError } from '../../src/errors.ts'
import { LIMITS, OPTIONS, readRefusal, readWhole, toSource } from './read-csv.ts'

const HEADER = 'name,phone,city\n'
const ROW = 'Ram,+917417119014,Delhi\n'

describe('a limit', () => {
  it('of bytes refuses a file that turns out to be larger', async () => {
    const refusal = await readRefusal(HEADER + ROW.repeat(100), { limits: { ...LIMITS, maxBytes: 1000 } })
    expect(refusal.code).toBe('file_too_large')
    expect(refusal.message).toContain('1000 bytes')
  })

  it('of bytes lets a file through that has just as many', async () => {
    const text = HEADER + ROW.repeat(100)
    expect((await readWhole(text, { limits: { ...LIMITS, maxBytes: text.length } })).rows).toHaveLength(100)
  })

  it.each([
    [10, 'at once where the first rows tell'],
    [5000, 'when it is met'],
  ])('of %i rows refuses a file with more, %s', async (maxRows) => {
    const limits = { ...LIMITS, maxRows }
    expect((await readWhole(HEADER + ROW.repeat(maxRows), { limits })).rows).toHaveLength(maxRows)
    const refusal = await readRefusal(HEADER + ROW.repeat(maxRows + 1), { limits })
    expect(refusal.code).toBe('too_many_rows')
    expect(refusal.message).toContain(maxRows.toLocaleString('en-US'))
  })

  it('of columns says how many there are', async () => {
    const refusal = await readRefusal(HEADER + ROW, { limits: { ...LIMITS, maxColumns: 2 } })
    expect(refusal.code).toBe('too_many_columns')
    expect(refusal.details).toMatchObject({ columns: 3, limit: 2 })
  })

  it('of columns does not count the empty ones a spreadsheet writes behind the last', async () => {
    const { file, rows } = await readWhole(`name,phone${','.repeat(16_382)}\nRam,1${','.repeat(16_382)}\n`)
    expect(file.header.slice(0, 3)).toEqual(['name', 'phone', ''])
    expect(file.header).toHaveLength(LIMITS.maxColumns)
    expect(rows[0]?.problem).toBeUndefined()
  })

  it.each([
    ['plain', `Sita,${'x'.repeat(200)},Pune\n`],
    ['quoted', `Sita,"${'x'.repeat(200)}",Pune\n`],
    ['with doubled marks', `Sita,"${'""'.repeat(200)}",Pune\n`],
    ['of several lines', `Sita,"${'ab\n'.repeat(100)}",Pune\n`],
    ['of many megabytes', `Sita,"${'x'.repeat(9_000_000)}",Pune\n`],
    ['of many megabytes without quotes', `Sita,${'x'.repeat(9_000_000)},Pune\n`],
  ])('of characters makes the row of a cell invalid and no other: %s', async (_, row) => {
    const { rows } = await readWhole(HEADER + ROW + row + ROW, { limits: { ...LIMITS, maxCellLength: 100 } })
    const [first, long, last] = rows
    expect(rows).toHaveLength(3)
    expect(first?.problem).toBeUndefined()
    expect(long?.problem).toMatchObject({ code: 'cell_too_long', column: 'phone', line: 3 })
    expect(long?.problem?.message).toBe('A cell (column "phone") is longer than 100 characters.')
    // Still too long if shared again as returned.
    expect(long?.cells[1]).toHaveLength(101)
    expect(last?.cells).toEqual(['Ram', '+917417119014', 'Delhi'])
    expect(last?.line).toBe(2 + row.split('\n').length)
  })
})

describe('a row that holds much', () => {
  it('is handed over in a smaller batch', async () => {
    const row = `Ram,1,${'x'.repeat(30_000)}\n`
    const file = await openCsv(toSource(HEADER + row.repeat(600)), OPTIONS)
    const sizes: number[] = []
    for await (const batch of file.batches()) sizes.push(batch.length)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(600)
    expect(Math.max(...sizes)).toBeLessThan(300)
  })
})

describe('a source', () => {
  it('is read no further than the rows asked for', async () => {
    let given = 0
    async function* source() {
      yield Buffer.from(HEADER)
      for (; given < 1000; given += 1) yield Buffer.from(ROW.repeat(1000))
    }
    const file = await openCsv(source(), OPTIONS)
    for await (const batch of file.batches()) {
      expect(batch.length).toBeGreaterThan(0)
      break
    }
    expect(given).toBeLessThan(20)
  })

  it('is let go of when the file is closed while a read is waiting', async () => {
    const stalled = new Readable({ read() {} })
    stalled.push(HEADER + ROW.repeat(10_000))
    const file = await openCsv(stalled, OPTIONS)
    const walk = (async () => {
      for await (const batch of file.batches()) expect(batch.length).toBeGreaterThan(0)
    })()
    await expect.poll(() => stalled.readableLength).toBe(0)
    await file.close()
    await expect(walk).resolves.toBeUndefined()
    expect(stalled.destroyed).toBe(true)
  })

  it('is let go of when the file is refused', async () => {
    let isReleased = false
    async function* source() {
      try {
        yield Buffer.from('%PDF-1.7\n')
        yield Buffer.alloc(PIECE)
      } finally {
        isReleased = true
      }
    }
    await expect(openCsv(source(), OPTIONS)).rejects.toMatchObject({ code: 'not_csv' })
    expect(isReleased).toBe(true)
  })

  it('that fails is answered with its own error', async () => {
    async function* source() {
      yield Buffer.from(HEADER + ROW.repeat(10_000))
      throw new AppError('file_truncated', { got: 1, expected: 2 })
    }
    const file = await openCsv(source(), OPTIONS)
    const walk = (async () => {
      for await (const batch of file.batches()) expect(batch.length).toBeGreaterThan(0)
    })()
    await expect(walk).rejects.toMatchObject({ code: 'file_truncated' })
  })

  it('is walked once', async () => {
    const { file } = await readWhole(HEADER + ROW)
    await expect(file.batches()[Symbol.asyncIterator]().next()).rejects.toThrow('once')
  })

  it('leaves their turn to other tasks while a large file is read', async () => {
    const text = HEADER + '"Ram ""B"" K",+917417119014,Delhi\n'.repeat(60_000)
    let turns = 0
    const timer = setInterval(() => {
      turns += 1
    }, 1)
    await readWhole(text)
    clearInterval(timer)
    expect(turns).toBeGreaterThan(5)
  })
})

const PIECE = 64 * 1024
