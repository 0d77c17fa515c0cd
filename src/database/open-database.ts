import type { Connection } from 'mongoose'
import { connectDatabase, FOR_A_WORKER_MS } from './connect.ts'
import { type DatabaseServer, startDatabaseServer } from './start-server.ts'

interface DatabaseSettings {
  /** Unset: an embedded server keeps its data under `dataDir`. */
  readonly mongodbUri: string | undefined
  readonly dataDir: string
  readonly cacheDir: string
  /** An operation waits for a server as long as a replica set may take to elect a primary. */
  readonly isWorker?: boolean
}

export interface OpenDatabase {
  readonly connection: Connection
  readonly engine: DatabaseServer['engine']
  /** Closes the connection, then the server if it was started here. */
  close(): Promise<void>
}

/**
 * The database of an entry: the configured server, else the embedded one, connected.
 * @throws AppError database_unavailable, database_refused, database_in_use, database_not_installable
 */
export async function openDatabase(
  { mongodbUri, dataDir, cacheDir, isWorker = false }: DatabaseSettings,
  log: (line: string) => void,
): Promise<OpenDatabase> {
  const server = await startDatabaseServer({ uri: mongodbUri, dataDir, cacheDir, log })
  try {
    const connection = await connectDatabase(server.uri, {
      log,
      ...(isWorker && { serverSelectionMs: FOR_A_WORKER_MS }),
    })
    return {
      connection,
      engine: server.engine,
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
