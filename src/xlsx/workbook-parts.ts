import type { Archive, ReadPartOptions } from './archive.ts'
import { type ArchiveLimits, damaged, tooLarge } from './bounds/index.ts'
import { type NumberFormat, understandCode, understandFormat } from './numbers/index.ts'
import type { StringTable } from './sheet/index.ts'
import {
  attributesOf,
  decodeXml,
  ESCAPE_LENGTH,
  isTrue,
  readPlainContent,
  unescapeText,
  type XmlHandler,
  XmlScanner,
  type XmlTag,
} from './xml/index.ts'

/** Scans a whole part. */
async function scanPart(
  archive: Archive,
  part: string,
  handler: Partial<XmlHandler>,
  options?: ReadPartOptions,
): Promise<void> {
  const scanner = new XmlScanner({ open: nothing, close: nothing, text: nothing, ...handler })
  for await (const text of decodeXml(archive.read(part, options))) scanner.write(text)
  scanner.end()
}

function nothing(): void {}

/** The target of a part's relation; `type` is the last word of the relation's type. */
export interface Relation {
  readonly type: string
  readonly part: string
}

/** The relations of a part by id. @param part '' for the package itself */
export async function readRelations(
  archive: Archive,
  part: string,
  limits: ArchiveLimits,
): Promise<Map<string, Relation>> {
  const slash = part.lastIndexOf('/') + 1
  const name = `${part.slice(0, slash)}_rels/${part.slice(slash)}.rels`
  const found = new Map<string, Relation>()
  if (!archive.has(name)) return found
  await scanPart(archive, name, {
    open(element, _depth, tag) {
      if (element !== 'Relationship') return
      if (found.size >= limits.relations) throw tooLarge('its parts have too many relations')
      const attributes = attributesOf(tag)
      if (attributes.get('TargetMode') === 'External') return
      const type = attributes.get('Type')?.split('/').at(-1) ?? ''
      const target = resolveTarget(archive, part, attributes.get('Target') ?? '')
      found.set(attributes.get('Id') ?? '', { type, part: target })
    },
  })
  return found
}

/** The target of the first relation of a type. */
export function partOfType(relations: ReadonlyMap<string, Relation>, type: string): string | undefined {
  for (const relation of relations.values()) if (relation.type === type) return relation.part
  return undefined
}

function resolveTarget(archive: Archive, base: string, target: string): string {
  const path = target.replaceAll('\\', '/')
  const steps = path.startsWith('/') ? [] : base.split('/').slice(0, -1)
  for (const step of path.split('/')) {
    if (step === '..') steps.pop()
    else if (step !== '.' && step !== '') steps.push(step)
  }
  const part = steps.join('/')
  // Some programs write `sheet%201.xml` for a part named `sheet 1.xml`.
  return archive.has(part) || !part.includes('%') ? part : decodePercent(part)
}

function decodePercent(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

interface SheetEntry {
  readonly name: string
  readonly visibility: 'visible' | 'hidden' | 'veryHidden'
  readonly relationId: string
}

export interface WorkbookPart {
  readonly sheets: readonly SheetEntry[]
  /** Index of the sheet that is shown when the workbook is opened. */
  readonly activeTab: number
  readonly is1904: boolean
  /** The file marks its formula results as outdated. */
  readonly needsCalculation: boolean
}

export async function readWorkbookPart(
  archive: Archive,
  part: string,
  limits: ArchiveLimits,
): Promise<WorkbookPart> {
  const sheets: SheetEntry[] = []
  let activeTab: number | undefined
  let is1904 = false
  let needsCalculation = false
  let section = ''
  /** A reader per element, by `section/name`; elements of depth 2 are sections. */
  const readers: Readonly<Record<string, (attributes: ReadonlyMap<string, string>) => void>> = {
    workbookPr(attributes) {
      is1904 = isTrue(attributes.get('date1904'))
    },
    calcPr(attributes) {
      needsCalculation = isTrue(attributes.get('fullCalcOnLoad'))
    },
    'bookViews/workbookView'(attributes) {
      activeTab ??= Number(attributes.get('activeTab') ?? 0)
    },
    'sheets/sheet'(attributes) {
      if (sheets.length >= limits.sheets) throw tooLarge(`it has more than ${limits.sheets} sheets`)
      sheets.push(sheetEntry(attributes))
    },
  }
  await scanPart(archive, part, {
    open(name, depth, tag) {
      if (depth === 1 && name !== 'workbook') throw damaged('it is not a workbook')
      if (depth === 2) section = name
      const path = depth === 2 ? name : depth === 3 ? `${section}/${name}` : ''
      if (Object.hasOwn(readers, path)) readers[path]?.(attributesOf(tag))
    },
  })
  return { sheets, activeTab: activeTab ?? 0, is1904, needsCalculation }
}

function sheetEntry(attributes: ReadonlyMap<string, string>): SheetEntry {
  const state = attributes.get('state')
  return {
    name: unescapeText(attributes.get('name') ?? ''),
    visibility: state === 'hidden' || state === 'veryHidden' ? state : 'visible',
    relationId: attributes.get(':id') ?? '',
  }
}

/** The number format of each cell style, in the order cells refer to them. */
export async function readCellFormats(
  archive: Archive,
  part: string,
  limits: ArchiveLimits,
): Promise<readonly NumberFormat[]> {
  const codes = new Map<number, NumberFormat>()
  const styles: number[] = []
  let isInStyles = false
  await scanPart(archive, part, {
    open(name, depth, tag) {
      if (depth === 2) isInStyles = name === 'cellXfs'
      if (codes.size + styles.length > limits.formats) throw tooLarge('it has too many cell formats')
      if (depth === 3 && name === 'numFmt') {
        const attributes = attributesOf(tag)
        codes.set(Number(attributes.get('numFmtId')), understandCode(attributes.get('formatCode') ?? ''))
      } else if (depth === 3 && name === 'xf' && isInStyles)
        styles.push(Number(attributesOf(tag).get('numFmtId') ?? 0))
    },
  })
  return styles.map((id) => codes.get(id) ?? understandFormat(id))
}

/** Fills the shared string table. Formatted runs are joined; phonetic guides (furigana) are left out. */
export async function readSharedTexts(
  archive: Archive,
  part: string,
  table: StringTable,
  maxLength: number,
  options: ReadPartOptions,
): Promise<void> {
  const maxEscaped = ESCAPE_LENGTH * (maxLength + 1)
  let text = ''
  let phonetic = 0
  let isText = false
  const add = (escaped: string) => table.add(unescapeText(escaped).slice(0, maxLength + 1))
  await scanPart(
    archive,
    part,
    {
      open(name, depth, tag) {
        if (depth === 2 && name === 'si') {
          text = ''
          const plain = readPlainText(tag)
          if (plain !== null) add(plain)
        } else if (name === 'rPh') phonetic += 1
        else if (name === 't') isText = phonetic === 0 && depth > 2
      },
      close(name, depth) {
        if (name === 't') isText = false
        else if (name === 'rPh') phonetic -= 1
        else if (depth === 2 && name === 'si') add(text)
      },
      text(piece) {
        if (isText && text.length < maxEscaped) text += piece
      },
    },
    options,
  )
  table.end()
}

function readPlainText(tag: XmlTag): string | null {
  return (
    readPlainContent(tag, 'si', '<t>', '</t></si>') ??
    readPlainContent(tag, 'si', '<t xml:space="preserve">', '</t></si>')
  )
}
