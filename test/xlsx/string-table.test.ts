import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StringTable } from '../../src/xlsx/sheet/index.ts'
import { withFolder } from './support/read-workbook.ts'

const texts = fc.array(
  fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom('', 'x', 'न'.repeat(5000), '😀'.repeat(9000), '\ud83d', '\ude00'),
  ),
  { minLength: 1, maxLength: 400 },
)

describe('the table of texts', () => {
  it.each([
    ['in memory', 1024 * 1024 * 1024],
    ['on disk', 0],
    ['partly in memory first', 20_000],
  ])('gives each text back by its number, in any order, %s', async (_, memoryBytes) => {
    await withFolder(async (folder) => {
      await fc.assert(
        fc.asyncProperty(texts, fc.array(fc.nat(), { maxLength: 200 }), async (all, asked) => {
          const table = new StringTable(join(folder, 'texts'), { memoryBytes })
          try {
            for (const text of all) table.add(text)
            table.end()
            expect(table.count).toBe(all.length)
            for (const [index, text] of all.entries()) expect(table.get(index)).toBe(wellFormed(text))
            for (const index of asked.map((n) => n % all.length))
              expect(table.get(index)).toBe(wellFormed(all[index] ?? ''))
            for (const index of [-1, all.length, 0.5 - 1, Number.NaN])
              expect(table.get(index)).toBeUndefined()
          } finally {
            table.close()
          }
          expect(readdirSync(folder)).toEqual([])
        }),
        { numRuns: 60 },
      )
    })
  })

  it('keeps more blocks on disk than it holds in memory, and reads them in any order', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'texts')
      const table = new StringTable(path, { memoryBytes: 0 })
      const textOf = (index: number) => `text ${index} ${'x'.repeat(index % 90)}`
      const count = 60_000
      for (let index = 0; index < count; index += 1) table.add(textOf(index))
      table.end()
      expect(table.isOnDisk).toBe(true)
      expect(statSync(path).mode & 0o777).toBe(0o600)
      for (let step = 0, index = 0; step < 20_000; step += 1, index = (index + 7919) % count)
        expect(table.get(index)).toBe(textOf(index))
      table.close()
      expect(existsSync(path)).toBe(false)
      expect(table.get(0)).toBeUndefined()
    })
  })
})

/** Half a surrogate pair cannot be written as UTF-8. */
const wellFormed = (text: string) => Buffer.from(text).toString()
