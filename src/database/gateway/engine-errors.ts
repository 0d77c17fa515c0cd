/**
 * Maps the engine's errors to MongoDB's. A failed statement has an SQLSTATE. A failed write in a batch has it
 * packed into a number, six bits per character, the first character lowest (PostgreSQL's MAKE_SQLSTATE).
 * DocumentDB numbers MongoDB's codes `M0000`, `M0001`, … in base 36. The pairs below are from its published
 * mapping (documentdb/documentdb, all_error_mappings_oss_generated.csv), checked with 1.0-0.
 */

/** A MongoDB error with `code`, `codeName` and `errmsg`. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly code: number
  readonly codeName: string

  constructor(code: number, codeName: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.codeName = codeName
  }
}

interface MongoCode {
  readonly code: number
  readonly codeName: string
}

const INTERNAL_ERROR: MongoCode = { code: 1, codeName: 'InternalError' }
const DUPLICATE_KEY: MongoCode = { code: 11000, codeName: 'DuplicateKey' }

const CODES_BY_SQLSTATE: ReadonlyMap<string, MongoCode> = new Map(
  (
    [
      // DocumentDB's codes
      ['M0000', 1, 'InternalError'],
      ['M0001', 2, 'BadValue'],
      ['M0002', 5, 'GraphContainsCycle'],
      ['M0003', 9, 'FailedToParse'],
      ['M00ER', 13, 'Unauthorized'],
      ['M0004', 14, 'TypeMismatch'],
      ['M0005', 15, 'Overflow'],
      ['M00DO', 16, 'InvalidLength'],
      ['M0006', 20, 'IllegalOperation'],
      ['M00EW', 24, 'LockTimeout'],
      ['M0008', 26, 'NamespaceNotFound'],
      ['M0009', 27, 'IndexNotFound'],
      ['M000A', 28, 'PathNotViable'],
      ['M000C', 34, 'CannotBackfillArray'],
      ['M000D', 40, 'ConflictingUpdateOperators'],
      ['M000E', 43, 'CursorNotFound'],
      ['M000F', 48, 'NamespaceExists'],
      ['M00EX', 50, 'MaxTimeMSExpired'],
      ['M000G', 52, 'DollarPrefixedFieldName'],
      ['M000H', 53, 'InvalidIdField'],
      ['M000I', 54, 'NotSingleValueField'],
      ['M00DS', 55, 'InvalidDBRef'],
      ['M000J', 56, 'EmptyFieldName'],
      ['M000K', 57, 'DottedFieldName'],
      ['M00EY', 59, 'CommandNotFound'],
      ['M000L', 61, 'ShardKeyNotFound'],
      ['M000M', 66, 'ImmutableField'],
      ['M000N', 67, 'CannotCreateIndex'],
      ['M000O', 68, 'IndexAlreadyExists'],
      ['M000P', 72, 'InvalidOptions'],
      ['M000Q', 73, 'InvalidNamespace'],
      ['M000R', 85, 'IndexOptionsConflict'],
      ['M000S', 86, 'IndexKeySpecsConflict'],
      ['M00F0', 91, 'ShutdownInProgress'],
      ['M000T', 111, 'NotExactValueField'],
      ['M00F1', 112, 'WriteConflict'],
      ['M000U', 115, 'CommandNotSupported'],
      ['M00F2', 117, 'ConflictingOperationInProgress'],
      ['M00CO', 121, 'DocumentValidationFailure'],
      ['M00EL', 143, 'CursorInUse'],
      ['M000W', 146, 'ExceededMemoryLimit'],
      ['M000X', 159, 'DurationOverflow'],
      ['M000Y', 165, 'ViewDepthLimitExceeded'],
      ['M000Z', 166, 'CommandNotSupportedOnView'],
      ['M0010', 167, 'OptionNotSupportedOnView'],
      ['M0011', 181, 'AmbiguousIndexKeyPattern'],
      ['M0012', 197, 'InvalidIndexSpecificationOption'],
      ['M0013', 224, 'QueryFeatureNotAllowed'],
      ['M0014', 232, 'MaxSubPipelineDepthExceeded'],
      ['M0015', 241, 'ConversionFailure'],
      ['M0016', 263, 'OperationNotSupportedInTransaction'],
      ['M0017', 276, 'IndexBuildAborted'],
      ['M0018', 291, 'NoQueryExecutionPlans'],
      ['M001B', 10334, 'BSONObjectTooLarge'],
      ['M001C', 11000, 'DuplicateKey'],
      ['M001D', 12587, 'BackgroundOperationInProgressForNamespace'],
      ['M001H', 13113, 'MergeStageNoMatchingDocument'],
      ['M001I', 13297, 'DatabaseDifferCase'],
      ['M003A', 17419, 'Location17419'],
      ['M003B', 17420, 'Location17420'],
      ['M007U', 40324, 'Location40324'],
      ['M0088', 40415, 'IDLUnknownField'],
      // PostgreSQL's codes with a MongoDB equivalent
      ['23505', 11000, 'DuplicateKey'], // unique_violation: the _id index
      ['23P01', 11000, 'DuplicateKey'], // exclusion_violation: every other unique index is an exclusion constraint
      ['40001', 112, 'WriteConflict'], // serialization_failure
      ['40P01', 112, 'WriteConflict'], // deadlock_detected
      ['42501', 13, 'Unauthorized'], // insufficient_privilege
      ['53100', 14031, 'OutOfDiskSpace'], // disk_full
      ['53200', 146, 'ExceededMemoryLimit'], // out_of_memory
      ['54000', 146, 'ExceededMemoryLimit'], // program_limit_exceeded
      ['55P03', 24, 'LockTimeout'], // lock_not_available
      ['57014', 50, 'MaxTimeMSExpired'], // query_canceled: only maxTimeMS cancels
      ['57P01', 91, 'ShutdownInProgress'], // admin_shutdown
      ['57P02', 91, 'ShutdownInProgress'], // crash_shutdown
      ['57P03', 91, 'ShutdownInProgress'], // cannot_connect_now
    ] as const
  ).map(([state, code, codeName]) => [state, { code, codeName }]),
)

const NAMES_BY_CODE = new Map([...CODES_BY_SQLSTATE.values()].map((known) => [known.code, known]))

/** MongoDB's code for an SQLSTATE; InternalError (1) if it has none. */
function codeOfSqlState(sqlState: string | undefined): MongoCode {
  return CODES_BY_SQLSTATE.get(sqlState ?? '') ?? INTERNAL_ERROR
}

/** MongoDB's code for a number in the engine's replies, which is a packed SQLSTATE. */
export function codeOfPackedState(packed: number): MongoCode {
  return CODES_BY_SQLSTATE.get(unpackSqlState(packed)) ?? NAMES_BY_CODE.get(packed) ?? INTERNAL_ERROR
}

/** The reverse of PostgreSQL's MAKE_SQLSTATE: 319029277 → `M001C`. */
function unpackSqlState(packed: number): string {
  let state = ''
  for (let place = 0; place < 5; place += 1) state += String.fromCharCode(((packed >> (6 * place)) & 63) + 48)
  return state
}

/** Converts any thrown value to the client's error. */
export function toCommandError(thrown: unknown): CommandError {
  if (thrown instanceof CommandError) return thrown
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  const { code, codeName } = codeOfSqlState(sqlStateOf(thrown))
  return new CommandError(code, codeName, errorText(code, message), thrown)
}

/** The SQLSTATE of an error from the PostgreSQL client. */
export function sqlStateOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown) || typeof thrown.code !== 'string') return undefined
  return /^[0-9A-Z]{5}$/.test(thrown.code) ? thrown.code : undefined
}

/** Log readers search for MongoDB's duplicate marker, so it comes before the engine's message. */
export function errorText(code: number, message: string): string {
  return code === DUPLICATE_KEY.code && !message.startsWith('E11000') ? `E11000 ${message}` : message
}
