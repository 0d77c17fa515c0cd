import type { RowProblem, RowProblemCode } from '../../row-problems.ts'
import { type BlankWords, DEFAULT_BLANK_WORDS, isBlank } from '../cells/index.ts'
import type { FieldCatalogue, HeaderMapping, ReadRow } from '../fields/index.ts'
import { createPhonePicker, type PickedPhone } from './pick-phone.ts'
import { addNote, compileSteps, ownWordTest, type RowDraft } from './row-steps.ts'

/** A row of a file: the parts of `src/csv`'s rows that are needed here. */
export interface FileRow {
  readonly line: number
  readonly cells: readonly string[]
  readonly problem?: RowProblem
}

interface RowReaderOptions {
  readonly catalogue: FieldCatalogue
  /** ISO 3166 region of phones without a country code. */
  readonly region: string
  /** The cell text that clears a field on purpose: `#CLEAR`. */
  readonly clearWord: string
  /** Numbers that mean "none" in addition to the built-in ones; a leading minus removes a built-in one. */
  readonly dummyPhones?: readonly string[]
  /** Blank words; the built-in ones if absent. */
  readonly blankWords?: BlankWords
  /** The day on which the file is read, `YYYY-MM-DD`; today if absent. */
  readonly today?: string
}

/**
 * Creates the function that reads the rows of one file; what all rows share is decided once here.
 *
 * A row becomes blank, invalid or a customer. The first unreadable cell makes the whole row invalid: no part
 * of it is stored.
 */
export function createRowReader(
  mapping: HeaderMapping,
  header: readonly string[],
  options: RowReaderOptions,
): (row: FileRow) => ReadRow {
  const pickPhone = createPhonePicker(mapping, options)
  const blankWords = options.blankWords ?? DEFAULT_BLANK_WORDS
  const today = options.today ?? new Date().toISOString().slice(0, 10)
  const shape = mapping.shape ?? { columns: header.length }
  const steps = compileSteps(mapping, { ...options, blankWords, today })
  const isOwnWord = ownWordTest(blankWords)
  const lastPhone = Math.max(
    ...mapping.columns.filter(({ target }) => target === 'phone').map(({ index }) => index),
  )

  return (row) => {
    const { line, cells } = row
    if (row.problem) return { kind: 'invalid', line, problem: row.problem, cells }
    if (cells.every(isBlank)) return { kind: 'blank', line }
    const misshapen = findSlippedCells(row, shape)
    if (misshapen) return misshapen
    const picked = pickPhone(isOwnWord ? cells.map((cell) => (isOwnWord(cell) ? '' : cell)) : cells)
    if (picked.kind === 'problem') {
      const endsBefore = picked.code === 'phone_missing' && cells.length <= lastPhone
      return endsBefore
        ? tooShort(row, header.length)
        : invalid(row, picked.code, picked.column, picked.message)
    }
    const draft = beginDraft(picked)
    for (const step of steps) {
      const failed = step(cells, draft, picked.region)
      if (failed) return invalid(row, failed.code, failed.column, failed.message)
    }
    return toCustomer(line, picked, draft)
  }
}

/** The notes about a row's phones come first. */
function beginDraft({ notes }: Pick<Extract<PickedPhone, { kind: 'phone' }>, 'notes'>): RowDraft {
  const draft: RowDraft = { values: {} }
  if (notes) for (const note of notes) addNote(draft, note)
  return draft
}

function toCustomer(
  line: number,
  { phone, written, others }: Extract<PickedPhone, { kind: 'phone' }>,
  draft: RowDraft,
): ReadRow {
  const { values, notes } = draft
  if (others !== undefined) values.other_phones = others
  if (written === undefined && notes === undefined) return { kind: 'customer', line, phone, values }
  return {
    kind: 'customer',
    line,
    phone,
    ...(written !== undefined && { written }),
    values,
    ...(notes !== undefined && { notes }),
  }
}

function tooShort(row: FileRow, columns: number): ReadRow {
  const message = `The row has ${row.cells.length} of ${columns} cells and ends before the phone.`
  return invalid(row, 'too_few_cells', null, message)
}

/** A separator inside an unquoted cell has moved all later cells, so none is certain. */
function findSlippedCells(row: FileRow, { columns, width = Infinity }: RowShape): ReadRow | null {
  const { cells } = row
  if (cells.length <= columns) return null
  const isLong = cells.length > width
  let last = cells.length - 1
  while (last >= columns && isBlank(cells[last] ?? '')) last -= 1
  if (last < columns && !isLong) return null
  const count = isLong ? cells.length : last + 1
  const usual = isLong ? `other rows have ${width}` : `the header has ${columns}`
  return invalid(row, 'too_many_cells', null, `The row has ${count} cells where ${usual}.`)
}

type RowShape = NonNullable<HeaderMapping['shape']>

function invalid(
  { line, cells }: FileRow,
  code: RowProblemCode,
  column: string | null,
  message: string,
): ReadRow {
  return { kind: 'invalid', line, problem: { line, column, code, message }, cells }
}
