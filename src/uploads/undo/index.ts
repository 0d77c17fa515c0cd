/**
 * Undoes an upload: request, select rows, plan, write. An undo is an upload without a file and runs under the
 * same lease.
 */
export {
  areUndoValuesRemoved,
  checkUndoable,
  countUndo,
  type PossibleUndo,
  queueUndo,
  type UndoRefusal,
} from './undo-request.ts'
export { finishFailedUndo, runUndo } from './undo-run.ts'
