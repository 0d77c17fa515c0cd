import { type FileHandle, open } from 'node:fs/promises'
import { type Archive, openArchive } from './archive.ts'
import { ARCHIVE_LIMITS, type ArchiveLimits, withFileName } from './bounds/index.ts'
import { partOfType, readRelations } from './workbook-parts.ts'

/** A file's type by its content, among those that contain or resemble a workbook. */
export type FileKind =
  /** .xlsx, .xlsm and their templates. */
  | 'workbook'
  | 'xlsb'
  | 'xls'
  | 'ods'
  | 'numbers'
  /** A workbook or document protected with a password. */
  | 'encrypted'
  | 'word'
  | 'presentation'
  /** Any other zip archive. */
  | 'zip'
  | 'other'

const HEAD_BYTES = 512
/** With entries, empty, and split. */
const ZIP_SIGNATURES = ['PK\x03\x04', 'PK\x05\x06', 'PK\x07\x08']
const CFB_SIGNATURE = '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'
/** The first record of an Excel file from before 1997, by version. */
const OLD_EXCEL = ['\x09\0\x04\0', '\x09\x08\x10\0', '\x09\x04\x06\0', '\x09\x02\x06\0']

/**
 * Detects a file's type by its content, whatever its name.
 * @param fileName the file's name in sentences
 * @throws AppError workbook_damaged for an unreadable zip archive; or the file system's error
 */
export async function identifyFile(path: string, fileName?: string): Promise<FileKind> {
  const kind = await identifyHead(path)
  if (kind !== 'zip') return kind
  try {
    const archive = await openArchive(path)
    try {
      return (await identifyArchive(archive, ARCHIVE_LIMITS)).kind
    } finally {
      await archive.close()
    }
  } catch (error) {
    throw withFileName(error, fileName)
  }
}

/** Types detected without opening an archive. 'zip' is any zip archive: see `identifyArchive`. */
export async function identifyHead(path: string): Promise<Exclude<FileKind, 'workbook'>> {
  const file = await open(path)
  try {
    const head = await readBytes(file, 0, HEAD_BYTES)
    const start = head.toString('latin1', 0, 8)
    if (ZIP_SIGNATURES.some((signature) => start.startsWith(signature))) return 'zip'
    if (OLD_EXCEL.some((signature) => start.startsWith(signature))) return 'xls'
    return start === CFB_SIGNATURE ? identifyByStreams(await readStreamNames(file, head)) : 'other'
  } finally {
    await file.close()
  }
}

/** Types of zip archives, by their parts. `mainPart` is a workbook's first part. */
export async function identifyArchive(
  archive: Archive,
  limits: ArchiveLimits,
): Promise<{ readonly kind: FileKind; readonly mainPart: string }> {
  const mainPart = partOfType(await readRelations(archive, '', limits), 'officeDocument') ?? 'xl/workbook.xml'
  return { kind: await kindOf(archive, mainPart), mainPart }
}

async function kindOf(archive: Archive, mainPart: string): Promise<FileKind> {
  if (mainPart.toLowerCase().endsWith('.bin') || archive.has('xl/workbook.bin')) return 'xlsb'
  if (archive.has('word/document.xml')) return 'word'
  if (archive.has('ppt/presentation.xml')) return 'presentation'
  if (archive.has(mainPart)) return 'workbook'
  if (archive.has('content.xml') && archive.has('mimetype')) return await identifyOpenDocument(archive)
  const hasNumbers = archive.names.some((name) => /\.iwa$/i.test(name)) || archive.has('index.zip')
  return hasNumbers ? 'numbers' : 'zip'
}

const MAX_MIME_TYPE_BYTES = 1024

async function identifyOpenDocument(archive: Archive): Promise<FileKind> {
  let type = ''
  for await (const chunk of archive.read('mimetype', { maxBytes: MAX_MIME_TYPE_BYTES }))
    type += chunk.toString('latin1')
  if (type.includes('opendocument.text')) return 'word'
  return type.includes('opendocument.presentation') ? 'presentation' : 'ods'
}

function identifyByStreams(names: ReadonlySet<string>): Exclude<FileKind, 'workbook'> {
  if (names.has('EncryptedPackage')) return 'encrypted'
  if (names.has('Workbook') || names.has('Book')) return 'xls'
  if (names.has('WordDocument')) return 'word'
  return names.has('PowerPoint Document') ? 'presentation' : 'other'
}

const DIRECTORY_ENTRY_BYTES = 128
const NAME_BYTES = 64
/** Maximum of directory sectors read. A workbook has one to three. */
const MAX_DIRECTORY_SECTORS = 64
const LAST_REGULAR_SECTOR = 0xfffffffa
const SECTORS_IN_HEADER = 109

/** Names in the directory of a compound file (MS-CFB), which can be anywhere in the file. */
async function readStreamNames(file: FileHandle, header: Buffer): Promise<ReadonlySet<string>> {
  const names = new Set<string>()
  if (header.length < HEAD_BYTES) return names
  const sectorBytes = header.readUInt16LE(30) === 12 ? 4096 : 512
  const at = (sector: number) => (sector + 1) * sectorBytes
  let sector = header.readUInt32LE(48)
  for (let read = 0; read < MAX_DIRECTORY_SECTORS && sector <= LAST_REGULAR_SECTOR; read += 1) {
    const entries = await readBytes(file, at(sector), sectorBytes)
    for (let from = 0; from + DIRECTORY_ENTRY_BYTES <= entries.length; from += DIRECTORY_ENTRY_BYTES) {
      const length = Math.min(entries.readUInt16LE(from + NAME_BYTES), NAME_BYTES)
      if (length >= 2) names.add(entries.toString('utf16le', from, from + length - 2))
    }
    const inTable = Math.floor((sector * 4) / sectorBytes)
    if (inTable >= SECTORS_IN_HEADER) break
    const table = header.readUInt32LE(76 + 4 * inTable)
    const next = await readBytes(file, at(table) + ((sector * 4) % sectorBytes), 4)
    if (next.length < 4) break
    sector = next.readUInt32LE(0)
  }
  return names
}

async function readBytes(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position)
  return buffer.subarray(0, bytesRead)
}
