/**
 * Numbers as Excel stores them, with their formats, as exact text: digits, padded ids, ISO days. Has no code
 * for files and cells.
 */
export { isoText } from './date-text.ts'
export { GENERAL, type NumberFormat, understandCode, understandFormat } from './number-format.ts'
export { NumberWriter } from './number-writer.ts'
