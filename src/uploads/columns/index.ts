/**
 * The columns of a file as a person corrects them: windows, reading a held file again, reading an undone file again.
 * Does not decide what a column is for, and reads no file.
 */
export {
  findColumnWindow,
  rememberColumnWindow,
  saveColumnWindow,
  takeColumnWindow,
} from './column-windows.ts'
export { findSampledCustomers } from './find-sampled-customers.ts'
export { queueReread } from './queue-reread.ts'
export { readAgain } from './read-again.ts'
export { sampleColumns } from './sample-columns.ts'
