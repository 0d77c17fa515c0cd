/** Facts for a message: a limit, a file name, the columns found. Never a phone, a name or a token. */
export type ErrorDetails = Readonly<Record<string, string | number | readonly string[]>>

/** The texts of an error code. */
export interface ErrorWords {
  readonly sentence: (details: ErrorDetails) => string
  readonly next: (details: ErrorDetails) => string
  /** True if a retry can succeed without any action by a person. */
  readonly isTransient?: true
}

export const list = (value: ErrorDetails[string] | undefined): string =>
  value === undefined ? '' : typeof value === 'object' ? value.join(', ') : String(value)
/** A single problem goes into the sentence; several are listed below it. */
export const listProblems = (value: ErrorDetails[string] | undefined): string =>
  typeof value === 'object' && value.length > 1
    ? value.map((problem) => `\n  • ${problem}.`).join('')
    : ` ${list(value)}.`
export const named = (details: ErrorDetails, otherwise = 'This file'): string =>
  details.file ? `\`${list(details.file)}\`` : otherwise
