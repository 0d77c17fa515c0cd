import { AppError } from '../../errors.ts'
import type { ByteSource } from '../csv-file.ts'

/** Bytes per piece, so small that no step over a piece blocks the event loop for more than a few ms. */
export const PIECE_BYTES = 64 * 1024

/**
 * Reads a source in pieces of exactly `PIECE_BYTES` (the last may be shorter), so that results never depend
 * on how the bytes arrive.
 */
export class PieceReader {
  readonly #source: ByteSource
  readonly #iterator: AsyncIterator<Uint8Array>
  readonly #maxBytes: number
  readonly #fileName: string | undefined
  #waiting: Buffer[] = []
  #waitingBytes = 0
  #bytes = 0
  #isDone = false
  #isClosed = false

  constructor(source: ByteSource, maxBytes: number, fileName: string | undefined) {
    this.#source = source
    this.#iterator = source[Symbol.asyncIterator]()
    this.#maxBytes = maxBytes
    this.#fileName = fileName
  }

  /**
   * The next piece, or null after the last one.
   * @throws AppError file_too_large; errors of the source
   */
  async next(): Promise<Buffer | null> {
    while (!this.#isDone && this.#waitingBytes < PIECE_BYTES) {
      const { done, value } = await this.#iterator.next()
      if (this.#isClosed) break
      if (done) this.#isDone = true
      else if (value.length > 0) {
        this.#waiting.push(Buffer.from(value.buffer, value.byteOffset, value.length))
        this.#waitingBytes += value.length
      }
    }
    // Never taken for the end of the file: the text so far would become its last row.
    if (this.#isClosed) throw new Error('The file was closed while it was read.')
    const piece = this.#take()
    if (piece === null) return null
    this.#bytes += piece.length
    if (this.#bytes > this.#maxBytes) throw fileTooLarge(this.#maxBytes, this.#fileName)
    return piece
  }

  #take(): Buffer | null {
    const first = this.#waiting[0]
    if (first === undefined) return null
    if (first.length < PIECE_BYTES && this.#waiting.length > 1) {
      this.#waiting = [Buffer.concat(this.#waiting)]
      return this.#take()
    }
    this.#waitingBytes -= Math.min(first.length, PIECE_BYTES)
    if (first.length <= PIECE_BYTES) {
      this.#waiting.shift()
      return first
    }
    this.#waiting[0] = first.subarray(PIECE_BYTES)
    return first.subarray(0, PIECE_BYTES)
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Releases the source, also while a `next` waits for it. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#waiting = []
    this.#waitingBytes = 0
    if (this.#isDone) return
    this.#isDone = true
    // A stream is destroyed: its iterator's `return` would wait for a read that may never end.
    const { destroy } = this.#source as { destroy?: unknown }
    if (typeof destroy === 'function') destroy.call(this.#source)
    else await this.#iterator.return?.()
  }
}

/** The error for a file over the byte limit, with the limit in a readable unit. */
function fileTooLarge(maxBytes: number, fileName: string | undefined): AppError {
  return new AppError('file_too_large', {
    limit: describeBytes(maxBytes),
    ...(fileName && { file: fileName }),
  })
}

function describeBytes(bytes: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB']
  let amount = bytes
  let unit = 0
  while (amount >= 1024 && unit < units.length - 1) {
    amount /= 1024
    unit += 1
  }
  return `${Number(amount.toFixed(1))} ${units[unit]}`
}
