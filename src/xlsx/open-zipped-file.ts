import { AppError } from '../errors.ts'
import { type Archive, openArchive } from './archive.ts'
import { withFileName } from './bounds/index.ts'

interface OpenZippedFileOptions {
  /** Unpacked bytes. */
  readonly maxBytes: number
  /** The archive's name in sentences. */
  readonly fileName?: string
  readonly signal?: AbortSignal
}

/** The one list in a zip archive. */
interface ZippedFile {
  /** Without its folders. */
  readonly name: string
  /** By its name; the next reader checks the content. */
  readonly kind: 'csv' | 'workbook'
  /** Unpacked bytes, as stated in the archive. */
  readonly bytes: number
  /**
   * The unpacked bytes, checked against the archive's checksum.
   * @throws AppError workbook_damaged, file_too_large, file_encrypted, zip_contents if an archive is named
   * .csv
   */
  read(): AsyncGenerator<Uint8Array>
  close(): Promise<void>
}

/** Files that macOS and Windows add. */
const CLUTTER = /(^|\/)(__MACOSX\/|\.DS_Store$|\._[^/]*$|Thumbs\.db$|desktop\.ini$)/i
const LIST = /\.(csv|xlsx|xlsm)$/i
const ZIP_SIGNATURE = 'PK\x03\x04'
const MAX_LISTED_NAMES = 10
const MAX_NAME_LENGTH = 80
const MEBIBYTE = 1024 * 1024

/**
 * Opens a zip archive with exactly one .csv, .xlsx or .xlsm file, apart from system files. Archives inside it
 * are not opened.
 * @throws AppError zip_contents with the names found, workbook_damaged, workbook_too_large, file_encrypted,
 * file_too_large; or the file system's error
 */
export async function openZippedFile(path: string, options: OpenZippedFileOptions): Promise<ZippedFile> {
  const { fileName } = options
  try {
    const archive = await openArchive(path, undefined, options.signal)
    try {
      return await findFile(archive, options)
    } catch (error) {
      await archive.close()
      throw error
    }
  } catch (error) {
    throw withFileName(inWordsOfArchives(error), fileName)
  }
}

async function findFile(archive: Archive, options: OpenZippedFileOptions): Promise<ZippedFile> {
  const names = archive.names.filter((name) => !CLUTTER.test(name))
  const [path] = names
  const extension = LIST.exec(path ?? '')?.[1]?.toLowerCase()
  if (path === undefined || names.length > 1 || extension === undefined) throw refuseContents(names)
  const bytes = archive.sizeOf(path)?.unpacked ?? 0
  if (bytes > options.maxBytes) {
    const limit = `${Math.round(options.maxBytes / MEBIBYTE)} MB`
    throw new AppError('file_too_large', { limit })
  }
  const kind = extension === 'csv' ? 'csv' : 'workbook'
  return {
    name: baseName(path),
    kind,
    bytes,
    read: () => readFile(archive, path, kind, options),
    close: () => archive.close(),
  }
}

async function* readFile(
  archive: Archive,
  path: string,
  kind: ZippedFile['kind'],
  { maxBytes, fileName }: OpenZippedFileOptions,
): AsyncGenerator<Uint8Array> {
  let isFirst = true
  try {
    for await (const chunk of archive.read(path, { maxBytes })) {
      const isArchive = chunk.toString('latin1', 0, ZIP_SIGNATURE.length) === ZIP_SIGNATURE
      if (isFirst && kind === 'csv' && isArchive) throw refuseContents([path])
      isFirst = false
      yield chunk
    }
  } catch (error) {
    throw withFileName(inWordsOfArchives(error), fileName)
  }
}

function refuseContents(names: readonly string[]): AppError {
  const shown = names.slice(0, MAX_LISTED_NAMES).map(shownName)
  const more = names.length - shown.length
  return new AppError('zip_contents', { names: more > 0 ? [...shown, `and ${more} more`] : shown })
}

function baseName(path: string): string {
  return shownName(path.slice(path.lastIndexOf('/') + 1))
}

/** A name for people: no invisible characters, limited length. */
function shownName(name: string): string {
  const visible = name.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '')
  return visible.length > MAX_NAME_LENGTH ? `…${visible.slice(-MAX_NAME_LENGTH)}` : visible
}

const HOW_TO_ZIP = 'Share the list itself, or zip it again and share that file.'

/** Errors about archives: saving a workbook again does not repair one. */
function inWordsOfArchives(error: unknown): unknown {
  if (!(error instanceof AppError) || error.details.how !== undefined) return error
  if (error.code !== 'workbook_damaged' && error.code !== 'workbook_too_large') return error
  return new AppError(error.code, { ...error.details, how: HOW_TO_ZIP }, error.cause)
}
