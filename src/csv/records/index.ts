/** Splits text into records and cells. */
export { CELL_LIMIT, type FramedRecord, RECORD_LIMIT, RecordFramer } from './frame-records.ts'
export { countLineBreaks } from './line-ends.ts'
export type { TableWidth } from './line-evidence.ts'
export { joinMarked, OTHER_MARKS } from './merge-marked.ts'
export { RowBuilder } from './read-rows.ts'
export { splitCells } from './split-cells.ts'
