/** The texts of all error codes, one file per group. `src/errors.ts` makes errors of them. */
export { ERRORS } from './error-texts.ts'
export type { ErrorDetails } from './error-words.ts'
export { type DatabaseRefusal, databaseRefusalOf } from './program-errors.ts'
