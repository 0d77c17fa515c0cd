/**
 * Bytes to numbered rows: encoding, table, records. Also rows to CSV bytes. Has no code for customers,
 * MongoDB or Slack.
 */
export {
  type EncodingHints,
  EncodingProbe,
  type EncodingReading,
  isKnownEncoding,
  type ProbedEncoding,
} from './bytes/index.ts'
export type { ByteSource, CsvDialect, CsvFile, CsvLimits, CsvRow } from './csv-file.ts'
export {
  findHeader,
  findSmallTables,
  formatOfExtension,
  isBlankLine,
  joinHeader,
  NonDataLines,
  SecondHeaders,
} from './detect/index.ts'
export { openCsv } from './open-csv.ts'
export type { FramedRecord } from './records/index.ts'
export { joinPieces, writeCsvFile } from './write/index.ts'
