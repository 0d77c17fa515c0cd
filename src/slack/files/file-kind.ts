import { formatOfExtension } from '../../csv/index.ts'
import { AppError, type ErrorCode } from '../../errors.ts'
import type { SlackFile } from './file-info.ts'

/** Extensions that are read; Slack's `filetype` uses the same words. The content decides in the end. */
const TABLES: ReadonlySet<string> = new Set([
  'csv',
  'tsv',
  'tab',
  'psv',
  'xlsx',
  'xlsm',
  'xltx',
  'xltm',
  'zip',
])
/** Spreadsheets that are not supported: rejected before a byte is read. */
const OTHER_SPREADSHEETS: ReadonlyMap<string, ErrorCode> = new Map([
  ['xls', 'workbook_xls'],
  ['xlsb', 'workbook_xlsb'],
  ['ods', 'workbook_ods'],
  ['numbers', 'workbook_numbers'],
])
/** A table or free text: the first bytes decide. */
const TEXTS: ReadonlySet<string> = new Set(['txt', 'text', 'dat'])
/** The file types of a file field: Slack checks the extension. */
export const LIST_EXTENSIONS: readonly string[] = [...TABLES, ...TEXTS]
// Names and types of text tables from other programs, if the extension is unknown.
const TABLE_MIMETYPES: ReadonlySet<string> = new Set([
  'text/csv',
  'text/tab-separated-values',
  'application/csv',
  'text/comma-separated-values',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/vnd.ms-excel.sheet.macroenabled.12',
])

/**
 * Classifies a file by name and type. `perhaps`: its first bytes decide (`looksLikeTable`). `not_for_us`:
 * pictures, videos, documents and code, which people share in the channel for other reasons.
 * @throws AppError workbook_xls, workbook_xlsb, workbook_ods, workbook_numbers, not_csv, with how to convert
 * it to a list; external_file; file_deleted
 */
export function classifyFile(file: SlackFile): 'table' | 'perhaps' | 'not_for_us' {
  const name = file.name ?? file.title ?? 'this file'
  if (file.mode === 'tombstone' || file.mode === 'hidden_by_limit')
    throw new AppError('file_deleted', { file: name })
  const extension = extensionOf(name)
  const kinds = [extension, file.filetype ?? '']
  const isTable =
    kinds.some((kind) => TABLES.has(kind)) || TABLE_MIMETYPES.has((file.mimetype ?? '').toLowerCase())
  const near = nearMiss(name, kinds)

  if (file.mode !== 'hosted' && file.mode !== 'snippet') {
    // `external` files have an address that somebody else chooses; posts, canvases and lists are no files.
    const looksMeant = isTable || near !== undefined
    if (file.mode === 'external' && looksMeant) throw new AppError('external_file', { file: name })
    return 'not_for_us'
  }
  // The person sees the extension: `list.pdf` is no list, whatever Slack detects.
  const seen = nearMiss(name, [extension])
  if (seen) throw seen
  if (isTable) return 'table'
  if (near) throw near
  const isText = kinds.some((kind) => TEXTS.has(kind)) || (extension === '' && isUntyped(file))
  return isText ? 'perhaps' : 'not_for_us'
}

// A number with as many digits as a phone, in any grouping.
const PHONE_LIKE = /(?:\d[\s().-]*){7,}/

/**
 * True if the start of a text looks like a table of customers: lines with the same separator, or something
 * like a phone. Decides only whether the bot replies at all.
 */
export function looksLikeTable(beginning: Uint8Array): boolean {
  // UTF-16 without its zero bytes is readable enough here, in either byte order.
  const text = new TextDecoder('latin1').decode(beginning.subarray(0, 8_192)).replaceAll('\0', '')
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '')
  const separator = [',', ';', '\t', '|'].find((mark) => lines[0]?.includes(mark))
  const isLinedUp = separator !== undefined && lines.slice(1, 4).every((line) => line.includes(separator))
  return lines.length > 1 && (isLinedUp || lines.slice(0, 4).some((line) => PHONE_LIKE.test(line)))
}

/** The error for a file type that people share in place of a list; undefined for other types. */
function nearMiss(file: string, kinds: readonly string[]): AppError | undefined {
  for (const extension of kinds) {
    const spreadsheet = OTHER_SPREADSHEETS.get(extension)
    if (spreadsheet) return new AppError(spreadsheet, { file })
    const format = formatOfExtension(extension)
    if (format) return new AppError('not_csv', { file, kind: format.kind, how: format.how })
  }
  return undefined
}

/** True if a file is a workbook or may contain one, by name and type. */
export function isWorkbook({ name, title, filetype, mimetype }: SlackFile): boolean {
  const kinds = [extensionOf(name ?? title ?? ''), filetype ?? '']
  return (
    kinds.some((kind) => /^(xl[st][xm]|zip)$/.test(kind)) ||
    /spreadsheetml|sheet\.macroenabled/i.test(mimetype ?? '')
  )
}

function isUntyped(file: SlackFile): boolean {
  const types: readonly (string | undefined)[] = ['', 'auto', 'binary', undefined]
  return types.includes(file.filetype) && !/^(image|video|audio)\//.test(file.mimetype ?? '')
}

function extensionOf(name: string): string {
  return /\.([a-z0-9]{1,10})$/i.exec(name.trim())?.[1]?.toLowerCase() ?? ''
}
