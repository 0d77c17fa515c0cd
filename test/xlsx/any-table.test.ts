import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openWorkbook } from '../../src/xlsx/index.ts'
import { inline, number, row, shared, withRows } from './support/build-workbook.ts'
import { buildZip } from './support/build-zip.ts'
import { OPTIONS, readWorkbook, withFolder } from './support/read-workbook.ts'
import { withTexts } from './support/with-texts.ts'

const text = fc.oneof(
  fc.string({
    unit: fc.constantFrom('a', 'न', '😀', ' ', '&', '<', '"', '\n', '0', '_x', ','),
    minLength: 1,
    maxLength: 10,
  }),
  fc.constantFrom('+919820098200', '00123', '1.234', 'x'.repeat(300)),
)
const table = fc.array(fc.array(text, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 30 })
const columns = 'ABCDE'

describe('any table', () => {
  it('gives the same cells with its texts inline, shared, or shared in another order', async () => {
    await fc.assert(
      fc.asyncProperty(table, fc.array(fc.nat(), { minLength: 1, maxLength: 40 }), async (rows, order) => {
        const inlineXml = rows.map((cells, line) =>
          row(
            line + 1,
            ...cells.map((value, column) => inline(`${columns.charAt(column)}${line + 1}`, value)),
          ),
        )
        for (const built of [withRows(inlineXml.join('')), withTexts(rows, [0]), withTexts(rows, order)])
          expect((await readWorkbook(built)).cells).toEqual(rows)
      }),
      { numRuns: 40 },
    )
  })
})

describe('a large sheet', () => {
  const count = 40_000
  const texts = Array.from(
    { length: count },
    (_, at) => `<t>Customer number ${at} of a long list of customers</t>`,
  )
  const order = (line: number) => (line * 7919) % count
  const rows = Array.from({ length: count }, (_, line) =>
    row(
      line + 1,
      number(`A${line + 1}`, String(919820000000 + line)),
      shared(`B${line + 1}`, order(line)),
      number(`C${line + 1}`, '45285', 1),
    ),
  )
  const bytes = buildZip(
    withRows(rows.join(''), { texts, formats: [14] }).map((part) => ({ ...part, method: 0 })),
  )

  it('is read exactly, and other tasks get their turn all the while', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'large.xlsx')
      writeFileSync(path, bytes)
      // The garbage collector and the compiler take processor time now and then, a reader that holds on takes it each time.
      let shortest = Number.POSITIVE_INFINITY
      for (let look = 0; look < 3 && shortest >= 50; look += 1)
        shortest = Math.min(shortest, await readAll(path, folder))
      expect(shortest).toBeLessThan(50)
    })
  })

  /** @returns the longest time without a turn of other tasks */
  async function readAll(path: string, folder: string): Promise<number> {
    let longest = 0
    let turns = 0
    let last = process.cpuUsage()
    const timer = setInterval(() => {
      const { user } = process.cpuUsage(last)
      last = process.cpuUsage()
      turns += 1
      longest = Math.max(longest, user / 1000)
    }, 1)
    const workbook = await openWorkbook(path, { ...OPTIONS, folder })
    const [sheet] = workbook.sheets
    let line = 0
    if (sheet) {
      for await (const batch of workbook.read(sheet).batches()) {
        for (const one of batch) {
          expect(one.cells[0]).toBe(String(919820000000 + line))
          expect(one.cells[1]).toBe(`Customer number ${order(line)} of a long list of customers`)
          line += 1
        }
      }
    }
    await workbook.close()
    clearInterval(timer)
    expect(line).toBe(count)
    expect(turns).toBeGreaterThan(10)
    return longest
  }
})
