/**
 * Says and switches what a record of the customer collection is: the words and the run of `npm run records`.
 */
export { runRecords } from './run-records.ts'
