/**
 * Compares how a file is about to be read with how earlier files of its headings were read, and with the rows
 * an earlier run stored. Describes both readings. Chooses no columns itself, and writes no customers.
 */

export type { CarriedColumns } from './carry-columns.ts'
export { continueReading, type LostReading } from './continue-reading.ts'
export { describeCountry, describeLabels } from './describe-reading.ts'
export { findEarlierReading, keepEarlierReading, listOtherPhones } from './earlier-reading.ts'
export { createFirstPass, type FirstPass } from './first-pass.ts'
export { createReadingHash } from './reading-hash.ts'
export { runInTurns } from './run-in-turns.ts'
export type { ColumnSettings, UnderstoodColumns } from './understood-columns.ts'
