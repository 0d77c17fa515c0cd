import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { prepareEnding } from '../../../dev/demo/end-in-time.ts'
import { makePrivateFolder } from '../../../src/private-files/index.ts'

let folder: string
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'ending-')))
  vi.stubEnv('TMPDIR', folder)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, maxRetries: 20 })
})

describe('an interrupted demo', () => {
  it('leaves no folder of its own, also where the folder was just made or is half removed', async () => {
    const parent = dirname(await makePrivateFolder('db'))
    await makePrivateFolder('file')
    await makePrivateFolder('demo')

    await prepareEnding().runInTime()

    expect(await readdir(parent)).toEqual([])
  })

  it('removes the folders of the processes it started, and no others', async () => {
    const ending = prepareEnding()
    const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'])
    const parent = dirname(await makePrivateFolder('db'))
    const others = [`file-${process.ppid}-a1B2c3`, 'db-a1B2c3']
    for (const name of [...others, `file-${child.pid}-a1B2c3`]) await mkdir(join(parent, name))
    const gone = once(child, 'exit')

    await ending.runInTime()

    expect(await gone).toEqual([null, 'SIGKILL'])
    expect((await readdir(parent)).sort()).toEqual([...others].sort())
  })

  it('ends what never ends', async () => {
    const ending = prepareEnding()
    ending.add(() => new Promise(() => undefined))
    const parent = dirname(await makePrivateFolder('db'))

    await ending.runInTime()

    expect(await readdir(parent)).toEqual([])
  })
})
