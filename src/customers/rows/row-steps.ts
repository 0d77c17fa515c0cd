import type { RowProblemCode } from '../../row-problems.ts'
import {
  BLANK,
  BLANK_WORD,
  type BlankWords,
  type CellProblem,
  type CellReading,
  type ColumnStyle,
  cleanText,
  createTextReader,
  usualDecimalMark,
} from '../cells/index.ts'
import { FIELD_READERS, type FieldReader, nameCell } from '../columns/index.ts'
import type { ColumnMapping, FieldCatalogue, FieldValue, HeaderMapping, RowNote } from '../fields/index.ts'
import { completeAddress, completeName, holds, type Part } from './complete-whole.ts'

/** Why a row is invalid, before its line is known. */
interface RowFailure {
  readonly code: RowProblemCode
  readonly column: string | null
  readonly message: string
}

type Cells = readonly string[]

/** What the steps have read of a row so far. */
export interface RowDraft {
  readonly values: Record<string, FieldValue | null>
  /** Absent if there are none. */
  notes?: RowNote[]
}

/** Reads the cells of one field or attribute into the row, or returns the problem. */
type RowStep = (cells: Cells, row: RowDraft, region: string) => RowFailure | null

interface StepOptions {
  readonly catalogue: FieldCatalogue
  readonly region: string
  readonly clearWord: string
  readonly blankWords: BlankWords
  /** `YYYY-MM-DD`; no birth is later. */
  readonly today: string
}

/** A cell's reading, or the request to clear the field. */
type Wish = CellReading | { readonly kind: 'clear' }
const CLEAR: Wish = { kind: 'clear' }

type ReadColumn = (cells: Cells, region: string) => Wish

interface FieldColumn {
  readonly mapping: ColumnMapping
  readonly read: ReadColumn
}

/** One step per field and attribute of the file, in column order. */
export function compileSteps(mapping: HeaderMapping, options: StepOptions): readonly RowStep[] {
  const steps: RowStep[] = []
  const fields = new Map<string, FieldColumn[]>()
  const usualMark = usualDecimalMark(options.region)
  for (const column of mapping.columns) {
    if (column.target === 'attribute') steps.push(attributeStep(column, column.field, options))
    if (column.target !== 'field') continue
    if (column.keptAs !== undefined && column.keptWhen === undefined)
      steps.push(attributeStep(column, column.keptAs, options))
    const style: ColumnStyle = {
      dateOrder: mapping.dateOrder[column.index] ?? 'day_first',
      decimalMark: mapping.decimalMark?.[column.index] ?? null,
      usualMark,
      region: options.region,
      ...calendarOf(mapping, column),
      ...(options.catalogue.field(column.field)?.isBirth && { bornUntil: options.today }),
    }
    const read = columnReader(column.index, fieldReader(column, options), style, options)
    const members = fields.get(column.field)
    if (members) members.push({ mapping: column, read })
    else fields.set(column.field, [{ mapping: column, read }])
  }
  for (const [name, members] of fields) steps.push(fieldStep(name, members, options.catalogue))
  return steps
}

function calendarOf({ calendars }: HeaderMapping, { index }: ColumnMapping): Pick<ColumnStyle, 'calendar'> {
  const calendar = calendars?.[index]
  return calendar === undefined ? {} : { calendar }
}

function fieldReader(column: ColumnMapping, { catalogue, blankWords }: StepOptions): FieldReader {
  // A part is text for any field type: the joined value is read below.
  const type = catalogue.field(column.field)?.type ?? 'text'
  if (type !== 'text') return FIELD_READERS[type]
  return createTextReader({
    kind: column.field === 'full_name' ? 'name' : 'field',
    words: blankWords,
    wholeNumbers: column.wholeNumbers,
    holdsCodes: column.holdsCodes,
    holdsDigits: column.holdsDigits,
    holdsIdentifiers: column.holdsIdentifiers,
  })
}

function columnReader(
  index: number,
  reader: FieldReader,
  style: ColumnStyle,
  { clearWord, blankWords }: StepOptions,
): ReadColumn {
  const isOwnWord = ownWordTest(blankWords)
  return (cells, region) => {
    const cell = cells[index]
    if (cell === undefined || cell === '') return BLANK
    if (isClearWord(cell, clearWord)) return CLEAR
    return isOwnWord?.(cell) ? BLANK_WORD : reader(cell, style, region)
  }
}

/** The test for the team's own blank words, which are blank in every column; null if there are none. */
export function ownWordTest(words: BlankWords): ((cell: string) => boolean) | null {
  return words.hasOwn ? (cell) => words.isOwn(cleanText(cell)) : null
}

/** True if a cell holds only the clear word. The first character rules most cells out. */
export function isClearWord(cell: string, clearWord: string): boolean {
  const first = cell.charCodeAt(0)
  if (first > 0x20 && first < 0x7f && first !== clearWord.charCodeAt(0)) return false
  return cell.length >= clearWord.length && cleanText(cell) === clearWord
}

/**
 * Unknown columns are stored as they are. A value that a spreadsheet broke neither makes the row invalid nor
 * replaces an earlier value.
 */
function attributeStep(column: ColumnMapping, name: string, { clearWord, blankWords }: StepOptions): RowStep {
  const path = `attributes.${name}`
  const { index, wholeNumbers, holdsCodes } = column
  const read = createTextReader({ kind: 'attribute', words: blankWords, wholeNumbers, holdsCodes })
  return (cells, row) => {
    const cell = cells[index]
    if (cell === undefined || cell === '') return null
    if (isClearWord(cell, clearWord)) {
      row.values[path] = null
      return null
    }
    const reading = read(cell)
    if (reading.kind === 'problem') {
      if (reading.code !== 'excel_damaged') return failure(reading, column)
      addNote(row, { code: 'damaged_left_out', column: column.header })
    } else if (reading.kind === 'value') row.values[path] = reading.value
    noteReading(row, reading, column)
    return null
  }
}

function fieldStep(name: string, members: readonly FieldColumn[], catalogue: FieldCatalogue): RowStep {
  const whole = members.filter(({ mapping }) => mapping.part === undefined).sort(byRank)
  const parts = members.filter(({ mapping }) => mapping.part !== undefined)
  const [only] = whole
  if (only && whole.length === 1 && parts.length === 0) return singleStep(name, only)
  const definition = catalogue.field(name)
  const separator = definition?.parts?.separator ?? ' '
  const complete = definition?.group === 'address' ? completeAddress : completeName
  const groups = groupParts(parts)
  const extras = members.filter(({ mapping }) => mapping.keptWhen === 'missing')
  return (cells, row, region) => {
    const found = firstOf(whole, cells, row, region)
    if ('failure' in found) return found.failure
    const beside = readParts(groups, cells, row, region)
    if ('failure' in beside) return beside.failure
    const wish = combine(found.wish, beside, (text) => complete(text, beside.parts, separator), separator)
    write(row, name, wish)
    keepExtras(extras, wish, cells, row, region)
    return null
  }
}

interface Parts {
  readonly parts: readonly Part[]
  readonly isCleared: boolean
}

/** A cleared part is left out; the whole is cleared if nothing else is there. */
function readParts(
  groups: readonly (readonly FieldColumn[])[],
  cells: Cells,
  row: RowDraft,
  region: string,
): Parts | { readonly failure: RowFailure } {
  const parts: Part[] = []
  let isCleared = false
  for (const group of groups) {
    const part = firstOf(group, cells, row, region)
    if ('failure' in part) return part
    if (part.wish.kind === 'clear') isCleared = true
    if (part.wish.kind === 'value')
      parts.push({ place: group[0]?.mapping.part ?? 0, text: String(part.wish.value) })
  }
  return { parts, isCleared }
}

function combine(
  whole: Wish,
  { parts, isCleared }: Parts,
  complete: (whole: string) => string,
  separator: string,
): Wish {
  if (parts.length === 0) return whole.kind === 'blank' && isCleared ? CLEAR : whole
  return whole.kind === 'value'
    ? { kind: 'value', value: complete(String(whole.value)) }
    : { kind: 'value', value: parts.map(({ text }) => text).join(separator) }
}

/** A value that the field does not contain is stored under its column's name. */
function keepExtras(
  extras: readonly FieldColumn[],
  field: Wish,
  cells: Cells,
  row: RowDraft,
  region: string,
): void {
  for (const { mapping, read } of extras) {
    const reading = read(cells, region)
    if (reading.kind === 'blank' || reading.kind === 'clear' || mapping.keptAs === undefined) continue
    if (reading.kind === 'value' && field.kind === 'value' && isLocked(field.value, reading.value)) continue
    row.values[`attributes.${mapping.keptAs}`] =
      reading.kind === 'value' && typeof reading.value === 'string'
        ? reading.value
        : cleanText(cells[mapping.index] ?? '')
  }
}

function isLocked(field: FieldValue, value: FieldValue): boolean {
  return typeof field === 'string' && typeof value === 'string' ? holds(field, value) : field === value
}

function singleStep(name: string, { mapping, read }: FieldColumn): RowStep {
  return (cells, row, region) => {
    const wish = read(cells, region)
    if (wish.kind === 'problem') return failure(wish, mapping)
    noteReading(row, wish, mapping)
    write(row, name, wish)
    return null
  }
}

type Outcome = { readonly wish: Wish } | { readonly failure: RowFailure }

function firstOf(columns: readonly FieldColumn[], cells: Cells, row: RowDraft, region: string): Outcome {
  for (const { mapping, read } of columns) {
    const wish = read(cells, region)
    if (wish.kind === 'problem') return { failure: failure(wish, mapping) }
    noteReading(row, wish, mapping)
    if (wish.kind !== 'blank') return { wish }
  }
  return { wish: BLANK }
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

function write(row: RowDraft, path: string, wish: Wish): void {
  if (wish.kind === 'value') row.values[path] = wish.value
  else if (wish.kind === 'clear') row.values[path] = null
}

function noteReading(row: RowDraft, wish: Wish, column: ColumnMapping): void {
  if ((wish.kind === 'value' || wish.kind === 'blank') && wish.note !== undefined)
    addNote(row, { code: wish.note, column: column.header })
}

/** A program that writes NULL does so in many columns: one note per row is enough. */
export function addNote(row: RowDraft, note: RowNote): void {
  if (note.code === 'blank_word' && row.notes?.some(({ code }) => code === note.code)) return
  row.notes ??= []
  row.notes.push(note)
}

function failure({ code, why }: CellProblem, column: ColumnMapping): RowFailure {
  return { code, column: column.header, message: `${nameCell(column)} ${why}.` }
}
