import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { makeTemporaryFolder, removeLeftFolders } from '../src/temporary-folder.ts'

/** A process that was. */
const GONE = spawnSync(process.execPath, ['-e', '']).pid
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000)

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'left-'))
  vi.stubEnv('TMPDIR', folder)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true })
})

async function leave(name: string): Promise<string> {
  const path = join(folder, name)
  await mkdir(path)
  await writeFile(join(path, 'file'), 'phone\n07417119014\n')
  return path
}

describe('a folder for a file with customers in it', () => {
  it('can be read by the user of the bot alone', async () => {
    expect((await stat(await makeTemporaryFolder())).mode & 0o077).toBe(0)
  })

  it('goes an hour after the process that was killed over it', async () => {
    const left = await leave(`customer-uploads-file-${GONE}-a1B2c3`)

    expect(await removeLeftFolders(inMinutes(59))).toBe(0)
    expect(existsSync(left)).toBe(true)
    expect(await removeLeftFolders(inMinutes(61))).toBe(1)
    expect(existsSync(left)).toBe(false)
  })

  it('goes also where the process now running has the same number, as in a container', async () => {
    const left = await leave(`customer-uploads-file-${process.pid}-a1B2c3`)
    const before = new Date(performance.timeOrigin - 60_000)
    await utimes(left, before, before)

    expect(await removeLeftFolders(inMinutes(61))).toBe(1)
  })

  it('stays while its process works, and so does whatever is not ours', async () => {
    const kept = [
      await makeTemporaryFolder(),
      await leave(`customer-uploads-file-${process.ppid}-a1B2c3`),
      await leave(`customer-uploads-db-${GONE}-a1B2c3`),
      await leave(`other-customer-uploads-file-${GONE}-a1B2c3`),
      await leave('customer-uploads-file-notes'),
    ]

    expect(await removeLeftFolders(inMinutes(24 * 60))).toBe(0)

    expect(kept.filter((path) => !existsSync(path))).toEqual([])
  })
})
