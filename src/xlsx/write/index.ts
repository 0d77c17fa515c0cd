/**
 * Writes rows of text to an .xlsx file in flat memory, on as many sheets as needed. Reading it gives the same
 * text.
 */
export { type WriteWorkbookOptions, writeWorkbookFile } from './write-workbook-file.ts'
