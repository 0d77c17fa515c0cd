import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readlinkSync } from 'node:fs'
import { mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openListFile, spoolFile } from '../../src/lists/index.ts'
import { removeLeftFolders } from '../../src/private-files/temporary-folder.ts'
import { buildZip } from '../xlsx/support/build-zip.ts'
import { withTexts } from '../xlsx/support/with-texts.ts'
import { STEPS } from './support/use-workbook.ts'

const PROGRAM = fileURLToPath(new URL('support/use-workbook.ts', import.meta.url))
const LIMITS = { maxBytes: 50_000_000, maxRows: 100_000, maxColumns: 20, maxCellLength: 20_000 }
const isLinux = process.platform === 'linux'

/** A list with too many texts for memory. */
const rows = [
  ['Phone', 'Name'],
  ...Array.from({ length: 600 }, (_, at) => [`9820${String(at).padStart(6, '0')}`, `${at} `.repeat(2500)]),
]
const BYTES = buildZip(withTexts(rows, [0]))
const ZIPPED = buildZip([{ name: 'list.xlsx', content: BYTES }])

let folder: string
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'books-')))
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) vi.stubEnv(name, folder)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, maxRetries: 20 })
})

/** The files in the temporary folder, without folders and tsx's compiled programs. */
const filesThere = async () =>
  (await readdir(folder, { recursive: true, withFileTypes: true })).filter(
    (entry) => entry.isFile() && !/[\\/]tsx-\d+/.test(entry.parentPath),
  )

/** Open files of this process in the temporary folder. Works on Linux only. */
function openThere(): string[] {
  if (!isLinux) return []
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${fd}`)
      return path.startsWith(folder) ? [path] : []
    } catch {
      return []
    }
  })
}

async function open(bytes: Buffer) {
  const stream = (async function* () {
    yield bytes
  })()
  const spooled = await spoolFile(stream, {
    name: 'a.xlsx',
    maxBytes: LIMITS.maxBytes,
    hints: { region: 'IN' },
  })
  const { signal } = new AbortController()
  const options = { limits: LIMITS, batchSize: 50, region: 'IN' }
  return { spooled, source: await openListFile(spooled, { options, name: 'a.xlsx', signal }) }
}

describe('the temporary files of a workbook', () => {
  it.each([
    ['read to its end', BYTES, Infinity],
    ['left in the middle', BYTES, 2],
    ['read from a zip archive', ZIPPED, Infinity],
    ['left in the middle of a zip archive', ZIPPED, 2],
  ])('are closed before they are removed, and none stays: %s', async (_, bytes, batches) => {
    const { spooled, source } = await open(bytes)
    const list = await source.lists[0]?.open()
    let read = 0
    for await (const batch of list?.batches() ?? []) {
      expect(batch.length).toBeGreaterThan(0)
      if (++read >= batches) break
    }
    expect(read).toBeGreaterThan(1)
    expect((await filesThere()).some(({ name }) => name.startsWith('texts-'))).toBe(true)

    await source.close()
    expect(openThere()).toEqual([])
    await spooled.remove()
    expect(await filesThere()).toEqual([])
  })

  it('are closed and removed where the workbook turns out to be damaged', async () => {
    const damaged = Buffer.concat([BYTES.subarray(0, 2000), Buffer.alloc(2000), BYTES.subarray(4000)])
    const { spooled, source } = await open(damaged)
    await expect(source.lists[0]?.open()).rejects.toMatchObject({ code: 'workbook_damaged' })

    await source.close()
    expect(openThere()).toEqual([])
    await spooled.remove()
    expect(await filesThere()).toEqual([])
  })

  it.each(STEPS)('of a process that is killed when it has %s are removed by the cleaning', async (step) => {
    const path = join(folder, 'shared.zip')
    await writeFile(path, ZIPPED)
    const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM, path, step], { stdio: 'inherit' })
    const [, signal] = await once(child, 'exit')
    expect(signal === 'SIGKILL' || process.platform === 'win32').toBe(true)
    await rm(path)
    expect((await filesThere()).length).toBeGreaterThan(0)

    expect(await removeLeftFolders(new Date(Date.now() + 2 * 3_600_000))).toBeGreaterThan(0)

    expect(await filesThere()).toEqual([])
  })
})
