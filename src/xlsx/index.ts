/**
 * Excel workbooks (.xlsx, .xlsm): opens one and streams the rows of a sheet as exact text, and writes rows to one. It
 * also tells what a file is and finds the one list in a zip archive. Memory is flat, nothing a file says of itself is
 * believed, and every refusal is an `AppError`. It knows nothing of columns, customers and CSV.
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
