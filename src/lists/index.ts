/**
 * One interface for every list that can be imported: numbered rows with cells, a header and how it was read.
 * Spools a file, detects its type, and opens its lists: a text, the sheets of a workbook, the content of a
 * zip archive. Writes lists too. Has no code for customers, MongoDB or Slack.
 */
export { describeWritten } from './describe-written.ts'
export { findReadings } from './find-readings.ts'
export type { List, ListFile, ListPlace } from './list-file.ts'
export { type ListSource, openListFile, type ReadListOptions } from './open-list-file.ts'
export { readFileBytes } from './read-file-bytes.ts'
export { spoolFile } from './spool-file.ts'
export { type ListFormat, MAX_WORKBOOK_CELL, type WrittenList, writeList } from './write-list.ts'
