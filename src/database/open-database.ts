import type { Connection } from 'mongoose'
import type { AppError } from '../errors.ts'
import { connectDatabase, FOR_A_WORKER_MS } from './connect.ts'
import { type DatabaseServer, startDatabaseServer } from './start-server.ts'

interface DatabaseSettings {
  /** Unset: an embedded server stores its data in `dataDir`. */
  readonly mongodbUri: string | undefined
  readonly dataDir: string
  readonly cacheDir: string
  /** True: operations wait for a server as long as an election of a primary can take. */
  readonly isWorker?: boolean
  /** True: use the embedded server of another process. */
  readonly join?: boolean
}

export interface OpenDatabase {
  readonly connection: Connection
  readonly engine: DatabaseServer['engine']
  /** Why an embedded server is unavailable now; undefined while it runs, and for a configured server. */
  outage(): AppError | undefined
  /** Resolves when the embedded server stopped for good: only a restart of this process helps. */
  readonly givenUp: Promise<AppError>
  /** Closes the connection, then the server if it was started here. */
  close(): Promise<void>
}

/**
 * Opens the configured database, else the embedded one, and connects.
 * @throws AppError database_unavailable, database_refused, database_in_use, database_not_installable
 */
export async function openDatabase(
  { mongodbUri, dataDir, cacheDir, isWorker = false, join }: DatabaseSettings,
  log: (line: string) => void,
): Promise<OpenDatabase> {
  const server = await startDatabaseServer({ uri: mongodbUri, dataDir, cacheDir, join, log })
  try {
    const connection = await connectDatabase(server.uri, {
      log,
      ...(isWorker && { serverSelectionMs: FOR_A_WORKER_MS }),
    })
    return {
      connection,
      engine: server.engine,
      outage: () => server.outage?.(),
      givenUp: server.givenUp ?? new Promise(() => undefined),
      async close() {
        // A requested close is not an outage.
        connection.removeAllListeners('disconnected')
        await connection.close()
        await server.stop()
      },
    }
  } catch (error) {
    await server.stop()
    throw error
  }
}
