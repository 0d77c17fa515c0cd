/**
 * MongoDB's wire protocol, one message at a time. Supports what current drivers send: OP_MSG, and OP_QUERY
 * for a connection's first hello. Source:
 * https://github.com/mongodb/specifications/blob/master/source/message/OP_MSG.md
 */
import { MalformedBsonError, sliceDocument } from './bson-bytes.ts'

export const HEADER_BYTES = 16
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024
export const MAX_MESSAGE_BYTES = 48_000_000

const OP_REPLY = 1
const OP_QUERY = 2004
const OP_MSG = 2013

const CHECKSUM_PRESENT = 1
const MORE_TO_COME = 2
/**
 * Bits 0–15 change how a message must be read: an unknown one makes it unreadable. Bits 16–31 are optional.
 */
const REQUIRED_BITS = 0xffff

/** A request as received; all buffers are views on the message's memory. */
export interface WireRequest {
  readonly requestId: number
  readonly kind: 'msg' | 'query'
  /** The command itself. */
  readonly body: Buffer
  /** Sequences sent beside the body (`documents`, `updates`, `deletes`), each as documents end to end. */
  readonly sequences: ReadonlyMap<string, Buffer>
  /** False if the client expects no answer (an unacknowledged write). */
  readonly wantsReply: boolean
}

/** A message that cannot be answered: the connection must be closed, as MongoDB does. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
}

/** Parses one whole message (header included). */
export function parseMessage(message: Buffer): WireRequest {
  const opCode = message.readInt32LE(12)
  if (opCode === OP_MSG) return parseMsg(message)
  if (opCode === OP_QUERY) return parseQuery(message)
  throw new ProtocolError(`Operation ${opCode} is not spoken here.`)
}

/** The answer to a request, with the request's opcode. */
export function encodeReply(
  request: WireRequest,
  replyId: number,
  body: Buffer,
): [head: Buffer, body: Buffer] {
  return request.kind === 'msg' ? encodeMsg(request, replyId, body) : encodeQueryReply(request, replyId, body)
}

function parseMsg(message: Buffer): WireRequest {
  if (message.length < HEADER_BYTES + 4) throw new ProtocolError('A message is too short.')
  const flags = message.readUInt32LE(HEADER_BYTES)
  const unknown = flags & REQUIRED_BITS & ~(CHECKSUM_PRESENT | MORE_TO_COME)
  if (unknown !== 0) throw new ProtocolError(`Flag bits ${unknown} are not known.`)
  const end = message.length - (flags & CHECKSUM_PRESENT ? 4 : 0)
  const sequences = new Map<string, Buffer>()
  let body: Buffer | undefined
  for (let at = HEADER_BYTES + 4; at < end; ) {
    const section = message[at]
    if (section === 0) {
      if (body) throw new ProtocolError('A message has two bodies.')
      body = sliceDocument(message, at + 1, end)
      at += 1 + body.length
    } else if (section === 1) {
      const sequence = parseSequence(message, at + 1, end)
      if (sequences.has(sequence.name)) throw new ProtocolError(`The list "${sequence.name}" is sent twice.`)
      sequences.set(sequence.name, sequence.documents)
      at = sequence.end
    } else throw new ProtocolError(`Section kind ${section} is not known.`)
  }
  if (!body) throw new ProtocolError('A message has no body.')
  return {
    requestId: message.readInt32LE(4),
    kind: 'msg',
    body,
    sequences,
    wantsReply: (flags & MORE_TO_COME) === 0,
  }
}

function parseSequence(message: Buffer, at: number, limit: number) {
  if (at + 4 > limit) throw new MalformedBsonError('A document sequence is cut off.')
  const size = message.readInt32LE(at)
  const end = at + size
  if (size < 5 || end > limit) throw new MalformedBsonError(`A document sequence claims ${size} bytes.`)
  const nameEnd = message.indexOf(0, at + 4)
  if (nameEnd === -1 || nameEnd >= end)
    throw new MalformedBsonError('The name of a document sequence does not end.')
  return {
    name: message.toString('utf8', at + 4, nameEnd),
    documents: message.subarray(nameEnd + 1, end),
    end,
  }
}

function parseQuery(message: Buffer): WireRequest {
  const namespaceEnd = message.indexOf(0, HEADER_BYTES + 4)
  if (namespaceEnd === -1) throw new ProtocolError('A query names no collection.')
  const namespace = message.toString('utf8', HEADER_BYTES + 4, namespaceEnd)
  if (!namespace.endsWith('.$cmd')) throw new ProtocolError('Only commands are spoken in OP_QUERY.')
  const body = sliceDocument(message, namespaceEnd + 1 + 8)
  return { requestId: message.readInt32LE(4), kind: 'query', body, sequences: new Map(), wantsReply: true }
}

function encodeMsg(request: WireRequest, replyId: number, body: Buffer): [Buffer, Buffer] {
  const head = Buffer.alloc(HEADER_BYTES + 5) // flags 0, one section of kind 0
  writeHeader(head, head.length + body.length, replyId, request.requestId, OP_MSG)
  return [head, body]
}

function encodeQueryReply(request: WireRequest, replyId: number, body: Buffer): [Buffer, Buffer] {
  const head = Buffer.alloc(HEADER_BYTES + 20)
  writeHeader(head, head.length + body.length, replyId, request.requestId, OP_REPLY)
  head.writeInt32LE(8, HEADER_BYTES) // AwaitCapable, as in every server since 1.6
  head.writeInt32LE(1, HEADER_BYTES + 16) // one document
  return [head, body]
}

function writeHeader(head: Buffer, length: number, id: number, to: number, opCode: number): void {
  head.writeInt32LE(length, 0)
  head.writeInt32LE(id, 4)
  head.writeInt32LE(to, 8)
  head.writeInt32LE(opCode, 12)
}
