import type { TestProject } from 'vitest/node'
import { type DatabaseServer, defaultCacheDir, startDatabaseServer } from '../../src/database/start-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The server on which every suite creates its database. */
    databaseUri: string
    databaseEngine: DatabaseServer['engine']
  }
}

/** One database server for the whole run: `TEST_MONGODB_URI`, else a temporary one. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let isStarted = false
  const server = await startDatabaseServer({
    dataDir: null,
    uri: process.env.TEST_MONGODB_URI,
    cacheDir: defaultCacheDir(process.env),
    // Its later output belongs to the tests that cause it.
    log: (line) => {
      if (!isStarted) console.error(line)
    },
  })
  isStarted = true
  project.provide('databaseUri', server.uri)
  project.provide('databaseEngine', server.engine)
  return () => server.stop()
}
