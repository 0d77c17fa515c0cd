import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readFileBytes, spoolFile } from '../../src/lists/index.ts'

const MEBIBYTE = 1024 * 1024
const OPTIONS = { name: 'list.csv', maxBytes: 1024 * MEBIBYTE, hints: { region: 'US' } }

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spool-file-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

describe('Spooling a local file', () => {
  it.each([0, 1, 65_535, 65_536, 65_537, 3 * MEBIBYTE + 7])('copies all of its %d bytes', async (size) => {
    const path = join(folder, 'list.csv')
    const bytes = randomBytes(size)
    await writeFile(path, bytes)
    const spooled = await spoolFile(readFileBytes(path), OPTIONS)
    try {
      const copy = await readFile(spooled.path)
      expect(copy.equals(bytes)).toBe(true)
      expect(spooled.bytes).toBe(size)
    } finally {
      await spooled.remove()
    }
  })

  it('holds a few pieces of it in memory, not the whole file', async () => {
    const path = join(folder, 'list.csv')
    await writeFile(path, 'Anna Lind,+46 70 123 45 67,Malmö\n'.repeat(2 * MEBIBYTE))
    const before = process.memoryUsage().arrayBuffers
    let grown = 0
    async function* watched() {
      for await (const piece of readFileBytes(path)) {
        grown = Math.max(grown, process.memoryUsage().arrayBuffers - before)
        yield piece
      }
    }
    const spooled = await spoolFile(watched(), OPTIONS)
    await spooled.remove()
    expect(grown).toBeLessThan(8 * MEBIBYTE)
  })
})

describe('The bytes of a local file', () => {
  it('are not read further once the reader stops', async () => {
    const path = join(folder, 'list.csv')
    await writeFile(path, randomBytes(MEBIBYTE))
    let pieces = 0
    for await (const piece of readFileBytes(path)) {
      expect(piece.length).toBeGreaterThan(0)
      pieces += 1
      break
    }
    expect(pieces).toBe(1)
  })

  it('of a missing file are an error with its reason', async () => {
    const read = async () => {
      for await (const _ of readFileBytes(join(folder, 'missing.csv'))) throw new Error('There are bytes.')
    }
    await expect(read()).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
