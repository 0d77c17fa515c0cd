import type { Connection } from 'mongoose'
import type { AppError } from '../errors.ts'
import { connectDatabase, FOR_A_WORKER_MS } from './connect.ts'
import { type DatabaseServer, startDatabaseServer } from './start-server.ts'

interface DatabaseSettings {
  /** Unset: an embedded server keeps its data under `dataDir`. */
  readonly mongodbUri: string | undefined
  readonly dataDir: string
  readonly cacheDir: string
  /** An operation waits for a server as long as a replica set may take to elect a primary. */
  readonly isWorker?: boolean
  /** Whether the embedded server of another process is used, as a second process of it. */
  readonly join?: boolean
}

export interface OpenDatabase {
  readonly connection: Connection
  readonly engine: DatabaseServer['engine']
  /** Why an embedded server is away at the moment; undefined while it runs, and of a configured server. */
  outage(): AppError | undefined
  /** Resolves when an embedded server is given up: only another start of this process helps. */
  readonly givenUp: Promise<AppError>
  /** Closes the connection, then the server if it was started here. */
  close(): Promise<void>
}

/**
 * The database of an entry: the configured server, else the embedded one, connected.
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
        // Told to go, not lost.
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
