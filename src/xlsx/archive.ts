import type { Readable } from 'node:stream'
import { crc32, createInflateRaw } from 'node:zlib'
import yauzl, { type Entry, type ZipFile } from 'yauzl'
import { AppError } from '../errors.ts'
import { ARCHIVE_LIMITS, type ArchiveLimits, damaged, Turns, tooLarge } from './bounds/index.ts'

const INFLATE_CHUNK_BYTES = 16 * 1024
const LOCAL_HEADER_BYTES = 30
const STORED = 0
const DEFLATED = 8

export interface ReadPartOptions {
  /** Unpacked bytes. More are rejected as `workbook_too_large`. */
  readonly maxBytes?: number
  /** Called with the packed bytes read so far. */
  readonly onPackedBytes?: (total: number) => void
}

/** A zip archive whose entries are read by name. All its statements about itself are checked. */
export interface Archive {
  /** Names of all files in it, as written, without folders. */
  readonly names: readonly string[]
  has(name: string): boolean
  /** Sizes as stated in the archive; undefined for an unknown part. */
  sizeOf(name: string): { readonly packed: number; readonly unpacked: number } | undefined
  /**
   * The unpacked bytes in pieces of at most 64 KB. Yields to other tasks between pieces.
   * @throws AppError workbook_damaged, workbook_too_large, file_encrypted
   */
  read(name: string, options?: ReadPartOptions): AsyncGenerator<Buffer>
  /** Resolves when the file is closed. */
  close(): Promise<void>
}

/** @throws AppError workbook_damaged, workbook_too_large, or the file system's error */
export async function openArchive(
  path: string,
  limits: ArchiveLimits = ARCHIVE_LIMITS,
  signal?: AbortSignal,
): Promise<Archive> {
  const zip = await openZip(path)
  const closed = new Promise<void>((resolve) => zip.once('close', resolve))
  const close = () => {
    if (zip.isOpen) zip.close()
    return closed
  }
  try {
    const entries = await readDirectory(zip, limits)
    const find = (name: string) => entries.get(name.toLowerCase())
    return {
      names: [...entries.values()].map(({ name }) => name),
      has: (name) => find(name) !== undefined,
      sizeOf: (name) => {
        const entry = find(name)?.entry
        return entry && { packed: entry.compressedSize, unpacked: entry.uncompressedSize }
      },
      read: (name, options = {}) => {
        const entry = find(name)?.entry
        if (!entry) throw damaged('a part is missing')
        return readEntry(zip, entry, { maxBytes: limits.partBytes, ...options }, limits, signal)
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function openZip(path: string): Promise<ZipFile> {
  try {
    // Names are decoded below: the library rejects names with a leading slash, which some programs write.
    const options = { autoClose: false, lazyEntries: true, decodeStrings: false, validateEntrySizes: false }
    return await yauzl.openPromise(path, options)
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) throw error
    throw damaged('its table of contents is missing or cut off', error)
  }
}

interface NamedEntry {
  readonly name: string
  readonly entry: Entry
}

/** Entries by lower-case name, because part names are compared without case (ECMA-376 part 2). */
async function readDirectory(zip: ZipFile, limits: ArchiveLimits): Promise<Map<string, NamedEntry>> {
  if (zip.entryCount > limits.entries) throw tooLarge(`it has more than ${limits.entries} parts`)
  const entries = new Map<string, NamedEntry>()
  const turns = new Turns()
  let bytes = 0
  try {
    for await (const entry of zip.eachEntry()) {
      bytes += entry.fileNameLength + entry.extraFieldLength + entry.fileCommentLength
      if (bytes > limits.directoryBytes) throw tooLarge('its table of contents is too long')
      await turns.giveWay()
      const name = nameOf(entry)
      if (name.endsWith('/')) continue
      if (name.split('/').includes('..')) throw damaged('a part has a forbidden name')
      const key = name.toLowerCase()
      if (entries.has(key)) throw damaged('two parts have the same name')
      entries.set(key, { name, entry })
    }
  } catch (error) {
    if (error instanceof AppError) throw error
    throw damaged('its table of contents cannot be read', error)
  }
  requireApart([...entries.values()].map(({ entry }) => entry))
  return entries
}

function nameOf(entry: Entry): string {
  const { generalPurposeBitFlag, fileNameRaw, extraFields } = entry
  return yauzl
    .getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, true)
    .replaceAll('\\', '/')
    .replace(/^\/+/, '')
}

/** Entries that share bytes can unpack to any size, so they are rejected. */
function requireApart(entries: readonly Entry[]): void {
  const sorted = [...entries].sort((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader)
  let end = 0
  for (const { relativeOffsetOfLocalHeader: start, compressedSize } of sorted) {
    if (start < end) throw damaged('its parts overlap')
    end = start + LOCAL_HEADER_BYTES + compressedSize
  }
}

async function* readEntry(
  zip: ZipFile,
  entry: Entry,
  options: ReadPartOptions & { readonly maxBytes: number },
  limits: ArchiveLimits,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  const { maxBytes, onPackedBytes } = options
  if (entry.isEncrypted()) throw new AppError('file_encrypted')
  const method = entry.compressionMethod
  if (method !== STORED && method !== DEFLATED)
    throw damaged('it is compressed in a way that cannot be unpacked')
  if (entry.uncompressedSize > maxBytes) throw tooLarge(`a part unpacks to over ${megabytes(maxBytes)}`)
  // Both are checked again during unpacking: the stated sizes may be too small.
  requireSaneRatio(entry.uncompressedSize, entry, limits)
  const turns = new Turns()
  let bytes = 0
  let crc = 0
  let opened: UnpackedStream | undefined
  try {
    opened = await openUnpacked(zip, entry, onPackedBytes)
    for await (const chunk of opened.stream) {
      signal?.throwIfAborted()
      bytes += chunk.length
      if (bytes > entry.uncompressedSize) throw damaged('a part is longer than the archive states')
      requireSaneRatio(bytes, entry, limits)
      crc = crc32(chunk, crc)
      yield chunk
      await turns.giveWay()
    }
    if (bytes !== entry.uncompressedSize) throw damaged('a part is shorter than the archive states')
    if (crc !== entry.crc32) throw damaged('the checksum of a part is wrong')
  } catch (error) {
    throw isOfArchive(error) && !signal?.aborted ? damaged('a part cannot be unpacked', error) : error
  } finally {
    opened?.destroy()
  }
}

function requireSaneRatio(bytes: number, { compressedSize }: Entry, limits: ArchiveLimits): void {
  if (bytes > limits.ratioFromBytes && bytes > compressedSize * limits.ratio)
    throw tooLarge(`a part unpacks to over ${limits.ratio} times its size`)
}

interface UnpackedStream {
  readonly stream: AsyncIterable<Buffer>
  destroy(): void
}

async function openUnpacked(
  zip: ZipFile,
  entry: Entry,
  onPackedBytes: ReadPartOptions['onPackedBytes'],
): Promise<UnpackedStream> {
  const packed = await zip.openReadStreamPromise(entry, { decodeFileData: false })
  if (onPackedBytes) reportProgress(packed, onPackedBytes)
  if (entry.compressionMethod === STORED) return { stream: packed, destroy: () => packed.destroy() }
  const inflate = createInflateRaw({ chunkSize: INFLATE_CHUNK_BYTES })
  packed.on('error', (error) => inflate.destroy(error))
  packed.pipe(inflate)
  return {
    stream: inflate,
    destroy: () => {
      packed.unpipe(inflate)
      packed.destroy()
      inflate.destroy()
    },
  }
}

function reportProgress(packed: Readable, onPackedBytes: (total: number) => void): void {
  let total = 0
  packed.on('data', (chunk: Buffer) => {
    total += chunk.length
    onPackedBytes(total)
  })
  packed.pause()
}

/** True for errors of the zip library and of zlib; other errors are not about the archive. */
function isOfArchive(error: unknown): boolean {
  return error instanceof Error && !(error instanceof AppError) && !('syscall' in error)
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MB`
}
