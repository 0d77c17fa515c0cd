/**
 * Takes back an upload: request, select rows, plan, write.
 * An undo is an upload without a file and runs under the same lease.
 */
export { countUndo, judgeUndo, type PossibleUndo, queueUndo, type UndoRefusal } from './undo-request.ts'
export { runUndo, settleFailedUndo } from './undo-run.ts'
