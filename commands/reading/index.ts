/**
 * How a file was read, in words: its line in previews and receipts, the names of columns and targets. Has no
 * code for receipts or modals.
 */
export { nameColumn, shortColumn } from './name-column.ts'
export { COLUMNS_PAGE, describeReading, WRONG_COLUMN, wrongColumn } from './reading-line.ts'
export { describeNotes } from './reading-notes.ts'
export { RULE_WORDS } from './rule-words.ts'
