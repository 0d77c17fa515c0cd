/** A message's code, and its length without the code. */
export const HEAD_BYTES = 5

/** Cuts a stream of packets into PostgreSQL's messages. A message in many packets is copied once. */
export function createMessageCutter(onMessage: (message: Buffer) => void): (packet: Buffer) => void {
  let parts: Buffer[] = []
  let waiting = 0

  function join(): Buffer {
    const [first] = parts
    const all = parts.length === 1 && first ? first : Buffer.concat(parts, waiting)
    parts = [all]
    return all
  }

  function messageBytes(): number {
    if (waiting < HEAD_BYTES) return Number.POSITIVE_INFINITY
    const [first] = parts
    const head = first && first.length >= HEAD_BYTES ? first : join()
    return 1 + head.readUInt32BE(1)
  }

  return (packet) => {
    parts.push(packet)
    waiting += packet.length
    for (let bytes = messageBytes(); waiting >= bytes; bytes = messageBytes()) {
      const all = join()
      parts = bytes < waiting ? [all.subarray(bytes)] : []
      waiting -= bytes
      onMessage(all.subarray(0, bytes))
    }
  }
}
