import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { stopLeftover, stopOrphans } from '../../../src/database/process/stop-leftover.ts'

let directory: string
let pidFile: string
let child: ChildProcess

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'leftover-test-'))
  pidFile = join(directory, 'server.pid')
})

afterEach(async () => {
  child?.kill('SIGKILL')
  await rm(directory, { recursive: true, force: true, maxRetries: 20 })
})

/** A process with the directory in its command line that ignores the given signals. */
async function startServer(ignored: readonly string[] = []): Promise<void> {
  const script = `for (const s of ${JSON.stringify(ignored)}) process.on(s, () => 0); console.log('up'); setInterval(() => 0, 1000)`
  child = spawn(process.execPath, ['-e', script, directory], {
    stdio: ['ignore', 'pipe', 'ignore'],
    cwd: directory,
  })
  await new Promise((resolve) => child.stdout?.once('data', resolve))
  await writeFile(pidFile, `${child.pid}\nmore lines\n`)
}

const stop = (over: Partial<Parameters<typeof stopLeftover>[0]> = {}) =>
  stopLeftover({
    pidFile,
    words: ['node', directory],
    signals: [['SIGTERM', 300]],
    log: () => undefined,
    ...over,
  })

describe('stopLeftover', () => {
  it('ends a server of an earlier run that still holds the data', async () => {
    await startServer()
    expect(await stop()).toBe(true)
    await expect.poll(() => child.signalCode).toBe('SIGTERM')
  })

  it('asks again with the next signal', async () => {
    await startServer(['SIGTERM'])
    const signals = [
      ['SIGTERM', 200],
      ['SIGKILL', 2000],
    ] as const
    expect(await stop({ signals })).toBe(true)
  })

  it('says that the data is not free while the server is still there', async () => {
    await startServer(['SIGTERM'])
    expect(await stop()).toBe(false)
  })

  it('leaves a process alone that only has the id by chance', async () => {
    await startServer()
    expect(await stop({ words: ['node', `${directory}-of-another`] })).toBe(true)
    expect(child.signalCode).toBeNull()
  })

  it.each([
    ['no file', null],
    ['an empty file', ''],
    ['a file of something else', 'hello'],
    ['an id nobody has', '4194305'],
    ['the id of the first process', '1'],
  ])('finds nothing to stop with %s', async (_name, content) => {
    if (content !== null) await writeFile(pidFile, content)
    expect(await stop({ words: [] })).toBe(true)
  })
})

// Without /proc nothing is known of other processes.
describe.runIf(existsSync('/proc/self/cwd'))('stopOrphans', () => {
  const SIGNALS = [
    [null, 200],
    ['SIGQUIT', 300],
    ['SIGKILL', 5_000],
  ] as const
  const stopAll = (words: readonly string[]) =>
    stopOrphans(directory, { words, signals: SIGNALS, log: () => undefined })

  it('ends what a killed server left in its data directory, in the end by force', async () => {
    await startServer(['SIGQUIT'])
    await stopAll(['node'])
    await expect.poll(() => child.signalCode).toBe('SIGKILL')
  })

  it('leaves other programs in the directory alone', async () => {
    await startServer()
    await stopAll(['postgres'])
    expect(child.signalCode).toBeNull()
  })

  it('leaves the same program elsewhere alone', async () => {
    await startServer()
    await stopOrphans(join(directory, 'elsewhere'), {
      words: ['node'],
      signals: SIGNALS,
      log: () => undefined,
    })
    expect(child.signalCode).toBeNull()
  })
})
