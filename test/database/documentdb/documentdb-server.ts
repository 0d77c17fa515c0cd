import { inject } from 'vitest'
import {
  type DatabaseServer,
  defaultCacheDir,
  startDatabaseServer,
} from '../../../src/database/start-server.ts'
import { AppError } from '../../../src/errors.ts'

/**
 * A server with the gateway: the run's own if it is DocumentDB, else one started for the suite. A string is
 * the reason why there is none on this machine.
 */
export async function openDocumentDb(): Promise<DatabaseServer | string> {
  if (inject('databaseEngine') === 'documentdb')
    return { uri: inject('databaseUri'), engine: 'documentdb', version: null, stop: async () => undefined }
  try {
    return await startDatabaseServer({
      dataDir: null,
      engine: 'documentdb',
      cacheDir: defaultCacheDir(process.env),
      log: () => undefined,
    })
  } catch (error) {
    if (error instanceof AppError && error.code === 'database_not_installable') return error.message
    throw error
  }
}
