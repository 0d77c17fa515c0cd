/**
 * The two kinds of errors, and their names.
 *
 * - An invalid row is data: a `RowProblem`, stored with the row and shown in the receipt; the other rows
 *   are imported.
 * - An unusable file, or a failure outside, is an `AppError` with a code and the original error as `cause`.
 *
 * `error-texts/` and `row-problems.ts` have the text for each code, so a code without a text does not compile.
 */
import { classifyDriverError } from './driver-error.ts'
import { ERRORS, type ErrorDetails } from './error-texts/index.ts'

export type ErrorCode = keyof typeof ERRORS
export const ERROR_CODES = Object.keys(ERRORS) as readonly ErrorCode[]

/** An unusable file or a failure outside. The message is for people; the cause is for the log. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly details: ErrorDetails

  constructor(code: ErrorCode, details: ErrorDetails = {}, cause?: unknown) {
    super(ERRORS[code].sentence(details), cause === undefined ? undefined : { cause })
    this.code = code
    this.details = details
  }

  /** What the person can do now. */
  get next(): string {
    return ERRORS[this.code].next(this.details)
  }

  /** True if a retry may succeed without any change. */
  get isTransient(): boolean {
    return 'isTransient' in ERRORS[this.code]
  }
}

/**
 * Converts any thrown value to an AppError; an unknown one becomes `unexpected`. Only for the boundaries,
 * where an error is shown, logged or stored: code between them passes driver errors on.
 */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  const { code = 'unexpected', ...details } = classifyDriverError(thrown) ?? {}
  return new AppError(code, details, thrown)
}

/** True if a retry of the failed work may succeed without any change. */
export function isTransientFailure(thrown: unknown): boolean {
  return toAppError(thrown).isTransient
}

/** An error for a terminal: the code, what happened, and what to do; a list gets its own lines. */
export function formatError({ code, message, next }: Pick<AppError, 'code' | 'message' | 'next'>): string {
  return `${code}: ${message}${message.includes('\n') ? '\n' : ' '}${next}`
}
