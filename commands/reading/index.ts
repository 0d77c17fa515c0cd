/**
 * How a file was read, in words: its line in previews and receipts, the names of columns and of what they are read as.
 * Knows no receipt and no window.
 */
export { nameColumn } from './name-column.ts'
export { COLUMNS_VIEW, describeReading, WRONG_COLUMN, wrongColumn } from './reading-line.ts'
export { describeNotes } from './reading-notes.ts'
export { RULE_WORDS } from './rule-words.ts'
