import { AppError, toAppError } from '../src/errors.ts'

// Server codes (https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml). Message texts
// differ between engines, so this code never reads them.
export const DUPLICATE_KEY = 11000
const TRANSIENT_SERVER_CODES: ReadonlySet<number> = new Set([
  6, // HostUnreachable
  7, // HostNotFound
  24, // LockTimeout
  43, // CursorNotFound
  46, // LockBusy
  50, // MaxTimeMSExpired
  63, // StaleShardVersion
  64, // WriteConcernTimeout: written, but not yet by a majority
  89, // NetworkTimeout
  91, // ShutdownInProgress
  112, // WriteConflict
  117, // ConflictingOperationInProgress
  133, // FailedToSatisfyReadPreference
  134, // ReadConcernMajorityNotAvailableYet
  150, // StaleEpoch
  175, // QueryPlanKilled
  189, // PrimarySteppedDown
  202, // NetworkInterfaceExceededTimeLimit
  237, // CursorKilled
  249, // StaleDbVersion
  262, // ExceededTimeLimit
  272, // MigrationConflict
  279, // ClientDisconnect
  314, // ObjectIsBusy
  317, // ConnectionPoolExpired
  355, // InterruptedDueToStorageChange
  365, // TemporarilyUnavailable
  384, // ConnectionError
  391, // ReauthenticationRequired
  402, // ResourceExhausted
  406, // MigrationBlockingOperationCoordinatorCleaningUp
  407, // PooledConnectionAcquisitionExceededTimeLimit
  412, // UpdatesStillPending
  433, // AdmissionQueueOverflow
  449, // RateLimitExceeded
  450, // PooledConnectionAcquisitionRejected
  453, // InterruptedDueToReshardingCriticalSection
  462, // IngressRequestRateLimitExceeded
  9001, // SocketException
  10058, // LegacyNotPrimary
  10107, // NotWritablePrimary
  11600, // InterruptedAtShutdown
  11601, // Interrupted
  11602, // InterruptedDueToReplStateChange
  12586, // BackgroundOperationInProgressForDatabase
  12587, // BackgroundOperationInProgressForNamespace
  13388, // StaleConfig
  13435, // NotPrimaryNoSecondaryOk
  13436, // NotPrimaryOrSecondary
  91331, // RetriableRemoteCommandFailure
])
const OUT_OF_DISK_SPACE = 14031

/** Labels that the server or the driver puts on errors that may succeed on a retry. */
const TRANSIENT_LABELS: ReadonlySet<unknown> = new Set([
  'RetryableWriteError',
  'RetryableError',
  'SystemOverloadedError',
])

/** Codes that only the database's operator can resolve, with what they concern. */
const REFUSALS: ReadonlyMap<unknown, Refusal> = new Map([
  [13, 'rights'], // Unauthorized
  [18, 'password'], // AuthenticationFailed
  [8000, 'password'], // AtlasError: Atlas's answer to a wrong user or password
])

type Refusal = 'rights' | 'password'

// Class names of the driver's own errors when no server is reachable. They carry no code.
const TRANSIENT_DRIVER_ERRORS: ReadonlySet<string> = new Set([
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoServerSelectionError',
  'MongooseServerSelectionError',
  'MongoTopologyClosedError',
  'MongoServerClosedError',
  'MongoStalePrimaryError',
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

// Codes of system errors when a connection breaks during a write (seen with driver 7.5).
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

/** True if a unique index rejected the write. */
export function isDuplicateKey(error: unknown): boolean {
  return read(error, 'code') === DUPLICATE_KEY
}

/**
 * Translates driver errors by code and class. An AppError passes through; any other error becomes
 * `unexpected`.
 */
export function toDatabaseError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  const name = String(read(thrown, 'name') ?? '')
  if (BROKEN_LINE.has(read(thrown, 'code'))) return new AppError('database_unavailable', {}, thrown)
  if (!name.startsWith('Mongo') && !TRANSIENT_DRIVER_ERRORS.has(name)) return toAppError(thrown)
  const failures = failuresOf(thrown)
  if (failures.some(({ code }) => code === OUT_OF_DISK_SPACE))
    return new AppError('database_full', {}, thrown)
  if (isTransient(name, failures)) return new AppError('database_unavailable', {}, thrown)
  const refusal = failures.map(({ code }) => REFUSALS.get(code)).find((reason) => reason !== undefined)
  if (refusal) return new AppError('database_refused', { reason: refusal }, thrown)
  return new AppError('database_failed', {}, thrown)
}

interface Failure {
  readonly code: unknown
  readonly labels: readonly unknown[]
}

/**
 * All failures of an error. A bulk write reports its first failure as its own, but a later one may be the
 * transient one.
 */
function failuresOf(error: unknown): Failure[] {
  return [error, ...[read(error, 'writeErrors')].flat()].map((failure) => ({
    code: read(failure, 'code'),
    labels: [read(failure, 'errorLabels')].flat(),
  }))
}

function isTransient(name: string, failures: readonly Failure[]): boolean {
  if (TRANSIENT_DRIVER_ERRORS.has(name)) return true
  // The driver wraps a connection that broke during a bulk write in this class. A server's failure has a
  // numeric code.
  if (name === 'MongoBulkWriteError' && !failures.some(({ code }) => typeof code === 'number')) return true
  return failures.some(
    ({ code, labels }) =>
      (typeof code === 'number' && TRANSIENT_SERVER_CODES.has(code)) ||
      labels.some((label) => TRANSIENT_LABELS.has(label)),
  )
}
