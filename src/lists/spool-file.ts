import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type ByteSource, type EncodingHints, EncodingProbe, type ProbedEncoding } from '../csv/index.ts'
import { AppError } from '../errors.ts'
import { formatNumber } from '../locale.ts'
import { makeTemporaryFolder } from '../temporary-folder.ts'

const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d
const MEBIBYTE = 1024 * 1024

/** A file on our own disk, complete. */
export interface SpooledFile {
  readonly path: string
  /** Its own, where more can be kept until it is removed. */
  readonly folder: string
  readonly bytes: number
  readonly sha256: string
  /** Line ends in it, CR and LF counted apart: never fewer than its rows. 0 in a zip archive, as a workbook is one. */
  readonly lineEnds: number
  /** How bytes that are not UTF-8 are to be read, judged by the whole file; not judged in a zip archive. */
  readonly probed: ProbedEncoding
  /** The bytes from the start; `onBytes` hears how many have been read so far. */
  read(onBytes?: (total: number) => void): ByteSource
  remove(): Promise<void>
}

interface SpoolOptions {
  readonly name: string
  readonly maxBytes: number
  /** Size as announced, where it is known. */
  readonly expectedBytes?: number
  readonly signal?: AbortSignal
  /** What helps to judge the encoding. */
  readonly hints: EncodingHints
}

/**
 * Takes a whole file in before anything is done with it. A download that breaks off, a file that is too large or not
 * the one an earlier run began with is found out here, when nothing has been written yet; and an import that takes
 * an hour holds no connection to Slack meanwhile.
 *
 * @throws AppError file_too_large, file_truncated, or whatever the source throws
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
      // The packed bytes of a workbook have neither lines nor an encoding, and judging them takes long.
      if (!isArchive) {
        lineEnds += countLineEnds(chunk)
        probe.add(chunk)
      }
      yield chunk
    }
  }

  try {
    await pipeline(measured, createWriteStream(path, { mode: 0o600 }), { signal: options.signal })
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
  for (const byte of chunk) if (byte === LINE_FEED || byte === CARRIAGE_RETURN) count++
  return count
}
