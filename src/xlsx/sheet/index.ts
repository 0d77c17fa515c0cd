/**
 * One worksheet: turns its XML into rows of exact text, with notes on surprises, and reads the shared string
 * table. Has no code for archives.
 */
export type { CellContext } from './cell-text.ts'
export { LONG_GAP, type SheetNote, type SheetNoteKind } from './sheet-notes.ts'
export { type RowLimits, type SheetRow, SheetScanner } from './sheet-scanner.ts'
export { StringTable } from './string-table.ts'
