/**
 * Writes rows of text to an .xlsx file, as many sheets as they need, in flat memory. What is read back is the same.
 */
export {
  type WriteWorkbookOptions,
  type WrittenWorkbook,
  writeWorkbookFile,
} from './write-workbook-file.ts'
