import { damaged } from '../bounds/index.ts'

/** An opening tag. The object is reused for every tag, so it is valid during the call only. */
export interface XmlTag {
  source: string
  /** The attributes start at this index in `source` … */
  from: number
  /** … and end here. */
  to: number
  /** Where the element's content starts; `from` for an empty element. */
  contentFrom: number
  /**
   * Set by a handler that has read the element to its end: where the scanner continues. Its close event is
   * skipped.
   */
  resumeAt: number
}

/**
 * Reads an element whose whole content is one text between two known strings, `<v>` and `</v></c>` for a
 * cell. Most cells are like this, so four tags are passed at once.
 * @param name the element's name as in the end tag in `after`; one with a prefix does not match
 * @returns null for any other content, or if it continues in the next piece; the scanner then walks through
 * it
 */
export function readPlainContent(tag: XmlTag, name: string, before: string, after: string): string | null {
  const { source, contentFrom } = tag
  if (!source.startsWith(before, contentFrom)) return null
  const from = contentFrom + before.length
  const to = source.indexOf('<', from)
  if (to < 0 || !source.startsWith(after, to) || !hasName(tag, name)) return null
  tag.resumeAt = to + after.length
  return decodeEntities(source.slice(from, to))
}

function hasName({ source, from }: XmlTag, name: string): boolean {
  return source.startsWith(name, from - name.length) && source.charCodeAt(from - name.length - 1) === LESS
}

/** The position of one attribute in the tag's source. */
export interface AttributePlace {
  nameFrom: number
  nameTo: number
  valueFrom: number
  valueTo: number
}

const SPACE = 0x20
const DOUBLE_QUOTE = 0x22
const SINGLE_QUOTE = 0x27
const LESS = 0x3c
const EQUALS = 0x3d

/**
 * Finds the next attribute. @param at where to start: `tag.from`, or the last call's result
 * @returns where the next one starts, or -1 if the tag has no more
 * @throws AppError workbook_damaged
 */
export function nextAttribute(tag: XmlTag, at: number, place: AttributePlace): number {
  const { source, to } = tag
  const nameFrom = skipSpace(source, at, to)
  if (nameFrom >= to) return -1
  let nameTo = nameFrom
  for (; nameTo < to; nameTo += 1) {
    const code = source.charCodeAt(nameTo)
    if (code === EQUALS || code <= SPACE) break
  }
  const equals = skipSpace(source, nameTo, to)
  if (source.charCodeAt(equals) !== EQUALS || nameTo === nameFrom) throw damaged('an attribute has no value')
  const open = skipSpace(source, equals + 1, to)
  const quote = source.charCodeAt(open)
  if (quote !== DOUBLE_QUOTE && quote !== SINGLE_QUOTE) throw damaged('an attribute has no quotes')
  const close = source.indexOf(quote === DOUBLE_QUOTE ? '"' : "'", open + 1)
  if (close < 0 || close >= to) throw damaged('an attribute has no end')
  place.nameFrom = nameFrom
  place.nameTo = nameTo
  place.valueFrom = open + 1
  place.valueTo = close
  return close + 1
}

function skipSpace(source: string, from: number, to: number): number {
  let at = from
  while (at < to && source.charCodeAt(at) <= SPACE) at += 1
  return at
}

/**
 * The attributes by local name. Those with a prefix keep a colon: `r:id` is `:id`. Namespace declarations are
 * left out.
 */
export function attributesOf(tag: XmlTag): Map<string, string> {
  const found = new Map<string, string>()
  const place: AttributePlace = { nameFrom: 0, nameTo: 0, valueFrom: 0, valueTo: 0 }
  for (let at = nextAttribute(tag, tag.from, place); at >= 0; at = nextAttribute(tag, at, place)) {
    const name = tag.source.slice(place.nameFrom, place.nameTo)
    if (name === 'xmlns' || name.startsWith('xmlns:')) continue
    const colon = name.indexOf(':')
    const value = tag.source.slice(place.valueFrom, place.valueTo).replace(/[\t\n]/g, ' ')
    found.set(colon < 0 ? name : name.slice(colon), decodeEntities(value))
  }
  return found
}

/** Parses an XML boolean. */
export function isTrue(value: string | undefined): boolean {
  return value === '1' || value === 'true'
}

const NAMED: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
])
const LAST_CODE_POINT = 0x10ffff

/**
 * Resolves XML's five entities and character references. No others can be defined, because document types are
 * rejected.
 */
export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&([^;&]*);?/g, (whole, name: string) => {
    if (!whole.endsWith(';')) throw damaged('an ampersand stands alone')
    return NAMED.get(name) ?? decodeReference(name)
  })
}

function decodeReference(name: string): string {
  const hexadecimal = /^#x([0-9a-f]+)$/i.exec(name)?.[1]
  const decimal = /^#(\d+)$/.exec(name)?.[1]
  const code = hexadecimal !== undefined ? Number.parseInt(hexadecimal, 16) : Number(decimal ?? Number.NaN)
  if (!(code > 0 && code <= LAST_CODE_POINT)) throw damaged('it uses an unknown entity')
  return String.fromCodePoint(code)
}
