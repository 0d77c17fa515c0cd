// Server codes (https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml). Message texts
// differ between engines, so this code never reads them.
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
const REFUSALS: ReadonlyMap<unknown, Refusal> = new Map<unknown, Refusal>([
  [13, 'rights'], // Unauthorized
  [18, 'password'], // AuthenticationFailed
  [8000, 'password'], // AtlasError: Atlas's answer to a wrong user or password
])

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

// Codes of system errors when a connection breaks during a write: the driver does not wrap them (seen with
// driver 7.5). Calls to Slack use `fetch`, which wraps them in a TypeError.
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

/** Names of Node's own errors of a connection. An error of another library has a name of its own. */
const SYSTEM_ERRORS: ReadonlySet<string> = new Set(['Error', 'AggregateError'])

type Refusal = 'rights' | 'password'

type DriverFailure =
  | { readonly code: 'database_unavailable' | 'database_full' | 'database_failed' }
  | { readonly code: 'database_refused'; readonly reason: Refusal }

/** Classifies an error of the MongoDB driver by code and class. @returns undefined for any other error */
export function classifyDriverError(thrown: unknown): DriverFailure | undefined {
  const name = String(read(thrown, 'name') ?? '')
  const isOfDriver = name.startsWith('Mongo') || TRANSIENT_DRIVER_ERRORS.has(name)
  if ((isOfDriver || SYSTEM_ERRORS.has(name)) && BROKEN_LINE.has(read(thrown, 'code')))
    return { code: 'database_unavailable' }
  if (!isOfDriver) return undefined
  const failures = failuresOf(thrown)
  if (failures.some(({ code }) => code === OUT_OF_DISK_SPACE)) return { code: 'database_full' }
  if (isTransient(name, failures)) return { code: 'database_unavailable' }
  const reason = failures.map(({ code }) => REFUSALS.get(code)).find((one) => one !== undefined)
  return reason ? { code: 'database_refused', reason } : { code: 'database_failed' }
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
