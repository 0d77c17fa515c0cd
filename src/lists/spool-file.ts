import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type ByteSource, type EncodingHints, EncodingProbe, type ProbedEncoding } from '../csv/index.ts'
import { AppError } from '../errors.ts'
import { formatNumber } from '../locale.ts'
import { makeTemporaryFolder } from '../private-files/index.ts'

const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d
const MEBIBYTE = 1024 * 1024

/** A complete file on the local disk. */
export interface SpooledFile {
  readonly path: string
  /** Its private folder, for further files until it is deleted. */
  readonly folder: string
  readonly bytes: number
  readonly sha256: string
  /**
   * Number of line ends, CR and LF counted separately: never fewer than its rows. 0 for a zip archive, which
   * includes workbooks.
   */
  readonly lineEnds: number
  /**
   * How bytes that are not UTF-8 are decoded, detected from the whole file; not detected for a zip archive.
   */
  readonly probed: ProbedEncoding
  /** The bytes from the start; `onBytes` is called with the number read so far. */
  read(onBytes?: (total: number) => void): ByteSource
  remove(): Promise<void>
}

interface SpoolOptions {
  readonly name: string
  readonly maxBytes: number
  /** The announced size, if known. */
  readonly expectedBytes?: number
  readonly signal?: AbortSignal
  /** Hints for the encoding. */
  readonly hints: EncodingHints
}

/**
 * Copies a whole file to disk before it is read. An interrupted download, a too large file or a changed file
 * is detected before anything is written. A long import also holds no connection to Slack.
 *
 * @param source may reuse the memory of a piece when the next one is requested
 * @throws AppError file_too_large, file_truncated; errors of the source
 */
export async function spoolFile(source: ByteSource, options: SpoolOptions): Promise<SpooledFile> {
  const folder = await makeTemporaryFolder()
  const path = join(folder, 'file')
  const remove = () => rm(folder, { recursive: true, force: true })
  const hash = createHash('sha256')
  const probe = new EncodingProbe()
  let probed: ProbedEncoding
  let bytes = 0
  let lineEnds = 0
  let isArchive: boolean | undefined

  async function* measured() {
    for await (const chunk of source) {
      bytes += chunk.length
      if (bytes > options.maxBytes) throw tooLarge(options)
      hash.update(chunk)
      isArchive ??= beginsArchive(chunk)
      // A workbook's packed bytes have neither lines nor an encoding, and detection takes long.
      if (!isArchive) {
        lineEnds += countLineEnds(chunk)
        probe.add(chunk)
      }
      yield chunk
    }
  }

  try {
    // A piece is written before the next one is requested: the source may reuse its buffer.
    const out = createWriteStream(path, { mode: 0o600, highWaterMark: 1 })
    await pipeline(measured, out, { signal: options.signal })
    if (options.expectedBytes !== undefined && options.expectedBytes !== bytes)
      throw new AppError('file_truncated', {
        file: options.name,
        got: formatNumber(bytes),
        expected: formatNumber(options.expectedBytes),
      })
    probed = isArchive ? { kind: 'unicode' } : await probe.rate(options.hints)
  } catch (error) {
    await remove()
    throw error
  }

  async function* read(onBytes: (total: number) => void = () => {}) {
    let total = 0
    for await (const chunk of createReadStream(path)) {
      total += chunk.length
      onBytes(total)
      yield chunk as Uint8Array
    }
  }
  return { path, folder, bytes, sha256: hash.digest('hex'), lineEnds, probed, read, remove }
}

const ZIP_BEGINS = Buffer.from('PK\x03\x04', 'latin1')

const beginsArchive = (chunk: Uint8Array): boolean => ZIP_BEGINS.equals(chunk.subarray(0, ZIP_BEGINS.length))

function tooLarge({ name, maxBytes }: SpoolOptions): AppError {
  return new AppError('file_too_large', { file: name, limit: `${Math.round(maxBytes / MEBIBYTE)} MB` })
}

function countLineEnds(chunk: Uint8Array): number {
  let count = 0
  // By index: an iterator over bytes takes some five times as long.
  for (let at = 0; at < chunk.length; at += 1) {
    const byte = chunk[at]
    if (byte === LINE_FEED || byte === CARRIAGE_RETURN) count += 1
  }
  return count
}
