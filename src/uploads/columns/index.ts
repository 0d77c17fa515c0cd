/**
 * How a person corrects the columns of a file: modals, reading a held file again, reading an undone file
 * again. Also begins that for an import whose reading an update lost. Does not choose columns, and reads no file.
 */
export {
  findColumnWindow,
  hashReading,
  rememberColumnWindow,
  saveColumnWindow,
  takeColumnWindow,
} from './column-windows.ts'
export { countForgottenRows } from './count-forgotten-rows.ts'
export { findSampledCustomers } from './find-sampled-customers.ts'
export { queueReread } from './queue-reread.ts'
export { queueRestart } from './queue-restart.ts'
export { readAgain } from './read-again.ts'
export { sampleColumns } from './sample-columns.ts'
