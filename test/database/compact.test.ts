import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createModels, type Models } from '../../models/index.ts'
import {
  compactDatabase,
  defaultCacheDir,
  type OpenDatabase,
  openDatabase,
} from '../../src/database/index.ts'
import { prepareDatabase } from '../../src/migrations/index.ts'
import { loadCoreConfig } from '../../src/settings/config.ts'
import { queueForget, requestForget } from '../../src/uploads/forget/forget-request.ts'
import { claimUpload } from '../../src/uploads/lease/upload-lease.ts'
import { runUpload } from '../../src/uploads/worker/run-upload.ts'
import { createCollectingLog } from '../support/collecting-log.ts'
import { playImport, runDeps } from '../support/play-uploads.ts'
import { copyPreparedData } from '../support/prepared-data.ts'
import { openDocumentDb } from './documentdb/documentdb-server.ts'

// Starts several whole servers per test.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 })

const cacheDir = defaultCacheDir(process.env)
const log = createCollectingLog()
let folder: string
let dataDir: string
let database: OpenDatabase | undefined

beforeEach(async (context) => {
  const probe = await openDocumentDb()
  if (typeof probe === 'string') return context.skip(probe)
  await probe.stop()
  folder = await mkdtemp(join(tmpdir(), 'compact-test-'))
  dataDir = join(folder, 'data')
  await mkdir(dataDir)
  await writeFile(join(dataDir, 'engine'), 'documentdb\n')
})
afterEach(async () => {
  await close()
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 })
})

async function open(): Promise<Models> {
  database = await openDatabase({ ...loadCoreConfig({ DATA_DIR: dataDir }), cacheDir }, () => undefined)
  const models = createModels(database.connection)
  await prepareDatabase(models, log)
  return models
}

async function close(): Promise<void> {
  await database?.close()
  database = undefined
}

const compact = () => compactDatabase({ dataDir, cacheDir, log: () => undefined })

/** Files in the data directory that contain a text, including the write-ahead log. */
async function findFiles(text: string): Promise<string[]> {
  const found: string[] = []
  for (const entry of await readdir(dataDir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    if ((await readFile(path)).includes(text)) found.push(path.slice(dataDir.length + 1))
  }
  return found
}

const phoneOf = (n: number) => `+9198${String(20_000_000 + n)}`

/** Two thousand customers, one of whom is forgotten: the number before and after. */
async function playForget(models: Models) {
  const rows = Array.from({ length: 2_000 }, (_, n) => ({
    line: n + 2,
    phone: phoneOf(n),
    values: { full_name: `Member ${n}`, email: `member-${n}@example.com` },
  }))
  await playImport(models, { sharedAt: new Date('2026-01-01') }, rows)
  const asker = { team: 'T1', channel: 'C1', user: 'UADMIN' }
  const token = await requestForget(models, phoneOf(77), asker)
  await queueForget(models, token, { ...asker, now: new Date() })
  const claimed = await claimUpload(models, { leaseMs: 30_000 }, () => true)
  if (!claimed) throw new Error('nothing to claim')
  await runUpload(runDeps(models), claimed, new AbortController().signal)
  return { forgotten: phoneOf(77), other: phoneOf(78) }
}

describe('compacting the embedded database', () => {
  it('leaves the forgotten person in no file of the data, the log included, and everybody else as they were', async () => {
    await copyPreparedData(dataDir)
    const models = await open()
    const { forgotten, other } = await playForget(models)
    const customers = await models.customers.collection.find().sort({ _id: 1 }).toArray()
    await close()
    expect(await findFiles(forgotten)).not.toEqual([])

    const { before, after } = await compact()

    expect(await findFiles(forgotten)).toEqual([])
    expect(await findFiles('member-77@example.com')).toEqual([])
    expect(await findFiles(other)).not.toEqual([])
    expect(after).toBeLessThan(before)
    const reopened = await open()
    expect(await reopened.customers.collection.find().sort({ _id: 1 }).toArray()).toEqual(customers)
    expect(await reopened.customers.collection.findOne({ primary_phone: other })).toMatchObject({
      full_name: 'Member 78',
    })
  })

  it('is refused while a bot works with the data', async () => {
    await copyPreparedData(dataDir)
    await open()

    await expect(compact()).rejects.toMatchObject({ code: 'database_in_use' })
  })

  it('is refused where the data is not of this engine, and where there is none', async () => {
    await writeFile(join(dataDir, 'engine'), 'mongodb 8.0.1\n')
    await expect(compact()).rejects.toMatchObject({ code: 'compact_refused' })
    await rm(join(dataDir, 'engine'))

    await expect(compact()).rejects.toMatchObject({ code: 'compact_refused' })
    expect(await readdir(dataDir)).toEqual([])
  })
})
