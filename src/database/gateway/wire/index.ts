/** MongoDB's wire messages and BSON as bytes: framing, parsing, building. */
export {
  BSON_TYPE,
  type BsonElement,
  concatenateArray,
  MalformedBsonError,
  measureSequence,
  pickElements,
  readElements,
  readInteger,
  readString,
  sliceDocument,
} from './bson-bytes.ts'
export { createFramer } from './message-framer.ts'
export {
  encodeReply,
  MAX_DOCUMENT_BYTES,
  MAX_MESSAGE_BYTES,
  parseMessage,
  type WireRequest,
} from './wire-message.ts'
