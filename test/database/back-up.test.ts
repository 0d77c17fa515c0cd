import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createModels, type Models } from '../../models/index.ts'
import { runRestore } from '../../src/cli/restore/run-restore.ts'
import { finishSwap } from '../../src/database/documentdb/swap-engine-data.ts'
import { backUpDatabase, defaultCacheDir, type OpenDatabase, openDatabase } from '../../src/database/index.ts'
import { prepareDatabase } from '../../src/migrations/index.ts'
import { loadCoreConfig } from '../../src/settings/config.ts'
import { createPathSource, importOptionsOf } from '../../src/uploads/import/index.ts'
import { nextNumber } from '../../src/uploads/lease/index.ts'
import { createUploadQueue, createUploadWorker } from '../../src/uploads/worker/index.ts'
import { builtProgram } from '../support/build-programs.ts'
import { createCollectingLog } from '../support/collecting-log.ts'
import { copyPreparedData } from '../support/prepared-data.ts'
import { openDocumentDb } from './documentdb/documentdb-server.ts'

// Starts several whole servers per test.
vi.setConfig({ testTimeout: 180_000 })

const cacheDir = defaultCacheDir(process.env)
const log = createCollectingLog()
let folder: string
let dataDir: string
let backup: string
let database: OpenDatabase | undefined

beforeEach(async (context) => {
  const probe = await openDocumentDb()
  if (typeof probe === 'string') return context.skip(probe)
  await probe.stop()
  folder = await mkdtemp(join(tmpdir(), 'backup-test-'))
  dataDir = join(folder, 'data')
  backup = join(folder, 'backup')
  await mkdir(dataDir)
  await writeFile(join(dataDir, 'engine'), 'documentdb\n')
})
afterEach(async () => {
  await close()
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 })
})

const copy = (paths: readonly string[], target: string) => promisify(execFile)('cp', ['-a', ...paths, target])

const settings = (DATA_DIR = dataDir) => loadCoreConfig({ DATA_DIR })

async function open(directory = dataDir): Promise<Models> {
  if (!existsSync(join(directory, 'documentdb'))) await copyPreparedData(directory)
  database = await openDatabase({ ...settings(directory), cacheDir }, () => undefined)
  const models = createModels(database.connection)
  await prepareDatabase(models, log)
  return models
}

async function close(): Promise<void> {
  await database?.close()
  database = undefined
}

const back = () => backUpDatabase({ dataDir, cacheDir, target: backup, log: () => undefined })

async function restore(over: { dataDir?: string; replace?: boolean } = {}) {
  const chunks: string[] = []
  const stream = new Writable({
    write(chunk, _, done) {
      chunks.push(String(chunk))
      done()
    },
  })
  await runRestore({
    config: settings(over.dataDir),
    cacheDir,
    source: backup,
    replace: over.replace ?? false,
    stdout: stream,
    stderr: new Writable({ write: (_chunk, _, done) => done() }),
  })
  return chunks.join('')
}

function startWorker(models: Models, progress: (rows: number) => Promise<void> = async () => undefined) {
  const worker = createUploadWorker({
    models,
    sources: { cli: createPathSource() },
    options: importOptionsOf(settings()),
    log,
    timing: { leaseMs: 2_000, pollMs: 50 },
    listener: {
      async queued() {},
      async waiting() {},
      async asked() {},
      async finished() {},
      progress: (_upload, { rows }) => progress(rows),
    },
  })
  worker.start()
  return worker
}

describe('a backup of the embedded database', () => {
  it('is taken during an import, and the import is finished after it was restored', async () => {
    const models = await open()
    const rows = 4_000
    const path = join(folder, 'members.csv')
    const lines = Array.from({ length: rows }, (_, n) => `Member ${n},98${String(n).padStart(8, '0')}`)
    await writeFile(path, `Name,Mobile\n${lines.join('\n')}\n`)
    const queue = createUploadQueue({ models })
    const { upload } = await queue.queueCliShare({ path, user: 'asha', sharedAt: new Date() })
    let made: Promise<unknown> | undefined
    const worker = startWorker(models, async (done) => {
      if (done > 0) made ??= back()
    })
    await expect.poll(() => made !== undefined, { timeout: 60_000 }).toBe(true)
    await made
    await worker.stop()
    await close()
    for (const entry of await readdir(backup, { recursive: true, withFileTypes: true })) {
      const { mode } = await stat(join(entry.parentPath, entry.name))
      expect([entry.name, mode & 0o777]).toEqual([entry.name, entry.isDirectory() ? 0o700 : 0o600])
    }
    expect((await stat(backup)).mode & 0o777).toBe(0o700)

    const elsewhere = join(folder, 'elsewhere')
    expect(await restore({ dataDir: elsewhere })).toContain('are not in the backup: repeat them')

    const restored = await open(elsewhere)
    const again = startWorker(restored)
    const read = () => restored.fileUploads.collection.findOne({ _id: upload._id })
    await expect.poll(async () => (await read())?.finished_at, { timeout: 90_000 }).toBeTruthy()
    await again.stop()
    expect(await read()).toMatchObject({ status: 'done', counts: { rows, created: rows, invalid: 0 } })
    expect(await restored.customers.collection.countDocuments()).toBe(rows)
    expect(await restored.uploadRows.collection.countDocuments()).toBe(rows)
  })

  it('replaces data only when told to, gives no number twice, and lists who has to be forgotten again', async () => {
    const models = await open()
    await models.customers.collection.insertOne({ primary_phone: '+919876500001' } as never)
    const before = await nextNumber(models, 'file_uploads')
    await back()
    await models.customers.collection.insertOne({ primary_phone: '+919876500002' } as never)
    for (let n = 0; n < 1_500; n += 300)
      await models.counters.collection.updateOne({ _id: 'file_uploads' }, { $inc: { value: 300 } })
    const last = await nextNumber(models, 'file_uploads')
    await models.fileUploads.collection.insertOne({
      number: last,
      status: 'done',
      source: { kind: 'slack', user: 'U0ADMIN' },
      forget: {},
      shared_at: new Date(),
      finished_at: new Date(),
    } as never)

    await expect(restore({ replace: true })).rejects.toMatchObject({ code: 'database_in_use' })
    await close()
    await expect(restore()).rejects.toMatchObject({
      code: 'restore_refused',
      message: expect.stringContaining('--replace'),
    })

    const shown = await restore({ replace: true })
    expect(shown).toContain(`#${last}, `)
    expect(shown).toContain('asked by U0ADMIN')
    const restored = await open()
    expect(await restored.customers.collection.countDocuments()).toBe(1)
    expect(await restored.fileUploads.collection.countDocuments()).toBe(0)
    const next = await nextNumber(restored, 'file_uploads')
    expect(next).toBeGreaterThan(last)
    expect(next).toBeGreaterThan(before)
    expect(shown).toContain(`#${next}`)
  })

  it('is refused when damaged or of another engine, and the old data stays', async () => {
    const models = await open()
    await models.customers.collection.insertOne({ primary_phone: '+919876500001' } as never)
    await close()
    await back()
    const facts = await readFile(join(backup, 'backup.json'), 'utf8')
    const refused = { code: 'restore_refused', message: expect.stringContaining('no data was changed') }
    for (const [from, to] of [
      ['"postgres": "18"', '"postgres": "17"'],
      [/"version": ".*"/, '"version": "99.0-0"'],
      [/"arch": ".*"/, '"arch": "riscv64"'],
      ['"format": 1', '"format": 2'],
    ] as const) {
      await writeFile(join(backup, 'backup.json'), facts.replace(from, to))
      await expect(restore({ replace: true })).rejects.toMatchObject(refused)
    }
    await writeFile(join(backup, 'backup.json'), facts)
    const archive = join(backup, 'postgres/base.tar.gz')
    await truncate(archive, (await stat(archive)).size - 100_000)
    await expect(restore({ replace: true })).rejects.toMatchObject({
      code: 'restore_refused',
      message: expect.stringContaining('the backup is damaged'),
    })

    const kept = await open()
    expect(await kept.customers.collection.countDocuments()).toBe(1)
    expect(existsSync(join(dataDir, 'restoring'))).toBe(false)
  })

  it.each([
    ['there is no database', async () => rm(join(dataDir, 'engine')), /no embedded database/],
    ['the directory is there already', async () => mkdir(backup), /there already/],
    [
      'the data belongs to a mongod',
      async () => writeFile(join(dataDir, 'engine'), 'mongodb\n'),
      /mongodump/,
    ],
  ])('is not made where %s', async (_what, prepare, reason) => {
    await prepare()
    await expect(back()).rejects.toMatchObject({
      code: 'backup_refused',
      message: expect.stringMatching(reason),
    })
  })
})

/**
 * `npm run backup` or `npm run restore` as a separate process without npm in between, so that a signal
 * reaches it.
 */
function runProgram(name: 'backup' | 'restore', args: readonly string[]) {
  const child = spawn(process.execPath, [builtProgram(`src/cli/${name}.ts`), ...args], {
    cwd: ROOT,
    env: { ...process.env, DATA_DIR: dataDir, MONGODB_URI: '' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  return { child, ended: once(child, 'exit'), errors: () => errors }
}

const ROOT = join(import.meta.dirname, '../..')
/** Polled often, because the state may exist only briefly. */
const SOON = { timeout: 60_000, interval: 2 }
const phones = async ({ customers }: Models) => await customers.collection.distinct('primary_phone')

describe('a backup that is killed', () => {
  it('leaves the bot at work and no backup, and the next one is whole', async () => {
    const models = await open()
    await models.customers.collection.insertMany(
      Array.from({ length: 5_000 }, (_, n) => ({ primary_phone: `+91981${String(n).padStart(7, '0')}` })),
    )
    const { child, ended, errors } = runProgram('backup', [backup])
    const copies = async () =>
      (await readdir(folder, { recursive: true })).filter((path) => path.endsWith('base.tar.gz')).length
    await expect.poll(copies, SOON).toBe(1)
    child.kill('SIGKILL')

    expect(await ended, errors()).toEqual([null, 'SIGKILL'])
    expect(existsSync(backup)).toBe(false)
    expect(await models.customers.collection.countDocuments()).toBe(5_000)
    await models.customers.collection.insertOne({ primary_phone: '+919820098200' } as never)

    await back()
    expect((await readdir(folder)).sort()).toEqual(['backup', 'data'])
    const elsewhere = join(folder, 'elsewhere')
    await restore({ dataDir: elsewhere })
    await close()
    expect(await phones(await open(elsewhere))).toHaveLength(5_001)
  })
})

describe('a restore that is killed', () => {
  /** Data of two customers, and a backup with the first of them. */
  let made: string | undefined
  afterAll(async () => {
    if (made !== undefined) await rm(made, { recursive: true, force: true, maxRetries: 20 })
  })

  async function copyBackedUp(): Promise<void> {
    if (made === undefined) {
      const models = await open()
      await models.customers.collection.insertOne({ primary_phone: '+919876500001' } as never)
      await back()
      await models.customers.collection.insertOne({ primary_phone: '+919876500002' } as never)
      await close()
      made = await mkdtemp(join(tmpdir(), 'backup-made-'))
      await copy([dataDir, backup], made)
      return
    }
    await rm(dataDir, { recursive: true })
    await copy([join(made, 'data'), join(made, 'backup')], folder)
  }

  it.each<[string, (restoring: string) => Promise<boolean>]>([
    ['while the backup is unpacked', async (restoring) => existsSync(join(restoring, 'pgdata'))],
    [
      'while a server runs on the old data',
      async () => existsSync(join(dataDir, 'documentdb/pgdata/postmaster.pid')),
    ],
    [
      'while a server runs on what was unpacked',
      async (restoring) => existsSync(join(restoring, 'pgdata/postmaster.pid')),
    ],
  ])('leaves the old data as it was, and can be repeated: %s', async (_, isThere) => {
    await copyBackedUp()
    const { child, ended, errors } = runProgram('restore', [backup, '--replace'])
    await expect.poll(() => isThere(join(dataDir, 'restoring')), SOON).toBe(true)
    child.kill('SIGKILL')

    expect(await ended, errors()).toEqual([null, 'SIGKILL'])
    expect(await phones(await open())).toEqual(['+919876500001', '+919876500002'])
    await close()
    expect(existsSync(join(dataDir, 'restoring'))).toBe(false)
    await restore({ replace: true })
    expect(await phones(await open())).toEqual(['+919876500001'])
  })
})

describe('a restore that is cut', () => {
  const write = async (name: string) => {
    await mkdir(join(folder, name), { recursive: true })
    await writeFile(join(folder, name, 'which'), name)
  }
  const which = () => readFile(join(folder, 'pgdata/which'), 'utf8')

  it('leaves the old data where the new was not in place yet', async () => {
    await write('pgdata')
    await rename(join(folder, 'pgdata'), join(folder, 'pgdata.replaced'))
    await finishSwap(folder)
    expect(await which()).toBe('pgdata')
  })

  it('has the new data where it was in place, and nothing of the old', async () => {
    await write('pgdata')
    await write('pgdata.replaced')
    await finishSwap(folder)
    expect(await which()).toBe('pgdata')
    expect(existsSync(join(folder, 'pgdata.replaced'))).toBe(false)
  })
})
