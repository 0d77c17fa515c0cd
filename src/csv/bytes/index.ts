/** Reads a file in pieces, detects its encoding, decodes text. */

export type { EncodingReading } from './decide-encoding.ts'
export {
  type DecodedPiece,
  type DecodingEvent,
  isKnownEncoding,
  requireEncoding,
  TextReader,
} from './decode-text.ts'
export { detectEncoding } from './detect-encoding.ts'
export { type EncodingHints, EncodingProbe, type ProbedEncoding } from './probe-encoding.ts'
export { PIECE_BYTES, PieceReader } from './read-pieces.ts'
