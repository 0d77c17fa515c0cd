import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createModels, type FileUpload, type Models, type SchemaState } from '../../models/index.ts'
import { type Migration, migrate } from '../../src/migrations/migrate.ts'
import { MIGRATIONS } from '../../src/migrations/migrations.ts'
import { prepareDatabase } from '../../src/migrations/prepare-database.ts'
import { playImport } from '../support/play-uploads.ts'
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
  return await models.schemaState.collection.findOne<SchemaState>({ _id: 'schema' as never })
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
      _id: 'schema' as never,
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
    const migrations = listMigrations(done, 300)

    await Promise.all([1, 2].map(() => migrate({ models, log: quiet, migrations, lockMs: 150, lookMs: 10 })))

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
})
