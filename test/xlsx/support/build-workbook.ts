import type { ZipEntry } from './build-zip.ts'

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
export const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
export const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006/relationships'

export interface BuiltSheet {
  readonly name?: string
  readonly state?: 'hidden' | 'veryHidden'
  /** `worksheet` by default. */
  readonly type?: string
  /** The rows' XML. */
  readonly rows?: string
  readonly before?: string
  readonly after?: string
  /** The whole part, in place of the above. */
  readonly xml?: string | Buffer
}

export interface BuiltWorkbook {
  readonly sheets: readonly BuiltSheet[]
  /** The shared strings, each the content of an `si`. */
  readonly texts?: readonly string[]
  /** Number formats of styles 1, 2, …: built-in ones by number, others by code. */
  readonly formats?: readonly (number | string)[]
  readonly is1904?: boolean
  readonly activeTab?: number
  readonly calculation?: string
  /** Parts by name that replace or complete the generated ones; null leaves one out. */
  readonly parts?: Readonly<Record<string, string | Buffer | null>>
}

/** The parts of a workbook with only what the test needs. */
export function buildWorkbook(workbook: BuiltWorkbook): ZipEntry[] {
  const { sheets, texts, formats, parts = {} } = workbook
  const all: Record<string, string | Buffer | null> = {
    '[Content_Types].xml': `${HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
    '_rels/.rels': relations([['officeDocument', 'xl/workbook.xml']]),
    'xl/workbook.xml': workbookXml(workbook),
    'xl/_rels/workbook.xml.rels': workbookRelations(workbook),
    ...(formats && { 'xl/styles.xml': stylesXml(formats) }),
    ...(texts && { 'xl/sharedStrings.xml': textsXml(texts) }),
    ...Object.fromEntries(sheets.map((sheet, at) => [`xl/worksheets/sheet${at + 1}.xml`, sheetXml(sheet)])),
    ...parts,
  }
  return Object.entries(all).flatMap(([name, content]) => (content === null ? [] : [{ name, content }]))
}

/** A workbook with one sheet of the given rows. */
export function withRows(rows: string, more: Omit<BuiltWorkbook, 'sheets'> & Omit<BuiltSheet, 'rows'> = {}) {
  const { name, state, type, before, after, ...workbook } = more
  return buildWorkbook({ ...workbook, sheets: [defined({ name, state, type, before, after, rows })] })
}

function defined(sheet: { [K in keyof BuiltSheet]: BuiltSheet[K] | undefined }): BuiltSheet {
  return Object.fromEntries(Object.entries(sheet).filter(([, value]) => value !== undefined))
}

export function sheetXml({ rows = '', before = '', after = '', xml }: BuiltSheet): string | Buffer {
  return (
    xml ??
    `${HEAD}<worksheet xmlns="${MAIN}" xmlns:r="${RELATIONS}">${before}<sheetData>${rows}</sheetData>${after}</worksheet>`
  )
}

export function textsXml(texts: readonly string[]): string {
  return `${HEAD}<sst xmlns="${MAIN}" count="${texts.length}" uniqueCount="${texts.length}">${texts.map((text) => `<si>${text}</si>`).join('')}</sst>`
}

export function workbookXml({ sheets, is1904, activeTab, calculation = '' }: BuiltWorkbook): string {
  const list = sheets
    .map(
      ({ name, state }, at) =>
        `<sheet name="${escapeXml(name ?? `Sheet${at + 1}`)}" sheetId="${at + 1}"${state ? ` state="${state}"` : ''} r:id="rId${at + 1}"/>`,
    )
    .join('')
  const view =
    activeTab === undefined ? '' : `<bookViews><workbookView activeTab="${activeTab}"/></bookViews>`
  return `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><workbookPr${is1904 ? ' date1904="1"' : ''}/>${view}<sheets>${list}</sheets>${calculation}</workbook>`
}

export function relations(list: readonly (readonly [type: string, target: string])[]): string {
  const all = list.map(
    ([type, target], at) =>
      `<Relationship Id="rId${at + 1}" Type="${RELATIONS}/${type}" Target="${target}"/>`,
  )
  return `${HEAD}<Relationships xmlns="${PACKAGE}">${all.join('')}</Relationships>`
}

export function workbookRelations({ sheets }: BuiltWorkbook, base = ''): string {
  return relations([
    ...sheets.map(({ type = 'worksheet' }, at) => [type, `${base}worksheets/sheet${at + 1}.xml`] as const),
    ['styles', `${base}styles.xml`],
    ['sharedStrings', `${base}sharedStrings.xml`],
  ])
}

export function stylesXml(formats: readonly (number | string)[]): string {
  const idOf = (format: number | string, at: number) => (typeof format === 'number' ? format : 164 + at)
  const codes = formats.map((format, at) =>
    typeof format === 'number'
      ? ''
      : `<numFmt numFmtId="${idOf(format, at)}" formatCode="${escapeXml(format)}"/>`,
  )
  const styles = formats.map((format, at) => `<xf numFmtId="${idOf(format, at)}" applyNumberFormat="1"/>`)
  return `${HEAD}<styleSheet xmlns="${MAIN}"><numFmts>${codes.join('')}</numFmts><cellStyleXfs><xf numFmtId="0"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>${styles.join('')}</cellXfs></styleSheet>`
}

export const row = (number: number, ...cells: readonly string[]) =>
  `<row r="${number}">${cells.join('')}</row>`
/** A number in a style. */
export const number = (reference: string, value: string, style?: number) =>
  `<c r="${reference}"${style === undefined ? '' : ` s="${style}"`}><v>${value}</v></c>`
export const inline = (reference: string, text: string) =>
  `<c r="${reference}" t="inlineStr"><is><t>${escapeXml(text)}</t></is></c>`
export const shared = (reference: string, index: number) => `<c r="${reference}" t="s"><v>${index}</v></c>`

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
