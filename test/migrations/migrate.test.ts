import { setTimeout as sleep } from 'node:timers/promises'
import { mongo } from 'mongoose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createModels, type FileUpload, type Models, type SchemaState } from '../../models/index.ts'
import { markHeadings } from '../../src/migrations/mark-headings.ts'
import { type Migration, migrate } from '../../src/migrations/migrate.ts'
import { MIGRATIONS } from '../../src/migrations/migrations.ts'
import { prepareDatabase } from '../../src/migrations/prepare-database.ts'
import { setUploadKinds } from '../../src/migrations/set-upload-kinds.ts'
import { queueForget, requestForget } from '../../src/uploads/forget/forget-request.ts'
import { createHeadFinder, listQueue } from '../../src/uploads/lease/queue-order.ts'
import { queueSwitch } from '../../src/uploads/record-kinds/switch-request.ts'
import { queueUndo } from '../../src/uploads/undo/undo-request.ts'
import { createUploadQueue } from '../../src/uploads/worker/upload-queue.ts'
import { playImport, playSwitch, playUndo, runNext } from '../support/play-uploads.ts'
import { openTestDatabase, type TestDatabase } from '../support/test-database.ts'

const quiet = { info() {} }

let database: TestDatabase
let models: Models

beforeEach(async () => {
  database = await openTestDatabase()
  models = createModels(database.connection)
})
afterEach(() => database.drop())

async function readState(): Promise<SchemaState | null> {
  return await models.schemaState.collection.findOne<SchemaState>({ _id: 'schema' })
}

function listMigrations(done: string[], slowMs = 0): Migration[] {
  return [1, 2, 3].map((version) => ({
    version,
    name: `step ${version}`,
    async run() {
      await sleep(slowMs)
      done.push(`step ${version}`)
    },
  }))
}

describe('bringing stored data up to date', () => {
  it('carries out what the database has not seen, in order, once', async () => {
    const done: string[] = []
    const migrations = listMigrations(done)

    await migrate({ models, log: quiet, migrations: migrations.slice(0, 1) })
    await migrate({ models, log: quiet, migrations })
    await migrate({ models, log: quiet, migrations })

    expect(done).toEqual(['step 1', 'step 2', 'step 3'])
    const state = await readState()
    expect(state?.version).toBe(3)
    expect(state?.steps.map(({ name }) => name)).toEqual(done)
    expect(state?.lock).toBeUndefined()
  })

  it('is done by one process where several start at once, and the others wait for it', async () => {
    const done: string[] = []
    const migrations = listMigrations(done, 60)

    await Promise.all(
      [1, 2, 3].map(() => migrate({ models, log: quiet, migrations, lockMs: 10_000, lookMs: 10 })),
    )

    expect(done).toEqual(['step 1', 'step 2', 'step 3'])
  })

  it('goes on after one that broke off, without waiting for its lock', async () => {
    const done: string[] = []
    let tries = 0
    const [first, , third] = listMigrations(done)
    const second: Migration = {
      version: 2,
      name: 'step 2',
      async run() {
        if (++tries === 1) throw new Error('the database went away')
        done.push('step 2')
      },
    }
    const migrations = [first, second, third].filter((one) => one !== undefined)

    await expect(migrate({ models, log: quiet, migrations })).rejects.toThrow()
    expect(await readState()).toMatchObject({ version: 1 })
    await migrate({ models, log: quiet, migrations })

    expect(done).toEqual(['step 1', 'step 2', 'step 3'])
  })

  it('takes over from a process that died in the middle of one', async () => {
    await models.schemaState.collection.insertOne({
      _id: 'schema',
      version: 0,
      steps: [],
      lock: { token: 'of the dead', expires_at: new Date(Date.now() + 200) },
    })
    const done: string[] = []

    await migrate({ models, log: quiet, migrations: listMigrations(done), lookMs: 20 })

    expect(done).toHaveLength(3)
  })

  it('keeps its lock for as long as a migration takes', async () => {
    const done: string[] = []
    const expiry = async () => Number((await readState())?.lock?.expires_at)
    // A step lasts until its lock was renewed, however slow the machine is.
    const migrations = listMigrations(done).map(({ run, ...migration }) => ({
      ...migration,
      async run(inside: Models) {
        const first = await expiry()
        await expect.poll(expiry, { timeout: 60_000 }).toBeGreaterThan(first)
        await run(inside)
      },
    }))

    await Promise.all(
      [1, 2].map(() => migrate({ models, log: quiet, migrations, lockMs: 6_000, lookMs: 10 })),
    )

    expect(done).toEqual(['step 1', 'step 2', 'step 3'])
  })

  it('refuses data of a newer version with what to do, and writes nothing', async () => {
    await migrate({ models, log: quiet, migrations: listMigrations([]) })
    const before = await readState()

    const failure = migrate({ models, log: quiet, migrations: listMigrations([]).slice(0, 2) })

    await expect(failure).rejects.toMatchObject({
      code: 'database_newer',
      details: { stored: 3, known: 2 },
    })
    expect(await readState()).toEqual(before)
  })

  it('has migrations that are counted from 1, without gaps', () => {
    expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, index) => index + 1))
  })
})

describe('the form of today', () => {
  it('says of files from before what they changed, by field', async () => {
    const day1 = await playImport(models, { sharedAt: new Date('2026-01-01') }, [
      { line: 2, phone: '+917417119014', values: { full_name: 'Kushal', city: 'Pune' } },
    ])
    const day2 = await playImport(models, { sharedAt: new Date('2026-01-02') }, [
      { line: 2, phone: '+917417119014', values: { full_name: 'Kushal', city: 'Thane' } },
    ])

    await prepareDatabase(models, quiet)
    await prepareDatabase(models, quiet)

    const fieldsOf = async ({ _id }: FileUpload) =>
      (await models.fileUploads.collection.findOne<FileUpload>({ _id }))?.changed_fields
    expect(await fieldsOf(day1)).toEqual([])
    expect(await fieldsOf(day2)).toMatchObject([{ path: 'city', changed: 1, added: 0, cleared: 0 }])
    expect(await readState()).toMatchObject({ version: MIGRATIONS.length })
  })

  it('says of a choice of a phone column in which channel it holds; one whose file is gone holds nowhere', async () => {
    const choices = models.columnChoices.collection
    await choices.createIndex({ fingerprint: 1 }, { name: 'fingerprint', unique: true })
    const choice = { header: ['a', 'b'], column: 1, chosen_by: 'U1', chosen_at: new Date() }
    await choices.insertMany([
      { number: 1, fingerprint: 'f1', upload: 1, ...choice },
      { number: 2, fingerprint: 'f2', upload: 99, ...choice },
    ])
    await playImport(models, { sharedAt: new Date('2026-01-01') }, [
      { line: 2, phone: '+917417119014', values: {} },
    ])

    await prepareDatabase(models, quiet)

    const find = (number: number) => choices.findOne({ number })
    expect(await find(1)).toMatchObject({ channel: 'C1' })
    expect(await find(2)).not.toHaveProperty('channel')
    expect((await choices.indexes()).map(({ name }) => name)).not.toContain('fingerprint')
    await choices.insertOne({ number: 3, fingerprint: 'f1', channel: 'C2', upload: 1, ...choice })
  })

  it('replaces indexes that did not give the order of lists, and may be repeated', async () => {
    const { collection } = models.fileUploads
    const before = { queue: { status: 1, shared_at: 1 }, recent: { shared_at: -1 } } as const
    for (const [name, key] of Object.entries(before)) await collection.createIndex(key, { name })
    const keys = async () =>
      Object.fromEntries((await collection.indexes()).map(({ name, key }) => [name, Object.entries(key)]))

    for (let start = 1; start <= 2; start++) {
      await prepareDatabase(models, quiet)
      await models.schemaState.collection.updateOne({ _id: 'schema' }, { $set: { version: 2 } })
    }

    expect(await keys()).toMatchObject({
      queue: [
        ['status', 1],
        ['shared_at', 1],
        ['number', 1],
      ],
      recent: [
        ['shared_at', -1],
        ['number', -1],
      ],
    })
  })
})

describe('the unique index on upload and line, which the ids of rows took the place of', () => {
  const KEY = { upload: 1, line: 1 } as const
  const names = async () => (await models.uploadRows.collection.indexes()).map(({ name }) => name)

  it('is dropped, whatever it is called, and not made again', async () => {
    await models.uploadRows.collection.createIndex(KEY, { unique: true, name: 'by_hand' })

    for (let start = 1; start <= 2; start++) {
      await prepareDatabase(models, quiet)
      await models.schemaState.collection.updateOne({ _id: 'schema' }, { $set: { version: 9 } })
    }

    expect(await names()).toContain('history')
    expect(await names()).not.toContain('by_hand')
  })

  it('stays where it is a plain one, made for a cluster', async () => {
    await models.uploadRows.collection.createIndex(KEY, { name: 'for_shards' })

    await prepareDatabase(models, quiet)

    expect(await names()).toContain('for_shards')
  })

  it.each([
    ['stays where a cluster has nothing else under its shard key', 'CannotDropShardKeyIndex'],
    ['may be gone by now', 'IndexNotFound'],
  ])('%s', async (_, codeName) => {
    await models.uploadRows.collection.createIndex(KEY, { unique: true, name: 'upload_line' })
    const refused = new mongo.MongoServerError({ message: 'refused', codeName })
    const drop = vi.spyOn(models.uploadRows.collection, 'dropIndex').mockRejectedValue(refused)

    await prepareDatabase(models, quiet)

    expect(drop).toHaveBeenCalledOnce()
    expect(await readState()).toMatchObject({ version: MIGRATIONS.length })
  })

  it('holds up the start where it cannot be dropped for another reason', async () => {
    await models.uploadRows.collection.createIndex(KEY, { unique: true, name: 'upload_line' })
    const refused = new mongo.MongoServerError({ message: 'no right', codeName: 'Unauthorized', code: 13 })
    vi.spyOn(models.uploadRows.collection, 'dropIndex').mockRejectedValue(refused)

    await expect(prepareDatabase(models, quiet)).rejects.toBe(refused)
    expect(await readState()).toMatchObject({ version: 9 })
  })
})

describe('uploads from before their kind was stored', () => {
  const ASHA = '+917417119014'
  const row = (city: string) => ({ line: 2, phone: ASHA, values: { full_name: 'Asha', city } })
  const kinds = async () => {
    const uploads = await models.fileUploads.collection.find<FileUpload>({}).sort({ number: 1 }).toArray()
    return uploads.map(({ kind }) => kind)
  }
  const forgetKinds = () => models.fileUploads.collection.updateMany({}, { $unset: { kind: '' } })

  /** Two files, the second one undone; a switch; a waiting file, undo and forget upload. */
  async function playUploads(): Promise<void> {
    await playImport(models, { sharedAt: new Date('2026-01-01') }, [row('Pune')])
    await playImport(models, { sharedAt: new Date('2026-01-02') }, [row('Thane')])
    await playUndo(models, 2)
    await playSwitch(models, 'as_written')
    const asker = { user: 'U1', team: 'T1', channel: 'C1' }
    const queue = createUploadQueue({ models })
    await queue.queueSlackShare({ ...asker, fileId: 'F5', sharedAt: new Date('2026-01-05') })
    const now = new Date('2026-01-06')
    await queueUndo(models, 1, { ...asker, now, admins: new Set() })
    await queueForget(models, await requestForget(models, ASHA, asker), { ...asker, now })
  }

  it('get the kind that their fields tell, also when the migration is repeated', async () => {
    await playUploads()
    const before = await kinds()
    expect(before).toEqual(['import', 'import', 'undo', 'switch', 'import', 'undo', 'forget'])
    await forgetKinds()

    await setUploadKinds(models)
    await setUploadKinds(models)

    expect(await kinds()).toEqual(before)
  })

  it('get theirs where the migration broke off before the others', async () => {
    await playUploads()
    const before = await kinds()
    await models.fileUploads.collection.updateMany({ number: { $gt: 2 } }, { $unset: { kind: '' } })

    await setUploadKinds(models)

    expect(await kinds()).toEqual(before)
  })

  it('are claimed in their order and carried out as what they are', async () => {
    await playUploads()
    await forgetKinds()
    await prepareDatabase(models, quiet)

    const queue = await listQueue(models, 10)
    expect(queue.map(({ upload, ahead }) => [upload.number, ahead])).toEqual([
      [5, 0],
      [6, 1],
      [7, 2],
    ])
    await models.fileUploads.collection.deleteOne({ number: 5 })
    await runNext(models)
    expect(await models.customers.collection.countDocuments({ primary_phone: ASHA })).toBe(0)
    await runNext(models)
    const done = await models.fileUploads.collection
      .find<FileUpload>({ number: { $gt: 5 } })
      .sort({ number: 1 })
      .toArray()
    expect(done).toMatchObject([
      { number: 6, kind: 'undo', status: 'done', undo_counts: { rows: 1, removed: 1 } },
      { number: 7, kind: 'forget', status: 'done', forget_counts: { uploads: 4 } },
    ])
  })

  it('are known shares, and can be undone', async () => {
    await playImport(models, { sharedAt: new Date('2026-01-01') }, [row('Pune')])
    await forgetKinds()
    await prepareDatabase(models, quiet)

    const share = { team: 'T1', channel: 'C1', user: 'U1', fileId: 'F1', sharedAt: new Date('2026-01-01') }
    expect(await createUploadQueue({ models }).queueSlackShare(share)).toMatchObject({ isNew: false })
    expect(await playUndo(models, 1)).toMatchObject({ status: 'done', undo_counts: { removed: 1 } })
    const undone = await models.fileUploads.collection.findOne({ number: 1 })
    expect(undone).toMatchObject({ kind: 'import', status: 'undone' })
  })

  it('keep their place behind a switch that waits', async () => {
    await createUploadQueue({ models }).queueSlackShare({
      team: 'T1',
      channel: 'C1',
      user: 'U1',
      fileId: 'F1',
      sharedAt: new Date('2026-01-01'),
    })
    await queueSwitch(models, 'as_written', { user: 'asha', name: 'switch', now: new Date('2026-01-02') })
    await forgetKinds()
    await prepareDatabase(models, quiet)

    expect((await createHeadFinder(models).find())?.kind).toBe('switch')
  })
})

describe('marking earlier imports by their headings', () => {
  it('marks those with headings, the same for the same letters, and leaves headerless files unmarked', async () => {
    const uploads = models.fileUploads.collection
    const columns = [{ index: 1, header: 'x', target: 'phone', field: 'primary_phone', rank: 0 }]
    const imported = (number: number, header: string[], mapping: object = { columns }) => ({
      number,
      kind: 'import',
      file: { name: `${number}.csv`, header, mapping },
    })
    await uploads.insertMany([
      imported(1, ['Name', 'Mobile No.']),
      imported(2, [' NAME ', 'Mobile-No']),
      imported(3, ['line', 'Name', 'Mobile No', 'problem', 'how to fix']),
      imported(4, ['Asha', '9876543210'], { columns, isHeaderRow: true }),
      imported(5, ['', '']),
      { number: 6, kind: 'undo', file: { name: 'undo' } },
    ])

    await markHeadings(models)
    await markHeadings(models)

    const marked = await uploads
      .find({ 'file.headings': { $exists: true } })
      .sort({ number: 1 })
      .toArray()
    expect(marked.map(({ number }) => number)).toEqual([1, 2, 3])
    expect(await uploads.distinct('file.headings')).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)])
  })
})
