import { HEADER_BYTES, MAX_MESSAGE_BYTES, ProtocolError } from './wire-message.ts'

/**
 * Cuts a stream of packets into messages. A message in one packet is a view on it. A message in many packets
 * is copied once, after its last byte.
 */
export function createFramer(maxBytes = MAX_MESSAGE_BYTES) {
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
    if (waiting < 4) return undefined
    if ((parts[0]?.length ?? 0) < 4) parts = [Buffer.concat(parts, waiting)]
    const length = parts[0]?.readInt32LE(0) ?? 0
    if (length < HEADER_BYTES || length > maxBytes)
      throw new ProtocolError(`A message claims ${length} bytes; ${maxBytes} is the most.`)
    return length
  }

  return {
    /** Bytes of the incomplete message. */
    get heldBytes(): number {
      return waiting
    },

    /** The messages the packet completes, in order. Throws ProtocolError for an impossible length. */
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
