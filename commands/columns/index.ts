/**
 * The columns of a file: the page with their targets, the modal that corrects them, and /uploads mapping.
 * commands/receipts shows what a file did.
 */

export { buildColumnsPage } from './columns-page.ts'
export { MAPPING_ACTIONS, runMapping } from './mapping.ts'
export { answerForm, COLUMN_ACTIONS, findFormChannel } from './wrong-column.ts'
