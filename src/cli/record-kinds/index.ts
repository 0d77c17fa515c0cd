/** Shows and switches the record kind of the customer collection: texts and run of `npm run records`. */
export { runRecords } from './run-records.ts'
