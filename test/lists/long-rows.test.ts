import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { openListFile, spoolFile, writeList } from '../../src/lists/index.ts'

const folder = await mkdtemp(join(tmpdir(), 'long-rows-'))
afterAll(() => rm(folder, { recursive: true, maxRetries: 20 }))

const LIMITS = { maxBytes: 50_000_000, maxRows: 100, maxColumns: 500, maxCellLength: 50_000 }
const MISSING = '#TOO_LONG!'
const WIDTH = 150
const HEADER = Array.from({ length: WIDTH }, (_, at) => `Heading ${at}`)
/** 4.65 million characters: more than a row may have, in cells within the limit. */
const LONG = HEADER.map((_, at) => `${at} `.padEnd(31_000, 'x'))
const SHORT = HEADER.map((_, at) => `cell ${at}`)

async function write(rows: readonly (readonly string[])[], format: 'csv' | 'xlsx'): Promise<Buffer> {
  const path = join(folder, `list.${format}`)
  await writeList(
    path,
    (async function* () {
      yield* rows
    })(),
    { format },
  )
  return await readFile(path)
}

async function read(bytes: Buffer) {
  const source = (async function* () {
    yield bytes
  })()
  const spooled = await spoolFile(source, { name: 'a', maxBytes: LIMITS.maxBytes, hints: { region: 'IN' } })
  try {
    const { signal } = new AbortController()
    const options = { limits: LIMITS, batchSize: 100, region: 'IN' }
    const { lists, close } = await openListFile(spooled, { options, name: 'a', signal })
    const list = await lists[0]?.open()
    const rows = []
    for await (const batch of list?.batches() ?? []) rows.push(...batch)
    await close()
    return rows
  } finally {
    await spooled.remove()
  }
}

it.each([
  ['csv', 'csv'],
  ['xlsx', 'xlsx'],
  ['csv', 'xlsx'],
] as const)(
  'a row longer than 4 MiB of a .%s is invalid, and its cells are whole or an error in the .%s of rows to correct',
  async (format, back) => {
    const [row, after] = await read(await write([HEADER, LONG, SHORT], format))

    expect(row?.problem).toMatchObject({ code: 'cell_too_long', message: 'The row is too long to be read.' })
    expect(after).toMatchObject({ cells: SHORT })
    expect(after?.problem).toBeUndefined()

    const [again] = await read(await write([HEADER, row?.cells ?? [], SHORT], back))
    const cut = LONG.filter((cell, at) => again?.cells[at] !== cell)
    expect(cut.length).toBeGreaterThan(0)
    expect(cut.length).toBeLessThan(WIDTH)
    for (const [at, cell] of LONG.entries())
      if (again?.cells[at] !== cell) expect(again?.cells[at]).toBe(MISSING)
  },
)
