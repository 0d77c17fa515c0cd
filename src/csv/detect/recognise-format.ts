import { FOREIGN_FORMATS, type ForeignFormat } from './foreign-formats.ts'
import { recogniseText } from './recognise-text.ts'

/** First bytes of a zip: with entries, empty, and split. */
const ZIP = ['PK\x03\x04', 'PK\x05\x06', 'PK\x07\x08']

/** First bytes that identify a format (from the `file` command's magic database). */
const SIGNATURES: readonly (readonly [string, ForeignFormat])[] = [
  ['%PDF-', FOREIGN_FORMATS.pdf],
  ['\x89PNG\r\n\x1a\n', FOREIGN_FORMATS.picture],
  ['\xff\xd8\xff', FOREIGN_FORMATS.picture],
  ['GIF87a', FOREIGN_FORMATS.picture],
  ['GIF89a', FOREIGN_FORMATS.picture],
  ['II*\0', FOREIGN_FORMATS.picture],
  ['MM\0*', FOREIGN_FORMATS.picture],
  ['\x1f\x8b', FOREIGN_FORMATS.gzip],
  ['BZh', FOREIGN_FORMATS.bzip2],
  ['7z\xbc\xaf\x27\x1c', FOREIGN_FORMATS.sevenZip],
  ['Rar!\x1a\x07', FOREIGN_FORMATS.rar],
  ['\xfd7zXZ\0', FOREIGN_FORMATS.xz],
  ['\x28\xb5\x2f\xfd', FOREIGN_FORMATS.zstandard],
  ['PAR1', FOREIGN_FORMATS.parquet],
  ['Obj\x01', FOREIGN_FORMATS.avro],
  ['SQLite format 3\0', FOREIGN_FORMATS.sqlite],
  ['{\\rtf', FOREIGN_FORMATS.rtf],
  ['\x09\x08\x10\0', FOREIGN_FORMATS.xls],
  ['\x09\x04\x06\0', FOREIGN_FORMATS.xls],
  ['\x09\x02\x06\0', FOREIGN_FORMATS.xls],
]

/**
 * Recognises, by content, formats that people share in place of a list.
 *
 * @param head the first bytes of the file
 * @param text the same, decoded, for text formats
 */
export function recogniseFormat(head: Buffer, text: string): ForeignFormat | null {
  const bytes = head.toString('latin1')
  if (ZIP.some((signature) => bytes.startsWith(signature))) return recogniseZip(bytes)
  if (bytes.startsWith('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1')) return recogniseOle(bytes)
  if (/^(RIFF.{4}WEBP|.{4}ftyp(heic|heix|mif1|avif))/s.test(bytes)) return FOREIGN_FORMATS.picture
  const signed = SIGNATURES.find(([signature]) => bytes.startsWith(signature))
  if (signed) return signed[1]
  return recogniseText(text) ?? recogniseControls(text)
}

function recogniseZip(bytes: string): ForeignFormat {
  if (/xl\/|\[Content_Types\]\.xml/.test(bytes) && !/word\/|ppt\//.test(bytes)) {
    return FOREIGN_FORMATS.xlsx
  }
  if (bytes.includes('Index/Document.iwa') || bytes.includes('Index/CalculationEngine')) {
    return FOREIGN_FORMATS.numbers
  }
  if (bytes.includes('application/vnd.oasis.opendocument.spreadsheet')) {
    return FOREIGN_FORMATS.ods
  }
  if (/word\//.test(bytes)) return FOREIGN_FORMATS.word
  if (/ppt\//.test(bytes)) return FOREIGN_FORMATS.presentation
  return FOREIGN_FORMATS.zip
}

/**
 * The container of Office files before 2007, and of encrypted ones since (MS-CFB; stream names are UTF-16).
 */
function recogniseOle(bytes: string): ForeignFormat {
  const has = (name: string) => bytes.includes([...name].join('\0'))
  if (has('EncryptedPackage')) return FOREIGN_FORMATS.encryptedExcel
  if (has('WordDocument')) return FOREIGN_FORMATS.word
  return FOREIGN_FORMATS.xls
}

function recogniseControls(text: string): ForeignFormat | null {
  if (!looksBinary(text)) return null
  return SEPARATORS.some((sign) => isSeparator(text, sign))
    ? FOREIGN_FORMATS.controlSeparated
    : FOREIGN_FORMATS.binary
}

/** Hive writes the first, very old programs and their successors the others. */
const SEPARATORS = ['\x01', '\x02', '\x1f', '\x1e', '\x1c']
const LINES = 20

/** True if every line has the same number of them. */
function isSeparator(text: string, sign: string): boolean {
  const lines = text.split(/[\r\n]+/, LINES).filter((line) => line !== '')
  const counts = new Set(lines.slice(0, -1).map((line) => line.split(sign).length))
  const [count = 1] = counts
  return counts.size === 1 && count > 1 && !looksBinary(text.replaceAll(sign, ''))
}

/** A list may contain a few control characters, but not many. NULs are counted where they are removed. */
function looksBinary(text: string): boolean {
  if (text === '') return false
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  const controls = text.match(/[\x01-\x08\x0e-\x1f\x7f]/g)?.length ?? 0
  return controls > Math.max(2, text.length * 0.02)
}
