/** A file format that is no list: its name, and how to convert it to a list. */
export interface ForeignFormat {
  readonly kind: string
  readonly how: string
}

const SHARE = 'and share that file here.'
const EXCEL = `Open it in Excel, choose File > Save As > "Excel Workbook (*.xlsx)", ${SHARE}`
const TABLE = `Export the list as a CSV file or an Excel workbook from the program it comes from, ${SHARE}`
const UNPACK = 'Unpack it and share the list inside.'
const CONTACTS = `Export the contacts as CSV, ${SHARE}`

/**
 * Formats that people share in place of a list, with their texts. The answer is the same whether the name or
 * the first bytes show the format.
 */
export const FOREIGN_FORMATS = {
  xlsx: { kind: 'an Excel workbook (.xlsx)', how: EXCEL },
  xls: { kind: 'an old Excel workbook (.xls)', how: EXCEL },
  xlsb: { kind: 'a binary Excel workbook (.xlsb)', how: EXCEL },
  encryptedExcel: { kind: 'an Excel workbook protected with a password', how: EXCEL },
  excelXml: { kind: 'an Excel XML spreadsheet', how: EXCEL },
  numbers: {
    kind: 'a Numbers spreadsheet',
    how: `Open it in Numbers, choose File > Export To > Excel, ${SHARE}`,
  },
  ods: {
    kind: 'a LibreOffice spreadsheet (.ods)',
    how: `Open it in LibreOffice, choose File > Save As > "Excel 2007-365 (.xlsx)", ${SHARE}`,
  },
  gsheet: {
    kind: 'a link to a Google sheet',
    how: `In Google Sheets choose File > Download > Microsoft Excel (.xlsx), ${SHARE}`,
  },
  pdf: {
    kind: 'a PDF document',
    how: 'A table in a PDF cannot be read reliably. Share the spreadsheet it was made from.',
  },
  word: { kind: 'a Word document', how: TABLE },
  presentation: { kind: 'a presentation', how: TABLE },
  rtf: { kind: 'a rich text document', how: TABLE },
  picture: { kind: 'a picture', how: TABLE },
  zip: { kind: 'a zip archive', how: UNPACK },
  gzip: { kind: 'a gzip archive', how: UNPACK },
  bzip2: { kind: 'a bzip2 archive', how: UNPACK },
  sevenZip: { kind: 'a 7-Zip archive', how: UNPACK },
  rar: { kind: 'a RAR archive', how: UNPACK },
  xz: { kind: 'an xz archive', how: UNPACK },
  zstandard: { kind: 'a Zstandard archive', how: UNPACK },
  parquet: { kind: 'a Parquet file', how: TABLE },
  avro: { kind: 'an Avro file', how: TABLE },
  sqlite: { kind: 'a SQLite database', how: TABLE },
  json: { kind: 'a JSON file', how: TABLE },
  xml: { kind: 'an XML file', how: TABLE },
  webPage: {
    kind: 'a web page',
    how: `If it opens in Excel, save it there as an Excel workbook (.xlsx), ${SHARE}`,
  },
  savedWebPage: {
    kind: 'a saved web page',
    how: `Open it in Excel, save it as an Excel workbook (.xlsx), ${SHARE}`,
  },
  vcard: { kind: 'a contact card (vCard)', how: CONTACTS },
  calendar: { kind: 'a calendar (iCalendar)', how: TABLE },
  ldif: { kind: 'an LDIF export of a directory or address book', how: CONTACTS },
  sql: { kind: 'an SQL dump', how: `Export the table as a CSV file from the database, ${SHARE}` },
  lfsPointer: {
    kind: 'a Git LFS pointer, which stands for a file stored elsewhere',
    how: `Download the file itself (git lfs pull), ${SHARE}`,
  },
  yaml: { kind: 'a YAML file', how: TABLE },
  script: { kind: 'program text', how: TABLE },
  mail: { kind: 'an e-mail message', how: 'Save the list that is attached to it, and share that file here.' },
  shortcut: { kind: 'a link to a web address', how: `Download the list it leads to, ${SHARE}` },
  armoured: { kind: 'an encrypted or signed text', how: `Decrypt it first, ${SHARE}` },
  fieldLines: { kind: 'a list with one field per line', how: TABLE },
  fixedWidth: {
    kind: 'a table whose columns are lined up with spaces',
    how: `Export it again with commas or tabs between the columns, ${SHARE}`,
  },
  drawnTable: {
    kind: 'a table drawn with lines, as a terminal shows it',
    how: `Export it again with commas or tabs between the columns, ${SHARE}`,
  },
  sylk: { kind: 'a SYLK spreadsheet', how: EXCEL },
  dif: { kind: 'a DIF spreadsheet', how: EXCEL },
  formUpload: { kind: 'the upload of a web form, with its envelope', how: TABLE },
  patch: { kind: 'a list of changes (diff)', how: `Apply it first, ${SHARE}` },
  conflict: {
    kind: 'a list with unresolved merge conflicts (<<<<<<<)',
    how: `Resolve them first, ${SHARE}`,
  },
  log: { kind: 'the log of a program', how: TABLE },
  latex: { kind: 'a LaTeX table', how: TABLE },
  wiki: { kind: 'a table in wiki markup', how: TABLE },
  formData: { kind: 'form data of a web page (name=value&…)', how: TABLE },
  controlSeparated: {
    kind: 'a table whose columns are separated by control characters',
    how: `Export it again with commas or tabs between the columns, ${SHARE}`,
  },
  binary: { kind: 'binary data', how: TABLE },
} as const satisfies Record<string, ForeignFormat>

/**
 * Extensions of files that people share when they mean their customer list; Slack's `filetype` uses the same
 * words. Spreadsheets and zip archives are handled where workbooks are read.
 */
const BY_EXTENSION: Readonly<Record<string, ForeignFormat>> = {
  gsheet: FOREIGN_FORMATS.gsheet,
  gz: FOREIGN_FORMATS.gzip,
  gzip: FOREIGN_FORMATS.gzip,
  bz2: FOREIGN_FORMATS.bzip2,
  rar: FOREIGN_FORMATS.rar,
  '7z': FOREIGN_FORMATS.sevenZip,
  xz: FOREIGN_FORMATS.xz,
  zst: FOREIGN_FORMATS.zstandard,
  pdf: FOREIGN_FORMATS.pdf,
  json: FOREIGN_FORMATS.json,
  xml: FOREIGN_FORMATS.xml,
  html: FOREIGN_FORMATS.webPage,
  htm: FOREIGN_FORMATS.webPage,
  vcf: FOREIGN_FORMATS.vcard,
  parquet: FOREIGN_FORMATS.parquet,
  avro: FOREIGN_FORMATS.avro,
  sqlite: FOREIGN_FORMATS.sqlite,
}

/** @param extension without its dot, in lower case; undefined for formats that are never a list */
export function formatOfExtension(extension: string): ForeignFormat | undefined {
  return Object.hasOwn(BY_EXTENSION, extension) ? BY_EXTENSION[extension] : undefined
}
