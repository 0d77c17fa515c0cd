/**
 * The columns of a file: the page that shows what each was read as, and /uploads mapping.
 * What a file did stands in commands/receipts.
 */
export { viewColumns } from './columns-page.ts'
export { MAPPING_ACTIONS, runMapping } from './mapping.ts'
