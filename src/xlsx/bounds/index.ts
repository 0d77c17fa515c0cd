/** Bounds of the workbook reader: limits, coded errors, yielding to other tasks. */
export { Turns } from './give-way.ts'
export {
  ARCHIVE_LIMITS,
  type ArchiveLimits,
  EXCEL_CELL_LENGTH,
  EXCEL_COLUMNS,
  EXCEL_ROWS,
  ROW_LENGTH,
} from './limits.ts'
export { damaged, tooLarge, withFileName } from './refusals.ts'
