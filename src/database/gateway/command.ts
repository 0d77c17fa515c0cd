import { BSON } from 'bson'
import { CommandError } from './engine-errors.ts'
import {
  BSON_TYPE,
  type BsonElement,
  concatenateArray,
  MAX_DOCUMENT_BYTES,
  pickElements,
  readElements,
  readInteger,
  readString,
  sliceDocument,
  type WireRequest,
} from './wire/index.ts'

/** A command: the request's body with its top-level elements, and its document sequences. */
export interface Command {
  readonly name: string
  readonly database: string
  readonly body: Buffer
  readonly elements: ReadonlyMap<string, BsonElement>
  readonly sequences: ReadonlyMap<string, Buffer>
  /** Milliseconds; 0 for no limit. */
  readonly maxTimeMs: number
  /** The logical session as an opaque key; null without one. */
  readonly session: string | null
}

/** MongoDB allows this much above a document's limit for the command around it (BSONObjMaxInternalSize). */
const MAX_BODY_BYTES = MAX_DOCUMENT_BYTES + 16 * 1024

/** Elements about the session, which the engine does not know. */
const CONVERSATION = new Set([
  'lsid',
  'txnNumber',
  'writeConcern',
  'readConcern',
  'maxTimeMS',
  'apiVersion',
  'apiStrict',
  'apiDeprecationErrors',
])

export function readCommand(request: WireRequest): Command {
  const { body, sequences } = request
  if (body.length > MAX_BODY_BYTES) throw tooLarge(body.length)
  const elements = new Map<string, BsonElement>()
  for (const element of readElements(body)) elements.set(element.name, element)
  const [first] = elements.values()
  if (!first) throw new CommandError(59, 'CommandNotFound', 'An empty document is no command.')
  if (elements.has('startTransaction') || elements.has('autocommit'))
    throw new CommandError(20, 'IllegalOperation', 'Transactions are not supported by this server.')
  const lsid = elements.get('lsid')
  return {
    name: first.name,
    database: readString(body, elements.get('$db')) ?? 'admin',
    body,
    elements,
    sequences,
    maxTimeMs: Number(readInteger(body, elements.get('maxTimeMS')) ?? 0n),
    session:
      lsid?.type === BSON_TYPE.document ? sessionKey(sliceDocument(body, lsid.valueStart, lsid.end)) : null,
  }
}

/** The same key for the same session, whatever the position of its document. */
export function sessionKey(lsid: Buffer): string {
  return lsid.toString('latin1')
}

/** The command without session elements and the given one, as the engine needs it. */
export function toSpec(command: Command, without?: string): Buffer {
  const kept: BsonElement[] = []
  for (const element of command.elements.values())
    if (!element.name.startsWith('$') && !CONVERSATION.has(element.name) && element.name !== without)
      kept.push(element)
  return pickElements(command.body, kept)
}

/** The documents of a write, end to end, whether sent beside the body or inside it. */
export function toSequence(command: Command, list: string): Buffer {
  const beside = command.sequences.get(list)
  if (beside) return beside
  const inside = command.elements.get(list)
  if (inside?.type !== BSON_TYPE.array)
    throw new CommandError(40414, 'Location40414', `The field "${command.name}.${list}" is required.`)
  return concatenateArray(command.body, inside)
}

/** The collection of a command: its first element's text. */
export function collectionOf(command: Command): string {
  const name = readString(command.body, command.elements.get(command.name))
  if (!name) throw new CommandError(73, 'InvalidNamespace', `${command.name} must name a collection.`)
  return name
}

export function tooLarge(bytes: number): CommandError {
  return new CommandError(
    10334,
    'BSONObjectTooLarge',
    `A document of ${bytes} bytes is larger than the ${MAX_DOCUMENT_BYTES} allowed.`,
  )
}

export function encode(document: BSON.Document): Buffer {
  return Buffer.from(BSON.serialize(document, { ignoreUndefined: true }))
}

export function decode(bytes: Buffer): BSON.Document {
  return BSON.deserialize(bytes, { promoteLongs: false, validation: { utf8: false } })
}

export function encodeError(error: CommandError): Buffer {
  return encode({ ok: 0, errmsg: error.message, code: error.code, codeName: error.codeName })
}
