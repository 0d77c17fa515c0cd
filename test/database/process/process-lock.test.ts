import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commandLine, isAlive, processSpace, startMark } from '../../../src/database/process/process-facts.ts'
import { acquireProcessLock } from '../../../src/database/process/process-lock.ts'

let directory: string
let path: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lock-test-'))
  path = join(directory, 'in-use.lock')
})

afterEach(async () => {
  await rm(directory, { recursive: true, force: true, maxRetries: 20 })
})

const holder = (over: object) =>
  JSON.stringify({
    token: 'other',
    pid: process.pid,
    startMark: startMark(process.pid),
    space: processSpace(),
    ...over,
  })

describe('the process lock', () => {
  it('is held by one at a time and free after its release', async () => {
    const lock = await acquireProcessLock(path)
    expect(lock).not.toBeNull()
    expect(await acquireProcessLock(path)).toBeNull()
    await lock?.release()
    expect(await readdir(directory)).toEqual([])
    const again = await acquireProcessLock(path)
    expect(again).not.toBeNull()
    await again?.release()
  })

  it('is given to exactly one of many who ask at once, also over a stale file', async () => {
    for (const isStale of [false, true]) {
      if (isStale) await writeFile(path, holder({ pid: 2 ** 22 + 1 }))
      const locks = await Promise.all(Array.from({ length: 20 }, () => acquireProcessLock(path)))
      expect(locks.filter((lock) => lock !== null)).toHaveLength(1)
      for (const lock of locks) await lock?.release()
      expect(await readdir(directory)).toEqual([])
    }
  })

  it('is free again at once when its holder was killed', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)'])
    const pid = child.pid ?? 0
    await writeFile(path, holder({ pid, startMark: startMark(pid) }))
    expect(await acquireProcessLock(path)).toBeNull()
    child.kill('SIGKILL')
    await new Promise((resolve) => child.once('exit', resolve))
    const lock = await acquireProcessLock(path)
    expect(lock).not.toBeNull()
    await lock?.release()
  })

  it.each([
    ['a process that has the holder’s id by chance', () => holder({ startMark: 'another moment' })],
    ['a file that is cut off', () => '{"token": "oth'],
    ['a file of something else', () => 'hello'],
    ['an empty file', () => ''],
  ])('is not held up by %s', async (_name, content) => {
    await writeFile(path, content())
    const lock = await acquireProcessLock(path)
    expect(lock).not.toBeNull()
    expect(JSON.parse(await readFile(path, 'utf8')).pid).toBe(process.pid)
    await lock?.release()
  })

  it('believes a holder in another container as long as its file is touched', async () => {
    await writeFile(path, holder({ space: 'elsewhere' }))
    let touched = Promise.resolve()
    const beat = setInterval(() => {
      touched = utimes(path, new Date(), new Date())
    }, 100)
    expect(await acquireProcessLock(path, { silenceMs: 20_000 })).toBeNull()
    clearInterval(beat)
    await touched
    const lock = await acquireProcessLock(path, { silenceMs: 1000 })
    expect(lock).not.toBeNull()
    await lock?.release()
  })

  it('leaves the lock of a later holder alone when released late', async () => {
    const lock = await acquireProcessLock(path)
    await writeFile(path, holder({}))
    await lock?.release()
    expect(JSON.parse(await readFile(path, 'utf8')).token).toBe('other')
  })
})

describe('facts about processes', () => {
  it('knows this one', () => {
    expect(isAlive(process.pid)).toBe(true)
    expect(commandLine(process.pid)).toContain('node')
    expect(startMark(process.pid)).toBe(startMark(process.pid))
  })

  it('knows that one is gone', () => {
    expect([isAlive(2 ** 22 + 1), startMark(2 ** 22 + 1), commandLine(2 ** 22 + 1)]).toEqual([
      false,
      null,
      null,
    ])
  })
})
