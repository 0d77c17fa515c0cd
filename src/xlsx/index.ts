/**
 * Excel workbooks (.xlsx, .xlsm): streams the rows of a sheet as exact text, and writes rows to a workbook.
 * Also detects a file's type and opens the one list in a zip archive. Memory is flat, all statements of a
 * file are checked, and every rejection is an `AppError`. Has no code for columns, customers and CSV.
 */

export { EXCEL_CELL_LENGTH, Turns } from './bounds/index.ts'
export { type FileKind, identifyFile } from './identify-file.ts'
export {
  type OpenWorkbookOptions,
  openWorkbook,
  type ReadSheetOptions,
  type SheetReading,
  type Workbook,
} from './open-workbook.ts'
export { type OpenZippedFileOptions, openZippedFile, type ZippedFile } from './open-zipped-file.ts'
export { LONG_GAP, type SheetNote, type SheetNoteKind, type SheetRow, UNCALCULATED } from './sheet/index.ts'
export { findSheet, type Sheet } from './sheets.ts'
export {
  type WriteWorkbookOptions,
  type WrittenWorkbook,
  writeWorkbookFile,
} from './write/index.ts'
