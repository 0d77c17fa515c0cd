/**
 * Bytes to numbered rows: encoding, table, records. And rows to CSV bytes.
 * Knows nothing of customers, MongoDB or Slack.
 */
export {
  type EncodingHints,
  EncodingProbe,
  type EncodingReading,
  isKnownEncoding,
  type ProbedEncoding,
} from './bytes/index.ts'
export type { ByteSource, CsvFile, CsvLimits } from './csv-file.ts'
export { type ForeignFormat, formatOfExtension } from './detect/index.ts'
export { openCsv } from './open-csv.ts'
export { joinPieces, writeCsvFile } from './write/index.ts'
