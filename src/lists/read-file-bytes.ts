import { open } from 'node:fs/promises'
import type { ByteSource } from '../csv/index.ts'

const PIECE_BYTES = 64 * 1024

/**
 * The bytes of a local file, read on demand. A piece is valid until the next one is requested, because all share
 * one buffer: buffers of their own would wait in memory for a garbage collection, up to 90 MB of them.
 */
export async function* readFileBytes(path: string): ByteSource {
  const file = await open(path)
  try {
    const buffer = Buffer.allocUnsafeSlow(PIECE_BYTES)
    while (true) {
      const { bytesRead } = await file.read(buffer, 0, PIECE_BYTES, null)
      if (bytesRead === 0) return
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}
