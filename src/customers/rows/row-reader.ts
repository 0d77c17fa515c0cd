import type { RowProblem, RowProblemCode } from '../../errors.ts'
import { isBlank } from '../cells/index.ts'
import type { FieldCatalogue, FieldValue, HeaderMapping, ReadRow } from '../fields/index.ts'
import { createPhonePicker, type PickedPhone } from './pick-phone.ts'
import { compileSteps } from './row-steps.ts'

/** A row of a file: what `src/csv` hands over, and all of it that is needed here. */
export interface FileRow {
  readonly line: number
  readonly cells: readonly string[]
  readonly problem?: RowProblem
}

export interface RowReaderOptions {
  readonly catalogue: FieldCatalogue
  /** ISO 3166 region of a phone that names none. */
  readonly region: string
  /** What a person writes to empty a field on purpose: `#CLEAR`. */
  readonly clearWord: string
  /** Numbers that stand for "none" beside the usual ones, or with a minus in front that do not. */
  readonly dummyPhones?: readonly string[]
}

/**
 * Makes the function that reads the rows of one file: what is the same for all rows is decided here, once.
 *
 * A row comes out as exactly one of blank, invalid or customer. The first cell that cannot be read makes the whole row
 * invalid: nothing of it is half done.
 */
export function createRowReader(
  mapping: HeaderMapping,
  header: readonly string[],
  options: RowReaderOptions,
): (row: FileRow) => ReadRow {
  const pickPhone = createPhonePicker(mapping, options)
  const steps = compileSteps(mapping, options)
  const lastPhone = Math.max(
    ...mapping.columns.filter(({ target }) => target === 'phone').map(({ index }) => index),
  )

  return (row) => {
    const { line, cells } = row
    if (row.problem) return { kind: 'invalid', line, problem: row.problem, cells }
    if (cells.every(isBlank)) return { kind: 'blank', line }
    const misshapen = findExtraCells(row, header.length)
    if (misshapen) return misshapen
    const picked = pickPhone(cells)
    if (picked.kind === 'problem') {
      const endsBefore = picked.code === 'phone_missing' && cells.length <= lastPhone
      return endsBefore
        ? tooShort(row, header.length)
        : invalid(row, picked.code, picked.column, picked.message)
    }
    const values: Record<string, FieldValue | null> = {}
    for (const step of steps) {
      const failed = step(cells, values, picked.region)
      if (failed) return invalid(row, failed.code, failed.column, failed.message)
    }
    return toCustomer(line, picked, values)
  }
}

function toCustomer(
  line: number,
  { phone, written, notes, others }: Extract<PickedPhone, { kind: 'phone' }>,
  values: Record<string, FieldValue | null>,
): ReadRow {
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

/** Cells behind the last column: a separator inside an unquoted cell has moved everything, so nothing is certain. */
function findExtraCells(row: FileRow, columns: number): ReadRow | null {
  for (let at = columns; at < row.cells.length; at += 1) {
    if (!isBlank(row.cells[at] ?? '')) {
      return invalid(
        row,
        'too_many_cells',
        null,
        `The row has ${row.cells.length} cells where the header has ${columns}.`,
      )
    }
  }
  return null
}

function invalid(
  { line, cells }: FileRow,
  code: RowProblemCode,
  column: string | null,
  message: string,
): ReadRow {
  return { kind: 'invalid', line, problem: { line, column, code, message }, cells }
}
