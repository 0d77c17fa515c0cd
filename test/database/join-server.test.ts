import { mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createModels } from '../../models/index.ts'
import { runImport } from '../../src/cli/run-import.ts'
import { defaultCacheDir, type OpenDatabase, openDatabase } from '../../src/database/index.ts'
import { processSpace, startMark } from '../../src/database/process/process-facts.ts'
import { prepareDatabase } from '../../src/migrations/index.ts'
import { loadCoreConfig } from '../../src/settings/config.ts'
import { createPathSource, importOptionsOf } from '../../src/uploads/import/index.ts'
import { createUploadWorker } from '../../src/uploads/worker/index.ts'
import { collectOutput } from '../support/collect-output.ts'
import { createCollectingLog } from '../support/collecting-log.ts'
import { copyPreparedData } from '../support/prepared-data.ts'
import { openDocumentDb } from './documentdb/documentdb-server.ts'

// Starts whole servers.
vi.setConfig({ testTimeout: 120_000 })

const cacheDir = defaultCacheDir(process.env)

let dataDir: string
let folder: string
let owner: OpenDatabase | undefined

beforeEach(async (context) => {
  const probe = await openDocumentDb()
  if (typeof probe === 'string') return context.skip(probe)
  await probe.stop()
  dataDir = await mkdtemp(join(tmpdir(), 'join-test-'))
  folder = await mkdtemp(join(tmpdir(), 'join-test-files-'))
  await copyPreparedData(dataDir)
  await writeFile(join(dataDir, 'engine'), 'documentdb\n')
})
afterEach(async () => {
  await owner?.close()
  owner = undefined
  for (const path of [dataDir, folder])
    await rm(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 })
})

const settings = () => loadCoreConfig({ DATA_DIR: dataDir })
const openAsBot = () => openDatabase({ ...settings(), cacheDir }, () => undefined)

async function importFile(text: string, path = join(folder, 'members.csv')) {
  await writeFile(path, text)
  const [stdout, stderr] = [collectOutput(), collectOutput()]
  const status = await runImport({
    config: settings(),
    cacheDir,
    path,
    user: 'asha',
    json: true,
    stdout: stdout.stream,
    stderr: stderr.stream,
    signal: new AbortController().signal,
  })
  return { status, stdout: stdout.text(), stderr: stderr.text() }
}

const FILE = 'Name,Mobile\nKushal,07417119014\nMeena,12345\n'

describe('npm run import on the embedded data of a running bot', () => {
  it('works on the bot’s server and leaves it running', async () => {
    owner = await openAsBot()
    const address = join(dataDir, 'server.json')
    expect((await stat(address)).mode & 0o777).toBe(0o600)

    const { status, stdout } = await importFile(FILE)

    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ status: 'done', rows: 2, created: 1, invalid: 1 })
    const { customers } = createModels(owner.connection)
    expect(await customers.collection.countDocuments()).toBe(1)
    expect(owner.outage()).toBeUndefined()
  })

  it('gives the receipt of an upload that the bot took', async () => {
    owner = await openAsBot()
    const models = createModels(owner.connection)
    const log = createCollectingLog()
    await prepareDatabase(models, log)
    const quiet = {
      async queued() {},
      async progress() {},
      async waiting() {},
      async asked() {},
      async finished() {},
    }
    const worker = createUploadWorker({
      models,
      sources: { cli: createPathSource() },
      listener: quiet,
      options: importOptionsOf(settings()),
      log,
      timing: { pollMs: 5 },
    })
    worker.start()
    const { status, stdout } = await importFile(FILE)
    await worker.stop()

    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ rows: 2, created: 1, invalid: 1 })
    expect(await models.uploadRows.collection.countDocuments()).toBe(2)
  })

  it('is told, with a code, when the bot goes', async () => {
    owner = await openAsBot()
    const joined = await openDatabase({ ...settings(), cacheDir, join: true }, () => undefined)
    await owner.close()
    owner = undefined
    expect(await joined.givenUp).toMatchObject({ code: 'database_owner_ended' })
    await joined.close()
  })

  it('is refused where the lock is held on another machine', async () => {
    const lock = join(dataDir, 'in-use.lock')
    await writeFile(lock, JSON.stringify({ token: 'x', pid: 1, startMark: null, space: 'elsewhere' }))
    const beat = setInterval(() => void utimes(lock, new Date(), new Date()), 100)
    try {
      await expect(importFile(FILE)).rejects.toMatchObject({ code: 'database_in_use' })
    } finally {
      clearInterval(beat)
    }
  })

  it('starts the server itself where the address was left by a bot that was killed', async () => {
    const gone = { token: 'gone', pid: 2 ** 22 + 1, startMark: '1', space: processSpace() }
    await writeFile(join(dataDir, 'in-use.lock'), JSON.stringify(gone))
    const stale = { token: 'gone', uri: 'mongodb://127.0.0.1:1/x', engine: 'documentdb', version: '1' }
    await writeFile(join(dataDir, 'server.json'), JSON.stringify(stale))

    expect((await importFile(FILE)).status).toBe(0)
    await expect(readFile(join(dataDir, 'server.json'))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('does not go to an address that is of an earlier hold of the lock', async () => {
    const held = { token: 'now', pid: process.pid, startMark: startMark(process.pid), space: processSpace() }
    await writeFile(join(dataDir, 'in-use.lock'), JSON.stringify(held))
    const stale = { token: 'before', uri: 'mongodb://127.0.0.1:1/x', engine: 'documentdb', version: '1' }
    await writeFile(join(dataDir, 'server.json'), JSON.stringify(stale))

    await expect(importFile(FILE)).rejects.toMatchObject({ code: 'database_in_use' })
  })

  it('does not let a second bot join the first', async () => {
    owner = await openAsBot()
    await expect(openAsBot()).rejects.toMatchObject({ code: 'database_in_use' })
  })
})
