/**
 * A customer's history from stored rows: timeline, replay, story. Only reads; undo and switches
 * write.
 */
export {
  customerBefore,
  fieldsOf,
  findCustomerIds,
  findPhone,
  findSources,
  findUploads,
  type HistoryEvent,
  isUndo,
  type PastCustomer,
  readChanges,
  readHistory,
  type ValueSource,
} from './read-history.ts'
export { readRecordHistory, readRecordsBefore } from './record-history.ts'
export {
  type CustomerStory,
  type FieldStory,
  findLatePlaces,
  type LatePlace,
  replayCustomer,
} from './replay.ts'
export { openTimeline, type Timeline } from './timeline.ts'
