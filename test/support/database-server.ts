import { randomBytes } from 'node:crypto'
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mongoose from 'mongoose'
import type { TestProject } from 'vitest/node'
import { type DatabaseServer, defaultCacheDir, startDatabaseServer } from '../../src/database/start-server.ts'
import { PREPARED, UNPREPARED } from './prepared-data.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The server on which every suite creates its database. */
    databaseUri: string
    databaseEngine: DatabaseServer['engine']
    /** With it begin the names of this run's databases. */
    databasePrefix: string
    /**
     * The folder in which a data directory of DocumentDB with an empty database is prepared, to be copied; null where it is
     * not used.
     */
    preparedData: string | null
  }
}

/** One database server for the whole run: `TEST_MONGODB_URI`, else a temporary one. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let isStarted = false
  const cacheDir = defaultCacheDir(process.env)
  const server = await startDatabaseServer({
    dataDir: null,
    uri: process.env.TEST_MONGODB_URI,
    cacheDir,
    // Its later output belongs to the tests that cause it.
    log: (line) => {
      if (!isStarted) console.error(line)
    },
  })
  isStarted = true
  project.provide('databaseUri', server.uri)
  project.provide('databaseEngine', server.engine)
  const prefix = `test_${randomBytes(4).toString('hex')}_`
  project.provide('databasePrefix', prefix)
  const prepared = server.engine === 'documentdb' ? await mkdtemp(join(tmpdir(), 'prepared-data-')) : null
  project.provide('preparedData', prepared)
  // The first tests need none, and begin meanwhile.
  const preparing = prepared === null ? undefined : prepareData(prepared, cacheDir)
  return async () => {
    // Another's server outlives the run, and a worker does not know its last test.
    if (server.engine === 'external') await dropDatabases(server.uri, prefix)
    await server.stop()
    await preparing
    if (prepared !== null) await rm(prepared, { recursive: true, force: true, maxRetries: 20 })
  }
}

/** Deletes the databases that were kept for another test. */
async function dropDatabases(uri: string, prefix: string): Promise<void> {
  const connection = await mongoose.createConnection(uri).asPromise()
  try {
    const { databases } = await connection.listDatabases()
    for (const { name } of databases) if (name.startsWith(prefix)) await connection.useDb(name).dropDatabase()
  } finally {
    await connection.close()
  }
}

async function prepareData(folder: string, cacheDir: string): Promise<void> {
  const dataDir = join(folder, 'making')
  try {
    const options = { dataDir, cacheDir, engine: 'documentdb', log: () => undefined } as const
    await (await startDatabaseServer(options)).stop()
    await rename(dataDir, join(folder, PREPARED))
  } catch (error) {
    await writeFile(join(folder, UNPREPARED), String(error))
  }
}
