import mongoose, { type Connection } from 'mongoose'
import { AppError } from '../errors.ts'

export interface ConnectOptions {
  readonly log: (line: string) => void
  /** Most connections at once; the rest wait their turn. */
  readonly poolSize?: number
}

/** How long an operation waits for a server before it fails: long enough for a restart, short enough for a person. */
const SERVER_SELECTION_MS = 10_000
const CONNECT_MS = 10_000
/**
 * How long a write waits for a majority. After that it is neither done nor undone for us: it is repeated, and the
 * conditions of the repeat tell. Without a limit each write would hold its connection for as long as a majority is away.
 */
const WRITE_CONCERN_MS = 10_000
/** A request without any answer for this long is taken as lost; the longest of ours, a large batch, takes seconds. */
const SOCKET_MS = 5 * 60_000

/**
 * A mongoose connection of its own, never the global one, so that several can live in one process. Indexes are made
 * where models are registered, not by mongoose on first use.
 *
 * Throws AppError `database_unavailable` when no server answers.
 */
export async function connectDatabase(
  uri: string,
  { log, poolSize = 20 }: ConnectOptions,
): Promise<Connection> {
  const connection = mongoose.createConnection(uri, {
    appName: 'customer-uploads',
    maxPoolSize: poolSize,
    minPoolSize: 1,
    maxIdleTimeMS: 5 * 60_000,
    serverSelectionTimeoutMS: SERVER_SELECTION_MS,
    connectTimeoutMS: CONNECT_MS,
    socketTimeoutMS: SOCKET_MS,
    waitQueueTimeoutMS: 30_000,
    // What is acknowledged is on disk, and survives the loss of a primary: a share is acknowledged to Slack on the
    // strength of it, and a checkpoint says that the rows before it are there. See docs/operations.md.
    writeConcern: { w: 'majority', journal: true, wtimeoutMS: WRITE_CONCERN_MS },
    readPreference: 'primary',
    retryWrites: true,
    retryReads: true,
    autoIndex: false,
    autoCreate: false,
  })
  // Without a listener an error that no operation is waiting for would end the process.
  connection.on('error', (error: Error) => log(`The database connection reports: ${error.name}`))
  connection.on('disconnected', () =>
    log('The database connection was lost; operations wait for it to come back.'),
  )
  try {
    return await connection.asPromise()
  } catch (error) {
    await connection.close().catch(() => undefined)
    throw new AppError('database_unavailable', {}, error)
  }
}
