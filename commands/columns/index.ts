/**
 * The columns of a file: the page that shows what each was read as, the window in which they are corrected, and
 * /uploads mapping.
 * What a file did stands in commands/receipts.
 */

export { viewColumns } from './columns-page.ts'
export { MAPPING_ACTIONS, runMapping } from './mapping.ts'
export { answerForm, COLUMN_ACTIONS, findFormChannel, type SentForm } from './wrong-column.ts'
