/** Writes CSV that spreadsheets open without running formulas. */
export { joinPieces } from './join-pieces.ts'
export { writeCsvFile } from './write-csv-file.ts'
