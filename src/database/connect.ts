import mongoose, { type Connection } from 'mongoose'
import { describeServer } from '../server-facts.ts'
import { assertUsableUri, explainConnectFailure, refused } from './connect-failure.ts'

export interface ConnectOptions {
  readonly log: (line: string) => void
  /** Most connections at once; the rest wait their turn. */
  readonly poolSize?: number
  /** How long an operation waits for a server before it fails; `FOR_A_PERSON_MS` unless given. */
  readonly serverSelectionMs?: number
}

/** Long enough for a restart, short enough for somebody who waits. */
const FOR_A_PERSON_MS = 10_000
/** Long enough for a replica set to elect a primary: ten seconds until one is missed, and some for the election. */
export const FOR_A_WORKER_MS = 20_000
/** MongoDB 5.0: `$setField` and `$unsetField`, and updates with pipelines as we write them. */
const LEAST_WIRE_VERSION = 13
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
 * @throws AppError database_unavailable when no server answers; database_refused where only a person can help
 */
export async function connectDatabase(
  uri: string,
  { log, poolSize = 20, serverSelectionMs = FOR_A_PERSON_MS }: ConnectOptions,
): Promise<Connection> {
  assertUsableUri(uri)
  const connection = mongoose.createConnection(uri, {
    appName: 'customer-uploads',
    maxPoolSize: poolSize,
    minPoolSize: 1,
    maxIdleTimeMS: 5 * 60_000,
    serverSelectionTimeoutMS: serverSelectionMs,
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
  let isConnected = false
  connection.on('error', (error: Error) => {
    if (isConnected) log(`The database connection reports: ${error.name}`)
  })
  try {
    await connection.asPromise()
    const { wireVersion, version } = await describeServer(connection)
    if (wireVersion < LEAST_WIRE_VERSION) throw refused('version', { version: `version ${version}` })
  } catch (error) {
    await connection.close().catch(() => undefined)
    throw explainConnectFailure(error, uri)
  }
  isConnected = true
  connection.on('disconnected', () =>
    log('The database connection was lost; operations wait for it to come back.'),
  )
  return connection
}
