import { AppError, type ErrorCode, toAppError } from '../src/errors.ts'

// Server codes (https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml). Engines word their
// messages differently, so nothing here looks at a message.
export const DUPLICATE_KEY = 11000
const TRANSIENT_SERVER_CODES: ReadonlySet<number> = new Set([
  6, // HostUnreachable
  7, // HostNotFound
  24, // LockTimeout
  43, // CursorNotFound
  50, // MaxTimeMSExpired
  64, // WriteConcernTimeout: written, but not yet on a majority
  89, // NetworkTimeout
  91, // ShutdownInProgress
  112, // WriteConflict
  134, // ReadConcernMajorityNotAvailableYet
  175, // QueryPlanKilled
  189, // PrimarySteppedDown
  237, // CursorKilled
  262, // ExceededTimeLimit
  9001, // SocketException
  10107, // NotWritablePrimary
  11600, // InterruptedAtShutdown
  11601, // Interrupted
  11602, // InterruptedDueToReplStateChange
  13435, // NotPrimaryNoSecondaryOk
  13436, // NotPrimaryOrSecondary
])
const OUT_OF_DISK_SPACE = 14031

// Errors the driver itself raises when there is no server to talk to, by class name: they carry no code.
const TRANSIENT_DRIVER_ERRORS: ReadonlySet<string> = new Set([
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoServerSelectionError',
  'MongooseServerSelectionError',
  'MongoTopologyClosedError',
  'MongoNotConnectedError',
  'MongoPoolClearedError',
  'PoolClearedError',
  'PoolClearedOnNetworkError',
  'MongoPoolClosedError',
  'MongoWaitQueueTimeoutError',
  'WaitQueueTimeoutError',
  'MongoOperationTimeoutError',
  'MongoExpiredSessionError',
])

// A line that breaks while something is written on it can reach us as the system's own error, seen with driver 7.5.
const BROKEN_LINE: ReadonlySet<unknown> = new Set([
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
])

function read(error: unknown, key: string): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, key) : undefined
}

/** Whether a unique index refused the write. */
export function isDuplicateKey(error: unknown): boolean {
  return read(error, 'code') === DUPLICATE_KEY
}

/**
 * The one translator of driver errors: by code and class, never by message text.
 * An error that is already ours passes through; one that is not the driver's becomes `unexpected`.
 */
export function toDatabaseError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  const name = String(read(thrown, 'name') ?? '')
  if (BROKEN_LINE.has(read(thrown, 'code'))) return new AppError('database_unavailable', {}, thrown)
  if (!name.startsWith('Mongo') && !TRANSIENT_DRIVER_ERRORS.has(name)) return toAppError(thrown)
  return new AppError(databaseErrorCode(name, codesOf(thrown)), {}, thrown)
}

/** A bulk write names the first of its failures as its own; the one that can be waited for may be another. */
function codesOf(error: unknown): unknown[] {
  const failures = [read(error, 'writeErrors')].flat()
  return [error, ...failures].map((failure) => read(failure, 'code'))
}

function databaseErrorCode(name: string, codes: readonly unknown[]): ErrorCode {
  if (TRANSIENT_DRIVER_ERRORS.has(name)) return 'database_unavailable'
  if (codes.includes(OUT_OF_DISK_SPACE)) return 'database_full'
  // The driver hides a connection that broke during a bulk write in this class. What a server says has a number.
  if (name === 'MongoBulkWriteError' && !codes.some((code) => typeof code === 'number'))
    return 'database_unavailable'
  if (codes.some((code) => typeof code === 'number' && TRANSIENT_SERVER_CODES.has(code)))
    return 'database_unavailable'
  return 'database_failed'
}
