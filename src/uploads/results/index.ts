/**
 * What an upload did, from its stored rows: outcomes, changed fields, shared phones, dummies. Plans and
 * writes nothing.
 */
export { countDummies, describeDummies } from './count-dummies.ts'
export {
  addRows,
  countOutcomes,
  countRows,
  countStored,
  describeRowNotes,
  emptyCounts,
  findProblems,
  type RowCounts,
} from './count-outcomes.ts'
export { findSharedPhones, readSharedPhones } from './find-shared-phones.ts'
export { type NetRow, readNetRows } from './read-net-rows.ts'
export {
  type ChangeSummary,
  createChangeSummary,
  summariseChanges,
  summariseNet,
} from './summarise-changes.ts'
