import type { RowProblemCode } from '../../errors.ts'
import {
  BLANK,
  BROKEN_FORMULA,
  type CellProblem,
  type CellReading,
  type ColumnStyle,
  cleanText,
  readText,
  spreadsheetError,
  usualDecimalMark,
} from '../cells/index.ts'
import { FIELD_READERS, type FieldReader, nameCell } from '../columns/index.ts'
import type { ColumnMapping, FieldCatalogue, FieldValue, HeaderMapping } from '../fields/index.ts'

/** Why a row cannot be used, before its line is known. */
export interface RowFailure {
  readonly code: RowProblemCode
  readonly column: string | null
  readonly message: string
}

type Cells = readonly string[]
type Values = Record<string, FieldValue | null>

/** Reads what one field or attribute needs from a row, and writes it down or says what is wrong. */
export type RowStep = (cells: Cells, values: Values, region: string) => RowFailure | null

interface StepOptions {
  readonly catalogue: FieldCatalogue
  readonly region: string
  readonly clearWord: string
}

/** A cell's reading, or the wish to empty the field. */
type Wish = CellReading | { readonly kind: 'clear' }
const CLEAR: Wish = { kind: 'clear' }

type ReadColumn = (cells: Cells, region: string) => Wish

interface FieldColumn {
  readonly mapping: ColumnMapping
  readonly read: ReadColumn
}

/** One step per field and attribute of the file, in the order of its columns. */
export function compileSteps(mapping: HeaderMapping, options: StepOptions): readonly RowStep[] {
  const steps: RowStep[] = []
  const fields = new Map<string, FieldColumn[]>()
  const usualMark = usualDecimalMark(options.region)
  for (const column of mapping.columns) {
    if (column.target === 'attribute') steps.push(attributeStep(column, column.field, options.clearWord))
    if (column.target !== 'field') continue
    if (column.keptAs !== undefined) steps.push(attributeStep(column, column.keptAs, options.clearWord))
    const style: ColumnStyle = {
      dateOrder: mapping.dateOrder[column.index] ?? 'day_first',
      decimalMark: mapping.decimalMark?.[column.index] ?? null,
      usualMark,
    }
    // A part is text whatever the field: what it makes together is read below.
    const type = options.catalogue.field(column.field)?.type ?? 'text'
    const read = columnReader(
      column.index,
      type === 'text' ? readFieldText : FIELD_READERS[type],
      style,
      options.clearWord,
    )
    const members = fields.get(column.field)
    if (members) members.push({ mapping: column, read })
    else fields.set(column.field, [{ mapping: column, read }])
  }
  for (const [name, members] of fields) steps.push(fieldStep(name, members, options.catalogue))
  return steps
}

function columnReader(index: number, reader: FieldReader, style: ColumnStyle, clearWord: string): ReadColumn {
  return (cells, region) => {
    const cell = cells[index]
    if (cell === undefined || cell === '') return BLANK
    return isClearWord(cell, clearWord) ? CLEAR : reader(cell, style, region)
  }
}

/** Whether a cell holds the clear word and nothing else. Most cells are told by their first character. */
export function isClearWord(cell: string, clearWord: string): boolean {
  const first = cell.charCodeAt(0)
  if (first > 0x20 && first < 0x7f && first !== clearWord.charCodeAt(0)) return false
  return cell.length >= clearWord.length && cleanText(cell) === clearWord
}

/** A broken formula is no name and no address; `#N/A` is nothing. */
function readFieldText(cell: string): CellReading<string> {
  const reading = readText(cell)
  const error = reading.kind === 'value' ? spreadsheetError(reading.value) : null
  if (error === null) return reading
  return error === 'broken' ? BROKEN_FORMULA : BLANK
}

/** Columns we know nothing about are kept as they are; an error of the spreadsheet in one is no reason to refuse a row. */
function attributeStep(column: ColumnMapping, name: string, clearWord: string): RowStep {
  const path = `attributes.${name}`
  const { index } = column
  return (cells, values) => {
    const cell = cells[index]
    if (cell === undefined || cell === '') return null
    if (isClearWord(cell, clearWord)) {
      values[path] = null
      return null
    }
    const reading = readText(cell)
    if (reading.kind === 'problem') return failure(reading, column)
    if (reading.kind === 'value' && spreadsheetError(reading.value) === null) values[path] = reading.value
    return null
  }
}

function fieldStep(name: string, members: readonly FieldColumn[], catalogue: FieldCatalogue): RowStep {
  const whole = members.filter(({ mapping }) => mapping.part === undefined).sort(byRank)
  const parts = members.filter(({ mapping }) => mapping.part !== undefined)
  const [only] = whole
  if (only && whole.length === 1 && parts.length === 0) return singleStep(name, only)
  const separator = catalogue.field(name)?.parts?.separator ?? ' '
  const groups = groupParts(parts)
  return (cells, values, region) => {
    const wish = firstOf(whole, cells, region)
    if ('failure' in wish) return wish.failure
    const made = wish.wish.kind === 'blank' ? join(groups, separator, cells, region) : wish
    if ('failure' in made) return made.failure
    write(values, name, made.wish)
    return null
  }
}

function singleStep(name: string, { mapping, read }: FieldColumn): RowStep {
  return (cells, values, region) => {
    const wish = read(cells, region)
    if (wish.kind === 'problem') return failure(wish, mapping)
    write(values, name, wish)
    return null
  }
}

type Outcome = { readonly wish: Wish } | { readonly failure: RowFailure }

function firstOf(columns: readonly FieldColumn[], cells: Cells, region: string): Outcome {
  for (const { mapping, read } of columns) {
    const wish = read(cells, region)
    if (wish.kind === 'problem') return { failure: failure(wish, mapping) }
    if (wish.kind !== 'blank') return { wish }
  }
  return { wish: BLANK }
}

/** A cleared part is left out; the whole is cleared where nothing else is there. */
function join(
  groups: readonly (readonly FieldColumn[])[],
  separator: string,
  cells: Cells,
  region: string,
): Outcome {
  const texts: string[] = []
  let isCleared = false
  for (const group of groups) {
    const part = firstOf(group, cells, region)
    if ('failure' in part) return part
    if (part.wish.kind === 'clear') isCleared = true
    if (part.wish.kind === 'value') texts.push(String(part.wish.value))
  }
  if (texts.length > 0) return { wish: { kind: 'value', value: texts.join(separator) } }
  return { wish: isCleared ? CLEAR : BLANK }
}

function groupParts(columns: readonly FieldColumn[]): readonly (readonly FieldColumn[])[] {
  const groups: FieldColumn[][] = []
  for (const column of columns.toSorted(byRank)) {
    const part = column.mapping.part ?? 0
    groups[part] ??= []
    groups[part].push(column)
  }
  return groups.filter((group) => group !== undefined)
}

function byRank(a: FieldColumn, b: FieldColumn): number {
  return (a.mapping.rank ?? 0) - (b.mapping.rank ?? 0)
}

function write(values: Values, path: string, wish: Wish): void {
  if (wish.kind === 'value') values[path] = wish.value
  else if (wish.kind === 'clear') values[path] = null
}

function failure({ code, why }: CellProblem, column: ColumnMapping): RowFailure {
  return { code, column: column.header, message: `${nameCell(column)} ${why}.` }
}
