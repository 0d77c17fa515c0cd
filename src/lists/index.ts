/**
 * One shape for every list that can be imported: numbered rows with cells, a header and how it was read. Takes a file to
 * our own disk, finds out what it is, and opens the lists in it: a text, the sheets of a workbook, what a zip archive
 * holds. Writes lists, too. Knows nothing of customers, MongoDB or Slack.
 */
export { describeWritten } from './describe-written.ts'
export { findReadings } from './find-readings.ts'
export type { List, ListDialect, ListFile, ListPlace } from './list-file.ts'
export { type ListSource, openListFile, type ReadListOptions } from './open-list-file.ts'
export { type SpooledFile, spoolFile } from './spool-file.ts'
export { type ListFormat, MAX_WORKBOOK_CELL, type WrittenList, writeList } from './write-list.ts'
