/**
 * Imports one file: spools it, chooses columns, reads rows, applies them in batches, collects the rows to
 * correct. Other folders own the lease, the writes and the queue.
 */

export type { LostReading } from '../readings/index.ts'
export { nameFailedRows, writeFailedRows } from './failed-rows.ts'
export { readFileName } from './file-name.ts'
export { importFile } from './import-file.ts'
export { type ImportOptions, importOptionsOf } from './import-options.ts'
export { createPathSource, findOtherPhones, sizeOf } from './path-source.ts'
