import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  realpath,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { makeTemporaryFolder, removeLeftFolders } from '../../src/private-files/temporary-folder.ts'

/** A process that has ended. */
const GONE = spawnSync(process.execPath, ['-e', '']).pid
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000)
const isRoot = process.getuid?.() === 0

let folder: string
let parent: string
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'left-')))
  vi.stubEnv('TMPDIR', folder)
  parent = join(folder, `customer-uploads-${process.getuid?.() ?? 'user'}`)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, maxRetries: 20 })
})

async function leave(name: string, beside = parent): Promise<string> {
  await mkdir(beside, { recursive: true, mode: 0o700 })
  const path = join(beside, name)
  await mkdir(path)
  await writeFile(join(path, 'file'), 'phone\n07417119014\n')
  return path
}

describe('a folder for a file with customers in it', () => {
  it('can be read by the user of the bot alone, as can the folder it lies in', async () => {
    const made = await makeTemporaryFolder()

    expect((await stat(made)).mode & 0o077).toBe(0)
    expect(dirname(made)).toBe(parent)
    expect((await stat(parent)).mode & 0o777).toBe(0o700)
  })

  it('goes an hour after the process that was killed over it', async () => {
    const left = await leave(`file-${GONE}-a1B2c3`)

    expect(await removeLeftFolders(inMinutes(59))).toBe(0)
    expect(existsSync(left)).toBe(true)
    expect(await removeLeftFolders(inMinutes(61))).toBe(1)
    expect(existsSync(left)).toBe(false)
  })

  it('goes also where the process now running has the same number, as in a container', async () => {
    const left = await leave(`file-${process.pid}-a1B2c3`)
    const before = new Date(performance.timeOrigin - 60_000)
    await utimes(left, before, before)

    expect(await removeLeftFolders(inMinutes(61))).toBe(1)
  })

  it('stays while its process works, and so does whatever is not ours', async () => {
    const kept = [
      await makeTemporaryFolder(),
      await leave(`file-${process.ppid}-a1B2c3`),
      await leave(`db-${GONE}-a1B2c3`),
      await leave(`other-file-${GONE}-a1B2c3`),
      await leave('file-notes'),
    ]

    expect(await removeLeftFolders(inMinutes(24 * 60))).toBe(0)

    expect(kept.filter((path) => !existsSync(path))).toEqual([])
  })
})

describe('another account of the machine', () => {
  it.each([
    ['a link with the name of a left folder', `customer-uploads-file-${GONE}-a1B2c3`],
    ['a link with the name of the parent', `customer-uploads-${process.getuid?.() ?? 'user'}`],
    ['a link with the name of a second parent', `customer-uploads-${process.getuid?.() ?? 'user'}-a1B2c3`],
  ])('cannot have files deleted by %s', async (_, name) => {
    const data = await mkdtemp(join(folder, 'data-'))
    const precious = await leave(`file-${GONE}-a1B2c3`, data)
    await symlink(data, join(folder, name))

    expect(await removeLeftFolders(inMinutes(24 * 60))).toBe(0)
    const made = await makeTemporaryFolder()

    expect(await readdir(precious)).toEqual(['file'])
    expect(await readdir(data)).toHaveLength(1)
    expect(dirname(made)).not.toBe(data)
    expect((await lstat(dirname(made))).mode & 0o777).toBe(0o700)
  })

  it('cannot have files deleted by a link inside a left folder', async () => {
    const data = await leave('file', await mkdtemp(join(folder, 'data-')))
    await symlink(data, join(await leave(`file-${GONE}-a1B2c3`), 'link'))

    expect(await removeLeftFolders(inMinutes(24 * 60))).toBe(1)

    expect(await readdir(data)).toEqual(['file'])
  })

  it.each([0o770, 0o707, 0o755])('cannot use a parent that is open to it (mode %o)', async (mode) => {
    const left = await leave(`file-${GONE}-a1B2c3`)
    await chmod(parent, mode)

    expect(await removeLeftFolders(inMinutes(24 * 60))).toBe(0)
    const [first, second] = [await makeTemporaryFolder(), await makeTemporaryFolder()]

    expect(existsSync(left)).toBe(true)
    expect(dirname(first)).not.toBe(parent)
    expect(dirname(second)).toBe(dirname(first))
    expect((await stat(dirname(first))).mode & 0o777).toBe(0o700)
  })

  it.runIf(isRoot)('cannot keep the bot from working by taking the name of the parent first', async () => {
    const left = await leave(`file-${GONE}-a1B2c3`)
    await chown(parent, 65_534, 65_534)

    expect(await removeLeftFolders(inMinutes(24 * 60))).toBe(0)

    expect(existsSync(left)).toBe(true)
    expect(dirname(await makeTemporaryFolder())).not.toBe(parent)
  })
})
