import { damaged, EXCEL_COLUMNS, EXCEL_ROWS } from '../bounds/index.ts'
import { type AttributePlace, decodeEntities, isTrue, nextAttribute, type XmlTag } from '../xml/index.ts'

/** The attributes of a cell's tag: `<c r="B7" s="3" t="s">`. */
export interface CellTag {
  /** From 0; -1 if absent. */
  column: number
  /** From 1; 0 if absent. */
  row: number
  /** `s` shared string, `str` text of a formula, `inlineStr`, `n`, `b`, `e`, `d`. */
  type: string
  style: number
}

/** The attributes of a row's tag: `<row r="7" hidden="1">`. */
export interface RowTag {
  /** From 1 in a valid sheet; null if absent. */
  number: number | null
  isHidden: boolean
}

const REFERENCE = 'r'
const STYLE = 's'
const TYPE = 't'
const HIDDEN = 'hidden'
const UPPER_CASE = 0xdf
const A = 0x41
const Z = 0x5a
const ZERO = 0x30
const NINE = 0x39

const place: AttributePlace = { nameFrom: 0, nameTo: 0, valueFrom: 0, valueTo: 0 }

/** Fills `cell` from a tag. Other attributes are ignored, and only the type is allocated. */
export function readCellTag(tag: XmlTag, cell: CellTag): void {
  cell.column = -1
  cell.row = 0
  cell.type = 'n'
  cell.style = 0
  const { source } = tag
  for (let at = nextAttribute(tag, tag.from, place); at >= 0; at = nextAttribute(tag, at, place)) {
    if (place.nameTo - place.nameFrom !== 1) continue
    const name = source.charAt(place.nameFrom)
    if (name === REFERENCE) readReference(source, place.valueFrom, place.valueTo, cell)
    else if (name === STYLE) cell.style = Number(source.slice(place.valueFrom, place.valueTo))
    else if (name === TYPE) cell.type = source.slice(place.valueFrom, place.valueTo)
  }
}

/** Fills `row` from a tag. Other attributes are ignored; a map of all would be built for each row. */
export function readRowTag(tag: XmlTag, row: RowTag): void {
  row.number = null
  row.isHidden = false
  const { source } = tag
  for (let at = nextAttribute(tag, tag.from, place); at >= 0; at = nextAttribute(tag, at, place)) {
    const { nameFrom, nameTo, valueFrom, valueTo } = place
    const length = nameTo - nameFrom
    if (length === REFERENCE.length && source.startsWith(REFERENCE, nameFrom))
      row.number = Number(decodeEntities(source.slice(valueFrom, valueTo)))
    else if (length === HIDDEN.length && source.startsWith(HIDDEN, nameFrom))
      row.isHidden = isTrue(decodeEntities(source.slice(valueFrom, valueTo)))
  }
}

function readReference(source: string, from: number, to: number, cell: CellTag): void {
  let at = from
  let column = 0
  for (; at < to; at += 1) {
    const code = source.charCodeAt(at) & UPPER_CASE
    if (code < A || code > Z) break
    column = column * 26 + code - A + 1
  }
  let row = 0
  for (let digit = at; digit < to; digit += 1) {
    const code = source.charCodeAt(digit)
    if (code < ZERO || code > NINE) throw damaged('a cell has no valid place')
    row = row * 10 + code - ZERO
  }
  if (!(column >= 1 && column <= EXCEL_COLUMNS && row >= 1 && row <= EXCEL_ROWS))
    throw damaged('a cell has no valid place')
  cell.column = column - 1
  cell.row = row
}

/** The row number of the first cell in a reference such as `A1:B2`; 1 if there is none. */
export function rowOfArea(reference: string): number {
  return Number(/^\$?[A-Z]+\$?(\d+)/i.exec(reference)?.[1] ?? 1)
}
