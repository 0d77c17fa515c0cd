import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createModels } from '../../models/index.ts'
import { defaultCacheDir, type OpenDatabase, openDatabase } from '../../src/database/index.ts'
import { prepareDatabase } from '../../src/migrations/index.ts'
import { loadCoreConfig } from '../../src/settings/config.ts'
import { createPathSource, importOptionsOf } from '../../src/uploads/import/index.ts'
import { createUploadQueue, createUploadWorker } from '../../src/uploads/worker/index.ts'
import { createCollectingLog } from '../support/collecting-log.ts'
import { copyPreparedData } from '../support/prepared-data.ts'
import { openDocumentDb } from './documentdb/documentdb-server.ts'

// Starts a whole server several times per test.
vi.setConfig({ testTimeout: 180_000 })

let dataDir: string
let database: OpenDatabase | undefined

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'heal-test-'))
})
afterEach(async () => {
  await database?.close()
  database = undefined
  await rm(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 })
})

/** Process ids of PostgreSQL and its owner. */
async function findServer(): Promise<{ postgres: number; owner: number }> {
  const pidFile = await readFile(join(dataDir, 'documentdb/pgdata/postmaster.pid'), 'utf8')
  const postgres = Number(pidFile.split('\n')[0])
  const status = await readFile(`/proc/${postgres}/status`, 'utf8')
  return { postgres, owner: Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]) }
}

describe('an embedded database that is killed', () => {
  it('comes back three times under a running import, and the receipt is right', async (context) => {
    const probe = await openDocumentDb()
    if (typeof probe === 'string') return context.skip(probe)
    await probe.stop()
    await copyPreparedData(dataDir)
    await writeFile(join(dataDir, 'engine'), 'documentdb\n')
    const rows = 6_000
    const path = join(dataDir, 'members.csv')
    const lines = Array.from({ length: rows }, (_, n) => `Member ${n},98${String(n).padStart(8, '0')},${n}`)
    await writeFile(path, `Name,Mobile,Dues\n${lines.join('\n')}\n`)

    const config = loadCoreConfig({ DATA_DIR: dataDir })
    const said: string[] = []
    database = await openDatabase({ ...config, cacheDir: defaultCacheDir(process.env) }, (line) =>
      said.push(line),
    )
    const models = createModels(database.connection)
    const log = createCollectingLog()
    await prepareDatabase(models, log)
    const { upload } = await createUploadQueue({ models }).queueCliShare({
      path,
      user: 'asha',
      sharedAt: new Date(),
    })
    const kills: [afterRows: number, victim: 'postgres' | 'owner'][] = [
      [500, 'postgres'],
      [2_000, 'owner'],
      [4_000, 'postgres'],
    ]
    const worker = createUploadWorker({
      models,
      sources: { cli: createPathSource() },
      options: importOptionsOf(config),
      log,
      explainOutage: database.outage,
      listener: {
        async queued() {},
        async waiting() {},
        async asked() {},
        async finished() {},
        async progress(_upload, progress) {
          const next = kills[0]
          if (!next || progress.rows < next[0]) return
          kills.shift()
          process.kill((await findServer())[next[1]], 'SIGKILL')
        },
      },
    })
    worker.start()
    const read = () => models.fileUploads.collection.findOne({ _id: upload._id }).catch(() => null)
    const story = () => JSON.stringify([said, log.lines.map(({ message, fields }) => [message, fields])])
    await expect
      .poll(async () => ((await read())?.finished_at ? 'finished' : story()), { timeout: 150_000 })
      .toBe('finished')
    await worker.stop()

    expect(kills).toEqual([])
    expect(await read()).toMatchObject({
      status: 'done',
      counts: { rows, created: rows, updated: 0, unchanged: 0, duplicate: 0, invalid: 0, blank: 0 },
    })
    expect(await models.customers.collection.countDocuments()).toBe(rows)
    expect(await models.uploadRows.collection.countDocuments()).toBe(rows)
    expect(database.outage()).toBeUndefined()
  })
})
