import mongoose, { type Connection } from 'mongoose'
import { describeServer } from '../server-facts.ts'
import { assertUsableUri, explainConnectFailure, refused } from './connect-failure.ts'
import { endLostWrites } from './end-lost-writes.ts'

interface ConnectOptions {
  readonly log: (line: string) => void
  /** How long an operation waits for a server; `FOR_A_PERSON_MS` by default. */
  readonly serverSelectionMs?: number
}

/** Long enough for a restart, short enough for a person who waits. */
const FOR_A_PERSON_MS = 10_000
/**
 * Long enough for a replica set to elect a primary: ten seconds to detect the loss, and some for the
 * election.
 */
export const FOR_A_WORKER_MS = 20_000
/** MongoDB 5.0: `$setField`, `$unsetField` and the pipeline updates used here. */
const LEAST_WIRE_VERSION = 13
const CONNECT_MS = 10_000
/** Further operations wait. */
const MAX_CONNECTIONS = 20
/**
 * How long a write waits for a majority. After that its result is unknown, so it is repeated, and the
 * repeat's conditions decide. Without a limit, each write would keep its connection during an outage of the
 * majority.
 */
const WRITE_CONCERN_MS = 10_000
/** A request without an answer for this long counts as lost; the longest, a large batch, takes seconds. */
const SOCKET_MS = 5 * 60_000

/**
 * Opens a separate mongoose connection, never the global one, so that one process can have several. Indexes
 * are created when models are registered, not by mongoose on first use.
 *
 * @throws AppError database_unavailable if no server answers; database_refused if only a person can help
 */
export async function connectDatabase(
  uri: string,
  { log, serverSelectionMs = FOR_A_PERSON_MS }: ConnectOptions,
): Promise<Connection> {
  assertUsableUri(uri)
  if (!endLostWrites()) log('The database driver has changed: a write to a lost server may never end.')
  const connection = mongoose.createConnection(uri, {
    appName: 'customer-uploads',
    maxPoolSize: MAX_CONNECTIONS,
    minPoolSize: 1,
    maxIdleTimeMS: 5 * 60_000,
    serverSelectionTimeoutMS: serverSelectionMs,
    connectTimeoutMS: CONNECT_MS,
    socketTimeoutMS: SOCKET_MS,
    waitQueueTimeoutMS: 30_000,
    // An acknowledged write is on disk and survives the loss of a primary. The acknowledgement to Slack and
    // the checkpoints depend on it. See docs/operations.md.
    writeConcern: { w: 'majority', journal: true, wtimeoutMS: WRITE_CONCERN_MS },
    readPreference: 'primary',
    retryWrites: true,
    retryReads: true,
    autoIndex: false,
    autoCreate: false,
  })
  // Without a listener, an error outside an operation would end the process.
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
