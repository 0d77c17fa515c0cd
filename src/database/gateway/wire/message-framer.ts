import { HEADER_BYTES, MAX_MESSAGE_BYTES, ProtocolError } from './wire-message.ts'

/** Where the messages of a protocol have their length. */
interface Framing {
  /** The first bytes of a message, which contain its length. */
  readonly headBytes: number
  /** The bytes of a whole message. May throw for an impossible length. */
  lengthOf(head: Buffer): number
}

/** MongoDB's messages. */
const MONGODB: Framing = {
  headBytes: 4,
  lengthOf(head) {
    const length = head.readInt32LE(0)
    if (length < HEADER_BYTES || length > MAX_MESSAGE_BYTES)
      throw new ProtocolError(`A message claims ${length} bytes; ${MAX_MESSAGE_BYTES} is the most.`)
    return length
  },
}

/**
 * Cuts a stream of packets into messages. A message in one packet is a view on it. A message in many packets
 * is copied once, after its last byte.
 */
export function createFramer({ headBytes, lengthOf }: Framing = MONGODB) {
  let parts: Buffer[] = []
  let waiting = 0

  function take(count: number): Buffer {
    const all = parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts, waiting)
    const rest = all.subarray(count)
    parts = rest.length > 0 ? [rest] : []
    waiting = rest.length
    return all.subarray(0, count)
  }

  function messageLength(): number | undefined {
    if (waiting < headBytes) return undefined
    if ((parts[0]?.length ?? 0) < headBytes) parts = [Buffer.concat(parts, waiting)]
    return parts[0] && lengthOf(parts[0])
  }

  return {
    /** Bytes of the incomplete message. */
    get heldBytes(): number {
      return waiting
    },

    /** The messages the packet completes, in order. Throws what `lengthOf` throws. */
    push(packet: Buffer): Buffer[] {
      if (packet.length > 0) {
        parts.push(packet)
        waiting += packet.length
      }
      const messages: Buffer[] = []
      for (let length = messageLength(); length !== undefined && waiting >= length; length = messageLength())
        messages.push(take(length))
      return messages
    },
  }
}
