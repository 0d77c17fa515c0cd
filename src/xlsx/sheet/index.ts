/**
 * One worksheet: its XML becomes rows of exact text, with notes on what is not as its reader may think, and the table
 * of texts its cells refer to. It knows nothing of archives.
 */
export { type CellContext, UNCALCULATED } from './cell-text.ts'
export { LONG_GAP, type SheetNote, type SheetNoteKind } from './sheet-notes.ts'
export { type RowLimits, type SheetRow, SheetScanner } from './sheet-scanner.ts'
export { StringTable } from './string-table.ts'
