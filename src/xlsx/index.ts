/**
 * Excel workbooks (.xlsx, .xlsm): streams the rows of a sheet as exact text, and writes rows to a workbook.
 * Also detects a file's type and opens the one list in a zip archive. Memory is flat, all statements of a
 * file are checked, and every rejection is an `AppError`. Has no code for columns, customers and CSV.
 */

export { EXCEL_CELL_LENGTH, Turns } from './bounds/index.ts'
export { identifyFile } from './identify-file.ts'
export { type OpenWorkbookOptions, openWorkbook, type SheetReading, type Workbook } from './open-workbook.ts'
export { openZippedFile } from './open-zipped-file.ts'
export { LONG_GAP, type SheetNote, type SheetNoteKind, type SheetRow } from './sheet/index.ts'
export type { Sheet } from './sheets.ts'
export { type WriteWorkbookOptions, writeWorkbookFile } from './write/index.ts'
