import { AppError } from '../../errors.ts'

/** @param reason a clause without a full stop; it never quotes the file */
export function damaged(reason: string, cause?: unknown): AppError {
  return new AppError('workbook_damaged', { reason }, cause)
}

/** @param reason a clause without a full stop; it never quotes the file */
export function tooLarge(reason: string): AppError {
  return new AppError('workbook_too_large', { reason })
}

/** Adds the file's name to a coded error. Other errors stay as they are. */
export function withFileName(error: unknown, fileName: string | undefined): unknown {
  if (!(error instanceof AppError) || fileName === undefined || error.details.file !== undefined) return error
  return new AppError(error.code, { ...error.details, file: fileName }, error.cause)
}
