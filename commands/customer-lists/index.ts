/** Counts and exports customers by a filter, and sends files to one person. */
export { buildCountPage, countList } from './count-list.ts'
export { EXPORT_ACTIONS, EXPORT_ALL, EXPORT_FILTER, exportList } from './export-list.ts'
export { describeLimits, takeFormat, withLimits } from './list-format.ts'
export { sendWritten } from './private-file.ts'
