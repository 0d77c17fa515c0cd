import { formatNumber } from '../locale.ts'
import type { SheetNote, SheetNoteKind } from '../xlsx/index.ts'

/** One sentence for the receipt. */
type Sentence = (count: number, row: number) => string

const SENTENCES: Readonly<Record<SheetNoteKind, Sentence>> = {
  long_numbers: (count, row) =>
    `${some(count, 'number')} with 16 or more digits, the first in row ${row}. Excel keeps 15 digits, so the last ones may be wrong.`,
  formulas_without_result: (count, row) =>
    `${some(count, 'formula')} without a saved result, the first in row ${row}. Open the workbook in Excel, save it, and share it again.`,
  formulas_to_recalculate: (count, row) =>
    `${some(count, 'formula')} marked for recalculation, the first in row ${row}. Their saved results were used.`,
  error_cells: (count, row) =>
    `${some(count, 'cell')} with an Excel error such as #N/A, the first in row ${row}.`,
  no_dates: (count, row) =>
    `${some(count, 'number')} with a date format that can't be a date, the first in row ${row}. The digits were used.`,
  merged_areas: (count, row) =>
    `${some(count, 'merged area')}, the first in row ${row}. Only the first cell of each has a value.`,
  hidden_rows: (count, row) => `${some(count, 'hidden row')} read too, the first is row ${row}.`,
  hidden_columns: (count) => `${some(count, 'hidden column')} read too.`,
  rows_in_gaps: (count, row) => `${some(count, 'blank row')} in long gaps left out, the first is row ${row}.`,
}

/** Sentences for the receipt about surprises in a sheet. */
export function describeSheetNotes(notes: readonly SheetNote[]): string[] {
  return notes.map(({ kind, count, firstRow }) => SENTENCES[kind](count, firstRow))
}

const some = (count: number, noun: string): string =>
  `${formatNumber(count)} ${noun}${count === 1 ? '' : 's'}`
