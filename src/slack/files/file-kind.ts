import { formatOfExtension } from '../../csv/index.ts'
import { AppError, type ErrorCode } from '../../errors.ts'
import type { SlackFile } from './file-info.ts'

/** Extensions (Slack's `filetype` uses the same words) of what we read. Their content decides in the end. */
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
/** Spreadsheets we do not read: they are refused before a byte is read. */
const OTHER_SPREADSHEETS: ReadonlyMap<string, ErrorCode> = new Map([
  ['xls', 'workbook_xls'],
  ['xlsb', 'workbook_xlsb'],
  ['ods', 'workbook_ods'],
  ['numbers', 'workbook_numbers'],
])
/** What may be a table or somebody's notes: only the first bytes can tell. */
const TEXTS: ReadonlySet<string> = new Set(['txt', 'text', 'dat'])
/** What a field for files takes: Slack goes by the end of the name. */
export const LIST_EXTENSIONS: readonly string[] = [...TABLES, ...TEXTS]
// Names and types under which a text table arrives from other programs, when the extension says nothing.
const TABLE_MIMETYPES: ReadonlySet<string> = new Set([
  'text/csv',
  'text/tab-separated-values',
  'application/csv',
  'text/comma-separated-values',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/vnd.ms-excel.sheet.macroenabled.12',
])

/**
 * Whether a file is ours to read; `perhaps` where its first bytes have to decide (`looksLikeTable`). `not_for_us` is said of what nobody shares to have imported: pictures, videos,
 * documents, code; people use the channel for talking, too.
 * @throws AppError workbook_xls, workbook_xlsb, workbook_ods, workbook_numbers, not_csv, with how to make a list of it;
 *   external_file; file_deleted
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
    // `external` files let somebody else choose the address; posts, canvases and lists are no files at all.
    const looksMeant = isTable || near !== undefined
    if (file.mode === 'external' && looksMeant) throw new AppError('external_file', { file: name })
    return 'not_for_us'
  }
  // The extension is what the person sees: `list.pdf` is no list whatever Slack takes it for.
  const seen = nearMiss(name, [extension])
  if (seen) throw seen
  if (isTable) return 'table'
  if (near) throw near
  const isText = kinds.some((kind) => TEXTS.has(kind)) || (extension === '' && isUntyped(file))
  return isText ? 'perhaps' : 'not_for_us'
}

// A number with as many digits as a phone has, in any grouping.
const PHONE_LIKE = /(?:\d[\s().-]*){7,}/

/**
 * Whether the beginning of a text reads like a table of customers: lines with the same separator in them, or
 * something like a phone. Decides only whether we speak up at all.
 */
export function looksLikeTable(beginning: Uint8Array): boolean {
  // Without the zero bytes UTF-16 reads well enough for this, whichever way round it is.
  const text = new TextDecoder('latin1').decode(beginning.subarray(0, 8_192)).replaceAll('\0', '')
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '')
  const separator = [',', ';', '\t', '|'].find((mark) => lines[0]?.includes(mark))
  const isLinedUp = separator !== undefined && lines.slice(1, 4).every((line) => line.includes(separator))
  return lines.length > 1 && (isLinedUp || lines.slice(0, 4).some((line) => PHONE_LIKE.test(line)))
}

/** The refusal of what people share in place of a list we read; undefined where it is none. */
function nearMiss(file: string, kinds: readonly string[]): AppError | undefined {
  for (const extension of kinds) {
    const spreadsheet = OTHER_SPREADSHEETS.get(extension)
    if (spreadsheet) return new AppError(spreadsheet, { file })
    const format = formatOfExtension(extension)
    if (format) return new AppError('not_csv', { file, kind: format.kind, how: format.how })
  }
  return undefined
}

/** Whether a file is a workbook, or may hold one, by its name and type. */
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
