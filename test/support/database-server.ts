import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mongoose from 'mongoose'
import type { TestProject } from 'vitest/node'
import { type DatabaseServer, defaultCacheDir, startDatabaseServer } from '../../src/database/start-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The server on which every suite creates its database. */
    databaseUri: string
    databaseEngine: DatabaseServer['engine']
    /** With it begin the names of this run's databases. */
    databasePrefix: string
    /** A data directory of DocumentDB with an empty database, to be copied; null where it is not used. */
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
  const prepared = server.engine === 'documentdb' ? await prepareData(cacheDir) : null
  project.provide('preparedData', prepared)
  return async () => {
    // Another's server outlives the run, and a worker does not know its last test.
    if (server.engine === 'external') await dropDatabases(server.uri, prefix)
    await server.stop()
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

async function prepareData(cacheDir: string): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'prepared-data-'))
  const server = await startDatabaseServer({
    dataDir,
    cacheDir,
    engine: 'documentdb',
    log: () => undefined,
  })
  await server.stop()
  return dataDir
}
