/** Turns a row into a customer: picks the phone, reads each cell, collects notes and problems. Pure. */
export { createRowReader } from './row-reader.ts'
